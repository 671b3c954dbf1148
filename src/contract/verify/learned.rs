//! Ids that a server makes up: other ones each time, yet the same throughout a sequence.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt::{Debug, Formatter};

use http::HeaderValue;
use rpds::RedBlackTreeMap;
use uuid::Uuid;

use super::ids::{self, Token};
use crate::contract::Request;
use crate::contract::compare::{Difference, What};

/// Ids that are learned in one sequence; further ones count as differences.
const MOST_IDS: usize = 100_000;

/// Characters of the shortest id that is no number and no GUID.
const SHORTEST_CHARS: usize = 6;

/// Whose id it is, and the id. Of those that are no numbers nobody asks whose they are.
type Id = (String, String);

/// Ids by those that they stand for.
type Ids = RedBlackTreeMap<Id, String>;

/// Which id of this run stands for which one on record.
///
/// A reply that has an id where another one is on record tells what the server calls the same
/// thing today. Later calls of the sequence name it so, and later replies must.
///
/// A clone shares what is known already, so that each call of a long sequence can begin with one.
#[derive(Clone, Default)]
pub struct Learned {
    by_recorded: Ids,
    by_found: Ids,
}

impl Debug for Learned {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Learned").field("ids", &self.by_recorded.size()).finish_non_exhaustive()
    }
}

impl Learned {
    /// The request as it is made in this run.
    pub fn request<'r>(&self, recorded: &'r Request, operation: &str) -> Cow<'r, Request> {
        if self.by_recorded.is_empty() {
            return Cow::Borrowed(recorded);
        }
        let mut request = recorded.clone();
        let tokens = ids::in_target(&request.target, operation);
        let target = put_in(request.target.as_bytes(), &tokens, &self.by_recorded);
        if let Ok(target) = String::from_utf8(target) {
            request.target = target;
        }
        for value in request.headers.values_mut() {
            if let Ok(changed) = HeaderValue::from_bytes(&self.text(value.as_bytes(), operation)) {
                *value = changed;
            }
        }
        request.body = self.text(&request.body, operation).into();
        Cow::Owned(request)
    }

    /// What is on record, with the ids of this run.
    pub fn text(&self, recorded: &[u8], operation: &str) -> Vec<u8> {
        if self.by_recorded.is_empty() {
            return recorded.to_vec();
        }
        put_in(recorded, &ids::in_text(recorded, operation), &self.by_recorded)
    }

    /// What was found, with the ids on record: later calls on record have them.
    pub fn put_back(&self, found: &[u8], operation: &str) -> Vec<u8> {
        if self.by_found.is_empty() {
            return found.to_vec();
        }
        put_in(found, &ids::in_text(found, operation), &self.by_found)
    }

    fn found_for(&self, whose: &str, recorded: &str) -> Option<&String> {
        self.by_recorded.get(&(whose.to_owned(), recorded.to_owned()))
    }

    /// Learns from what differs, and answers what differs all the same.
    pub fn learn(&mut self, differences: Vec<Difference>, operation: &str) -> Vec<Difference> {
        differences.into_iter().filter(|difference| !self.takes(difference, operation)).collect()
    }

    /// Learns which ids of a reply are the same as on record: no other thing may have them.
    pub fn keep_same(&mut self, recorded: &[u8], found: &[u8], operation: &str) {
        let numbers = |text| {
            let tokens = ids::in_text(text, operation).into_iter();
            tokens.filter_map(move |Token { at, of }| {
                let number = std::str::from_utf8(text.get(at)?).ok()?;
                Some((of?, number.to_owned()))
            })
        };
        let found: BTreeSet<Id> = numbers(found).collect();
        for id in numbers(recorded).filter(|id| found.contains(id)) {
            if !self.by_recorded.contains_key(&id) && !self.by_found.contains_key(&id) {
                self.keep(&id.0, &id.1, &id.1);
            }
        }
    }

    fn takes(&mut self, difference: &Difference, operation: &str) -> bool {
        let Difference { what: What::Value, expected: Some(expected), found: Some(found), path } =
            difference
        else {
            return false;
        };
        let (expected, found) = (expected.trim_matches('"'), found.trim_matches('"'));
        let Some(whose) = whose(path, operation, expected, found) else { return false };
        // The same two again: another place of this reply names the same thing.
        if self.found_for(&whose, expected).is_some_and(|known| known == found) {
            return true;
        }
        let id = |text: &str| (whose.clone(), text.to_owned());
        let is_known = self.by_recorded.contains_key(&id(expected))
            || self.by_found.contains_key(&id(found))
            // What stands on record is put in already: an id of this run is expected then.
            || self.by_found.contains_key(&id(expected));
        if is_known || self.by_recorded.size() >= MOST_IDS {
            return false;
        }
        self.keep(&whose, expected, found);
        true
    }

    fn keep(&mut self, whose: &str, recorded: &str, found: &str) {
        let id = |text: &str| (whose.to_owned(), text.to_owned());
        self.by_recorded.insert_mut(id(recorded), found.to_owned());
        self.by_found.insert_mut(id(found), recorded.to_owned());
    }
}

