//! What was taken out of exchanges, remembered to look for it.

use std::borrow::Borrow;
use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{Debug, Formatter};

use zeroize::Zeroizing;

use super::token;

/// Credentials remembered of one recording; each costs its own text. An exchange with more is
/// refused.
pub const MOST_SECRETS: usize = 1_000;
/// People's addresses, names and phone numbers remembered. Those beyond are replaced like all
/// others, but not looked for afterwards: an import of a million rows must not cost a million
/// patterns.
pub const MOST_PEOPLE: usize = 1_000;
/// A credential of fewer characters is replaced in its own place, but looked for nowhere else: `1`
/// stands in every document.
pub const SHORTEST_CHARS: usize = 6;

/// Texts that must not be written. `Debug` shows how many; memory is wiped when they go.
#[derive(Clone, Default)]
pub struct Secrets {
    /// By the text, with what takes its place.
    credentials: BTreeMap<Text, String>,
    people: BTreeSet<Text>,
    too_many: bool,
}

impl Secrets {
    /// How many texts there are.
    pub fn len(&self) -> usize {
        self.credentials.len() + self.people.len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Takes those of another exchange in, as far as there is room. False when there is not.
    ///
    /// The nonce and the digest of a `UsernameToken` are not taken: they open nothing a second
    /// time, each call has others, and the password cannot be read from them. Their own exchange is
    /// checked for them before it is written.
    pub fn merge(&mut self, other: &Self) -> bool {
        let lasting = other.credentials.iter().filter(|(_, with)| !token::is_single_use(with));
        for (text, with) in lasting {
            self.add(text.as_str(), with);
        }
        for person in &other.people {
            self.add_person(person.as_str());
        }
        !self.too_many
    }

    /// Whether there were more credentials than are remembered.
    pub(super) fn are_too_many(&self) -> bool {
        self.too_many
    }

    /// Remembers a credential and what takes its place; the first of these stays.
    pub(super) fn add(&mut self, text: &str, with: &str) {
        if text.chars().count() < SHORTEST_CHARS || self.credentials.contains_key(text) {
            return;
        }
        if self.credentials.len() >= MOST_SECRETS {
            self.too_many = true;
            return;
        }
        self.credentials.insert(Text::new(text), with.to_owned());
    }

    pub(super) fn add_person(&mut self, text: &str) {
        let is_worth_it = text.chars().count() >= SHORTEST_CHARS;
        if is_worth_it && self.people.len() < MOST_PEOPLE && !self.people.contains(text) {
            self.people.insert(Text::new(text));
        }
    }

    /// What takes the place of a credential that is known.
    pub(super) fn with(&self, text: &str) -> Option<&str> {
        self.credentials.get(text).map(String::as_str)
    }

    /// Each credential with what takes its place.
    pub(super) fn credentials(&self) -> impl Iterator<Item = (&str, &str)> {
        self.credentials.iter().map(|(text, with)| (text.as_str(), with.as_str()))
    }

    /// Every text.
    pub(super) fn texts(&self) -> impl Iterator<Item = &str> {
        let people = self.people.iter().map(Text::as_str);
        self.credentials.keys().map(Text::as_str).chain(people)
    }
}

/// A text that is wiped when it goes.
#[derive(Clone, PartialEq, Eq)]
struct Text(Zeroizing<String>);

impl Text {
    fn new(text: &str) -> Self {
        Self(Zeroizing::new(text.to_owned()))
    }

    fn as_str(&self) -> &str {
        &self.0
    }
}

impl PartialOrd for Text {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Text {
    fn cmp(&self, other: &Self) -> Ordering {
        self.as_str().cmp(other.as_str())
    }
}

impl Borrow<str> for Text {
    fn borrow(&self) -> &str {
        self.as_str()
    }
}

impl Debug for Secrets {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        write!(f, "Secrets({})", self.len())
    }
}
