//! What a call says: a tree of bracket forms from the query and the body.

use std::borrow::Cow;

use bytes::Bytes;
use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;

use super::answer::Failure;
use crate::protocol::form::brackets::{Bounds, BracketError, Branch, Taken, Tree};
use crate::protocol::form::{Fields, text};

/// The arguments of one call. Names match exactly, as in the vendor's PHP.
#[derive(Debug, Clone, Default)]
pub struct Args {
    tree: Branch,
}

impl Args {
    /// From the query and then the body: where both say the same name, the body's counts.
    pub fn new(query: &Fields, body: &Fields) -> Result<Self, BracketError> {
        let (mut tree, mut taken) = (Branch::default(), Taken::default());
        tree.take(query, &mut taken, Bounds::default())?;
        tree.take(body, &mut taken, Bounds::default())?;
        Ok(Self { tree })
    }

    /// Whether the argument was sent, be it empty.
    pub fn is_sent(&self, name: &str) -> bool {
        self.tree.get(name).is_some()
    }

    /// Whether the argument says anything.
    pub fn has(&self, name: &str) -> bool {
        match self.tree.get(name) {
            Some(Tree::Value(value)) => !value.trim_ascii().is_empty(),
            Some(Tree::Branch(branch)) => !branch.is_empty(),
            None => false,
        }
    }

    /// A value as it came.
    pub fn bytes(&self, name: &str) -> Option<&Bytes> {
        match self.tree.get(name)? {
            Tree::Value(value) => Some(value),
            Tree::Branch(_) => None,
        }
    }

    /// A value as text, outer white space included.
    pub fn raw(&self, name: &str) -> Option<Cow<'_, str>> {
        self.bytes(name).map(|value| text::read(value))
    }

    /// A value as text without outer white space; an empty one is `None`.
    pub fn text(&self, name: &str) -> Option<String> {
        let text = self.raw(name)?;
        let text = text.trim();
        (!text.is_empty()).then(|| text.to_owned())
    }

    /// As [`Args::text`], and a failure when it is not there.
    pub fn required(&self, name: &str) -> Result<String, Failure> {
        self.text(name).ok_or_else(|| Failure::missing(name))
    }

    /// A number; one that cannot be read is a failure that names the argument.
    pub fn number<N: std::str::FromStr>(&self, name: &str) -> Result<Option<N>, Failure> {
        let Some(text) = self.text(name) else { return Ok(None) };
        text.parse().map(Some).map_err(|_| Failure::invalid(name))
    }

    pub fn required_number<N: std::str::FromStr>(&self, name: &str) -> Result<N, Failure> {
        self.number(name)?.ok_or_else(|| Failure::missing(name))
    }

    /// Whether the argument says yes; see [`is_yes`].
    pub fn flag(&self, name: &str) -> bool {
        self.text(name).is_some_and(|text| is_yes(&text))
    }

    /// A list, empty places left out: a comma list, brackets, or comma lists in brackets.
    pub fn list(&self, name: &str) -> Vec<String> {
        let texts: Vec<Cow<'_, str>> = match self.tree.get(name) {
            Some(Tree::Branch(branch)) => branch.iter().filter_map(|(_, one)| one.text()).collect(),
            Some(value) => value.text().into_iter().collect(),
            None => Vec::new(),
        };
        texts.iter().flat_map(|text| comma_list(text)).collect()
    }

    /// A list of ids; one that is no number is a failure that names the argument.
    pub fn ids(&self, name: &str) -> Result<Vec<u32>, Failure> {
        let ids = self.list(name);
        ids.iter().map(|id| id.parse().map_err(|_| Failure::invalid(name))).collect()
    }

    /// The texts behind a name's brackets, such as `fields[Name]=Ann`, in order of their keys.
    pub fn members(&self, name: &str) -> Vec<(String, String)> {
        let Some(branch) = self.branch(name) else { return Vec::new() };
        let member = |(key, tree): (_, &Tree)| Some((key_text(key), tree.text()?.into_owned()));
        branch.iter().filter_map(member).collect()
    }

    /// The files behind a name's brackets, such as `attachments[name]`, in order of their names.
    pub fn files(&self, name: &str) -> Vec<(String, Bytes)> {
        let Some(branch) = self.branch(name) else { return Vec::new() };
        let file = |(key, tree): (_, &Tree)| match tree {
            Tree::Value(value) => Some((key_text(key), value.clone())),
            Tree::Branch(_) => None,
        };
        branch.iter().filter_map(file).collect()
    }

    /// What is behind a name's brackets.
    pub fn branch(&self, name: &str) -> Option<&Branch> {
        self.tree.get(name)?.branch()
    }

    /// A point in time, UTC; see [`time`].
    pub fn time(&self, name: &str) -> Result<Option<Timestamp>, Failure> {
        let Some(text) = self.text(name) else { return Ok(None) };
        time(&text).map(Some).ok_or_else(|| Failure::invalid(name))
    }
}

fn key_text(key: &crate::protocol::form::brackets::Key) -> String {
    key.text().into_owned()
}

/// The texts of a comma list without blanks around them, empty ones left out.
pub fn comma_list(text: &str) -> impl Iterator<Item = String> {
    text.split(',').map(str::trim).filter(|one| !one.is_empty()).map(str::to_owned)
}

/// Whether a logical value says yes: `1`, as documented, or a word for it.
pub fn is_yes(text: &str) -> bool {
    const YES: [&str; 4] = ["1", "true", "yes", "on"];
    YES.iter().any(|yes| text.trim().eq_ignore_ascii_case(yes))
}

/// `YYYY-MM-DD hh:mm:ss`, `YYYY-MM-DD hh:mm` or `YYYY-MM-DD`, UTC.
pub fn time(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    let civil = |format: &str| DateTime::strptime(format, text).ok();
    let date = || Date::strptime("%Y-%m-%d", text).ok().map(DateTime::from);
    let time = civil("%Y-%m-%d %H:%M:%S").or_else(|| civil("%Y-%m-%d %H:%M")).or_else(date)?;
    TimeZone::UTC.to_timestamp(time).ok()
}

/// As documented: `YYYY-MM-DD hh:mm:ss`, UTC.
pub fn shown_time(time: Timestamp) -> String {
    time.strftime("%Y-%m-%d %H:%M:%S").to_string()
}