/// The text with every known id in another's place.
fn put_in(text: &[u8], tokens: &[Token], known: &Ids) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut done = 0;
    for Token { at, of } in tokens {
        let word = text.get(at.clone()).and_then(|word| std::str::from_utf8(word).ok());
        let id = word.map(|word| (of.clone().unwrap_or_default(), word.to_owned()));
        let Some(other) = id.and_then(|id| known.get(&id)) else { continue };
        out.extend_from_slice(text.get(done..at.start).unwrap_or_default());
        out.extend_from_slice(other.as_bytes());
        done = at.end;
    }
    out.extend_from_slice(text.get(done..).unwrap_or_default());
    out
}

/// Whose ids two values are that stand in one place; `None` where they are no ids.
fn whose(path: &str, operation: &str, expected: &str, found: &str) -> Option<String> {
    if is_guid(expected) && is_guid(found) {
        return Some(String::new());
    }
    let names = path.rsplit('/').map(|step| step.trim_start_matches('@'));
    let mut names = names.map(|step| step.split('[').next().unwrap_or_default());
    let is_around = |name: &&str| name.is_empty() || name.ends_with("()") || ids::is_wrapper(name);
    let thing = ids::thing(names.find(|name| !is_around(name))?, operation)?;
    if ids::is_number(expected.as_bytes()) && ids::is_number(found.as_bytes()) {
        return Some(thing);
    }
    (is_opaque(expected) && is_opaque(found)).then(String::new)
}

/// A GUID. Nil is nobody's.
fn is_guid(text: &str) -> bool {
    let parsed = Uuid::try_parse(text).is_ok_and(|guid| !guid.is_nil());
    parsed && text.len() == uuid::fmt::Hyphenated::LENGTH
}

