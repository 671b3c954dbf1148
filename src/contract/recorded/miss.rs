//! A call that no recording fits: the closest one, and where it differs.

use std::fmt::{self, Display, Formatter};

use crate::contract::compare::{Difference, What};

/// Differences that are named to the caller.
const NAMED: usize = 5;
/// Longest path that is shown, in characters.
const MOST_PATH_CHARACTERS: usize = 200;

/// No recording fits. Its text names places and kinds of difference, never a value.
#[derive(Debug)]
pub struct Miss {
    /// How many recordings of the operation there are.
    pub recordings: usize,
    pub nearest: Option<Nearest>,
}

/// The recording with the fewest differences.
#[derive(Debug)]
pub struct Nearest {
    /// `<face>/<operation>/<case>`.
    pub id: String,
    differences: Vec<Difference>,
}

impl Nearest {
    pub(super) fn new(id: &str, differences: Vec<Difference>) -> Self {
        Self { id: id.to_owned(), differences }
    }

    pub(super) fn is_farther_than(&self, differences: &[Difference]) -> bool {
        self.differences.len() > differences.len()
    }

    /// Places and kinds, the first ones.
    fn places(&self) -> Vec<String> {
        let named = self.differences.iter().filter(|one| one.what != What::More).take(NAMED);
        named.map(|one| format!("{} ({})", shortened(&one.path), one.what.sentence())).collect()
    }

    fn others(&self) -> usize {
        self.differences.len().saturating_sub(self.places().len())
    }
}

fn shortened(path: &str) -> String {
    let mut characters = path.chars();
    let mut shown: String = characters.by_ref().take(MOST_PATH_CHARACTERS).collect();
    if characters.next().is_some() {
        shown.push('…');
    }
    shown
}

impl Display for Miss {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Some(nearest) = &self.nearest else {
            return f.write_str("No recording fits this call: there is none of its operation.");
        };
        let count = self.recordings;
        let places = nearest.places().join("; ");
        write!(
            f,
            "No recording fits this call. The closest of {count} is {}: {places}",
            nearest.id
        )?;
        match nearest.others() {
            0 => f.write_str("."),
            others => write!(f, "; and {others} more."),
        }
    }
}
