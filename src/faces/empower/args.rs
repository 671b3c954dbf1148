//! What a call says besides its method: elements by name, each a text or elements again.

use jiff::Timestamp;

use super::answer::Failure;
use super::pacific;

/// What one argument was given.
#[derive(Clone, PartialEq, Eq)]
pub enum Given {
    /// As sent, outer white space included.
    Text(String),
    /// In the order of the wire.
    Nested(Vec<(String, Self)>),
}

/// The arguments of one call, in the order of the wire. Names match without regard to case, since
/// the documents and their clients do not agree on it; of a repeated one the first counts.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Args {
    members: Vec<(String, Given)>,
}

/// Without what was given: it holds personal data.
impl std::fmt::Debug for Args {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Args").field("members", &self.members.len()).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for Given {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Given(redacted)")
    }
}

impl Args {
    pub fn new(members: Vec<(String, Given)>) -> Self {
        Self { members }
    }

    pub fn given(&self, name: &str) -> Option<&Given> {
        let mut members = self.members.iter();
        members.find(|(given, _)| given.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    /// The text as sent, outer white space included. An empty element is `Some("")`.
    pub fn raw(&self, name: &str) -> Option<&str> {
        match self.given(name)? {
            Given::Text(text) => Some(text),
            Given::Nested(_) => None,
        }
    }

    /// The text without outer white space; an empty one is `None`, as the original's PHP saw it.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.raw(name).map(str::trim).filter(|text| !text.is_empty())
    }

    /// Whether the argument says yes: `1`, `Y`, `yes` or `true`, in any case.
    pub fn flag(&self, name: &str) -> bool {
        self.choice(name).unwrap_or(false)
    }

    /// Yes or no where it makes a difference that nothing was said.
    pub fn choice(&self, name: &str) -> Option<bool> {
        const YES: [&str; 4] = ["1", "y", "yes", "true"];
        self.text(name).map(|text| YES.iter().any(|yes| text.eq_ignore_ascii_case(yes)))
    }

    /// A number; one that cannot be read is a [`Failure`] that names the argument.
    pub fn number<N: std::str::FromStr>(&self, name: &'static str) -> Result<Option<N>, Failure> {
        let Some(text) = self.text(name) else { return Ok(None) };
        text.parse().map(Some).map_err(|_| Failure::invalid(name))
    }

    /// A comma list of ids, blanks and empty places left out.
    pub fn ids(&self, name: &'static str) -> Result<Vec<u32>, Failure> {
        let ids = self.texts(name).into_iter().map(str::parse);
        ids.collect::<Result<_, _>>().map_err(|_| Failure::invalid(name))
    }

    /// A comma list, blanks and empty places left out.
    pub fn texts(&self, name: &str) -> Vec<&str> {
        let list = self.text(name).unwrap_or_default().split(',').map(str::trim);
        list.filter(|text| !text.is_empty()).collect()
    }

    /// A point in time from `YYYY-MM-DD HH:MM:SS` or `YYYY-MM-DD`, US Pacific.
    pub fn time(&self, name: &'static str) -> Result<Option<Timestamp>, Failure> {
        let Some(text) = self.text(name) else { return Ok(None) };
        pacific::start_of(text).map(Some).ok_or_else(|| Failure::invalid(name))
    }

    /// The end of what [`Args::time`] names, exclusive: a date ends with its day, a time with its
    /// second.
    pub fn time_after(&self, name: &'static str) -> Result<Option<Timestamp>, Failure> {
        let Some(text) = self.text(name) else { return Ok(None) };
        pacific::end_of(text).map(Some).ok_or_else(|| Failure::invalid(name))
    }

    /// The elements inside an argument.
    pub fn nested(&self, name: &str) -> Option<&[(String, Given)]> {
        match self.given(name)? {
            Given::Nested(members) => Some(members),
            Given::Text(_) => None,
        }
    }

    /// Everything whose name is none of `known`: variables of a template.
    pub fn others<'a>(
        &'a self,
        known: &'a [super::Arg],
    ) -> impl Iterator<Item = &'a (String, Given)> {
        let is_known = |name: &str| known.iter().any(|arg| arg.name.eq_ignore_ascii_case(name));
        self.members.iter().filter(move |(name, _)| !is_known(name))
    }

    /// Every argument in the order of the wire.
    pub fn iter(&self) -> impl Iterator<Item = &(String, Given)> {
        self.members.iter()
    }

    /// Whether the argument says anything.
    pub fn has(&self, name: &str) -> bool {
        match self.given(name) {
            Some(Given::Text(text)) => !text.trim().is_empty(),
            Some(Given::Nested(members)) => !members.is_empty(),
            None => false,
        }
    }
}