/// A word that nobody thought up: letters and digits, both there.
fn is_opaque(text: &str) -> bool {
    let is_one = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    text.len() >= SHORTEST_CHARS
        && text.bytes().all(is_one)
        && text.bytes().any(|byte| byte.is_ascii_digit())
        && !ids::is_number(text.as_bytes())
        && !is_guid(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    const RECORDED: &str = "11111111-1111-4111-8111-111111111111";
    const FOUND: &str = "22222222-2222-4222-8222-222222222222";
    const OTHER: &str = "33333333-3333-4333-8333-333333333333";

    fn differ(path: &str, expected: &str, found: &str) -> Vec<Difference> {
        let (expected, found) = (Some(expected.to_owned()), Some(found.to_owned()));
        vec![Difference { path: path.to_owned(), what: What::Value, expected, found }]
    }

    fn learns(learned: &mut Learned, path: &str, expected: &str, found: &str) -> bool {
        learned.learn(differ(path, expected, found), "CreateContact").is_empty()
    }

    #[test]
    fn an_id_is_learned_once_and_put_into_later_calls() {
        let mut learned = Learned::default();
        let quoted = |id: &str| format!("\"{id}\"");
        assert!(learns(&mut learned, "/id", &quoted(RECORDED), &quoted(FOUND)));
        assert!(learns(&mut learned, "/id", RECORDED, FOUND));
        let call =
            format!("GET /v2/contacts/import/{RECORDED} HTTP/1.1\nx-id: {RECORDED}\n\n{RECORDED}");
        let made = learned.request(&Request::read(call.as_bytes()).unwrap(), "x").into_owned();
        assert_eq!(made.target, format!("/v2/contacts/import/{FOUND}"));
        assert_eq!(
            (made.headers["x-id"].to_str().unwrap(), &*made.body),
            (FOUND, FOUND.as_bytes())
        );
    }

    #[test]
    fn an_id_that_is_another_things_is_a_difference() {
        let mut learned = Learned::default();
        assert!(learns(&mut learned, "/id", RECORDED, FOUND));
        for (expected, found) in [(RECORDED, OTHER), (OTHER, FOUND), (FOUND, OTHER)] {
            assert!(!learns(&mut learned, "/id", expected, found), "{expected} {found}");
        }
    }

    #[test]
    fn a_number_is_an_id_where_its_name_says_so_and_of_one_thing_only() {
        let mut learned = Learned::default();
        assert!(learns(&mut learned, "/Envelope/Body/CreateContactResult/Id", "7", "1"));
        assert!(learns(&mut learned, "/list_ids[2]", "7", "3"));
        assert!(learns(&mut learned, "/list_ids/int[1]", "7", "3"));
        assert!(!learns(&mut learned, "/contacts", "7", "3"));
        assert!(!learns(&mut learned, "/id", "8", "1"));
        let call = "POST /v2/address-books/7/contacts HTTP/1.1\n\n{\"contactId\":7,\"count\":7}";
        let made = learned.request(&Request::read(call.as_bytes()).unwrap(), "x").into_owned();
        assert_eq!(
            learned.put_back(b"{\"list_id\":3,\"size\":3}", "x"),
            b"{\"list_id\":7,\"size\":3}"
        );
        assert_eq!(made.target, "/v2/address-books/3/contacts");
        assert_eq!(made.body, "{\"contactId\":1,\"count\":7}");
    }

    #[test]
    fn an_id_that_is_the_same_as_on_record_is_no_other_things() {
        let mut learned = Learned::default();
        learned.keep_same(b"{\"id\":1,\"size\":2}", b"{\"id\":1,\"size\":3}", "CreateContact");
        assert!(!learns(&mut learned, "/id", "5", "1"));
        assert!(!learns(&mut learned, "/id", "1", "5"));
        assert!(learns(&mut learned, "/id", "2", "3"));
    }

    #[test]
    fn what_is_known_is_shared_by_all_that_is_learned_later() {
        const IDS: usize = 20_000;
        let recorded = |id: usize| (1_000_000 + id).to_string();
        let mut learned = Learned::default();
        for id in 1..=IDS {
            let mut newly = learned.clone();
            assert!(learns(&mut newly, "/id", &recorded(id), &id.to_string()));
            learned = newly;
        }
        let mut newly = learned.clone();
        assert!(learns(&mut newly, "/id", &recorded(0), &recorded(IDS + 1)));
        assert_eq!((newly.by_recorded.size(), learned.by_recorded.size()), (IDS + 1, IDS));
        let is_shared = |id: usize| {
            let found_in = |ids: &Learned| {
                std::ptr::from_ref(ids.found_for("contact", &recorded(id)).unwrap())
            };
            found_in(&learned) == found_in(&newly)
        };
        assert!((1..=IDS).all(is_shared));
    }

    #[test]
    fn nothing_but_an_id_is_learned() {
        let nil = "00000000-0000-0000-0000-000000000000";
        for (path, expected, found) in [
            ("/size", "1", "2"),
            ("/id", RECORDED, "2"),
            ("/id", RECORDED, nil),
            ("/id", nil, FOUND),
            ("/id", "Ann", "Bob"),
            ("/name", "abc123", "abc124"),
        ] {
            let learned = &mut Learned::default();
            assert!(!learns(learned, path, expected, found), "{path} {expected}");
        }
        assert!(learns(&mut Learned::default(), "/email_id", "1a2b3c-d4", "9f8e7d-c6"));
    }
}
