//! Ids that a server makes up: another one each time, yet the same throughout a sequence.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::{Debug, Formatter};

use http::HeaderValue;
use uuid::Uuid;

use crate::contract::Request;
use crate::contract::case::replaced;
use crate::contract::compare::{Difference, What};

/// Ids that are learned in one sequence; further ones count as differences.
const MOST_IDS: usize = 100_000;

/// Which id of this run stands for which one on record.
///
/// A reply that has a GUID where another one is on record tells what the server calls the same
/// thing today. Later calls of the sequence name it so, and later replies must.
#[derive(Default)]
pub struct Learned {
    by_recorded: BTreeMap<String, String>,
    by_found: BTreeMap<String, String>,
}

impl Debug for Learned {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Learned").field("ids", &self.by_recorded.len()).finish_non_exhaustive()
    }
}

impl Learned {
    /// The request as it is made in this run.
    pub fn request<'r>(&self, recorded: &'r Request) -> Cow<'r, Request> {
        if self.by_recorded.is_empty() {
            return Cow::Borrowed(recorded);
        }
        let mut request = recorded.clone();
        let target = self.text(request.target.as_bytes());
        if let Ok(target) = String::from_utf8(target) {
            request.target = target;
        }
        for value in request.headers.values_mut() {
            if let Ok(changed) = HeaderValue::from_bytes(&self.text(value.as_bytes())) {
                *value = changed;
            }
        }
        request.body = self.text(&request.body).into();
        Cow::Owned(request)
    }

    /// What is on record, with the ids of this run.
    pub fn text(&self, recorded: &[u8]) -> Vec<u8> {
        // An id of this run is no recorded one, so none is replaced twice.
        let put_in = |text: Vec<u8>, (from, to): (&String, &String)| replaced(&text, from, to);
        self.by_recorded.iter().fold(recorded.to_vec(), put_in)
    }

    /// Learns from what differs, and answers what differs all the same.
    pub fn learn(&mut self, differences: Vec<Difference>) -> Vec<Difference> {
        differences.into_iter().filter(|difference| !self.takes(difference)).collect()
    }

    fn takes(&mut self, difference: &Difference) -> bool {
        let Difference { what: What::Value, expected: Some(expected), found: Some(found), .. } =
            difference
        else {
            return false;
        };
        let (Some(expected), Some(found)) = (guid(expected), guid(found)) else { return false };
        // The same two again: another place of this reply names the same thing.
        if self.by_recorded.get(expected).is_some_and(|known| known == found) {
            return true;
        }
        let is_known = self.by_recorded.contains_key(expected)
            || self.by_found.contains_key(expected)
            || self.by_found.contains_key(found)
            || self.by_recorded.contains_key(found);
        if is_known || self.by_recorded.len() >= MOST_IDS {
            return false;
        }
        self.by_recorded.insert(expected.to_owned(), found.to_owned());
        self.by_found.insert(found.to_owned(), expected.to_owned());
        true
    }
}

/// The GUID that a value is, with or without the quotes of JSON. Nil is nobody's.
fn guid(value: &str) -> Option<&str> {
    let text = value.trim_matches('"');
    let parsed = Uuid::try_parse(text).ok()?;
    (text.len() == uuid::fmt::Hyphenated::LENGTH && !parsed.is_nil()).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    const RECORDED: &str = "11111111-1111-4111-8111-111111111111";
    const FOUND: &str = "22222222-2222-4222-8222-222222222222";
    const OTHER: &str = "33333333-3333-4333-8333-333333333333";

    fn differ(expected: &str, found: &str) -> Vec<Difference> {
        let (expected, found) = (Some(expected.to_owned()), Some(found.to_owned()));
        vec![Difference { path: "/id".to_owned(), what: What::Value, expected, found }]
    }

    #[test]
    fn an_id_is_learned_once_and_put_into_later_calls() {
        let mut learned = Learned::default();
        let quoted = |id: &str| format!("\"{id}\"");
        assert!(learned.learn(differ(&quoted(RECORDED), &quoted(FOUND))).is_empty());
        assert!(learned.learn(differ(RECORDED, FOUND)).is_empty());
        let call =
            format!("GET /v2/contacts/import/{RECORDED} HTTP/1.1\nx-id: {RECORDED}\n\n{RECORDED}");
        let made = learned.request(&Request::read(call.as_bytes()).unwrap()).into_owned();
        assert_eq!(made.target, format!("/v2/contacts/import/{FOUND}"));
        assert_eq!(
            (made.headers["x-id"].to_str().unwrap(), &*made.body),
            (FOUND, FOUND.as_bytes())
        );
    }

    #[test]
    fn an_id_that_is_another_things_is_a_difference() {
        let mut learned = Learned::default();
        assert!(learned.learn(differ(RECORDED, FOUND)).is_empty());
        for (expected, found) in [(RECORDED, OTHER), (OTHER, FOUND), (FOUND, OTHER)] {
            assert_eq!(learned.learn(differ(expected, found)).len(), 1, "{expected} {found}");
        }
    }

    #[test]
    fn nothing_but_a_guid_is_learned() {
        let nil = "00000000-0000-0000-0000-000000000000";
        for (expected, found) in [("1", "2"), (RECORDED, "2"), (RECORDED, nil), (nil, FOUND)] {
            assert_eq!(Learned::default().learn(differ(expected, found)).len(), 1);
        }
    }
}
