//! How alike two servers answer, operation by operation.
//!
//! A [`Ledger`] counts what became of each comparison of our answer with the upstream's: equal,
//! different (where, and in which way), failed, or not made and why. Places are kept without values
//! and within bounds; everything is since the start.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use http::header::CONTENT_TYPE;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::compare::{Content, Difference, Pattern, Rules, What, compare, schema_of};
use super::{Exchange, Response};

/// Places that are kept for an operation; further ones are counted together.
const MOST_PLACES: usize = 100;
/// Longest path that is kept, in characters.
const MOST_PATH_CHARACTERS: usize = 300;
/// Differences of one comparison that are counted singly.
const MOST_DIFFERENCES: usize = 50;
/// Says who asked and when: in SOAP, both ways.
const NEVER_COMPARED: &str = "/Envelope/Header";

/// Why a call was answered here and not compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Skipped {
    /// It changes something, or may, and such calls are not made twice.
    Write,
    /// Too many comparisons were waiting.
    Crowded,
    /// A body was longer than is kept, or the reply broke off.
    Unkept,
}

impl Skipped {
    /// For people.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Write => "not compared: it changes something, or may",
            Self::Crowded => "not compared: too many comparisons were waiting",
            Self::Unkept => "not compared: a body is too long, or was cut short",
        }
    }
}

/// What became of a call.
#[derive(Debug)]
pub enum Outcome {
    Equal,
    /// Places of the upstream's answer that ours has not, has besides, or has otherwise.
    Different(Vec<Difference>),
    /// There is no answer of the upstream, for the reason of this word.
    Failed(&'static str),
    Skipped(Skipped),
}

impl Outcome {
    /// The word in metrics.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Equal => "equal",
            Self::Different(_) => "different",
            Self::Failed(_) => "failed",
            Self::Skipped(_) => "skipped",
        }
    }
}

/// Every outcome's word.
pub const OUTCOMES: [&str; 4] = ["equal", "different", "failed", "skipped"];

/// What differed and how often.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// `[*]` for any position. `/status` and `/content-type` are those of the reply.
    pub path: String,
    /// The kind of difference, such as `value` or `missing`.
    pub what: String,
    pub count: u64,
}

/// One operation's line.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    pub face: String,
    /// Empty for calls that name no operation.
    pub operation: String,
    pub equal: u64,
    pub different: u64,
    pub failed: u64,
    pub skipped: u64,
    /// When a comparison was made last.
    pub last: Option<Timestamp>,
    /// The most frequent first.
    pub differences: Vec<Place>,
    /// Differences at places beyond those that are kept.
    pub other_differences: u64,
    /// Failures by their words.
    pub failures: BTreeMap<String, u64>,
    pub skips: BTreeMap<Skipped, u64>,
}

/// Everything since the start.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    pub since: Timestamp,
    pub operations: Vec<Line>,
}

#[derive(Debug, Default)]
struct Counts {
    equal: u64,
    different: u64,
    failed: BTreeMap<&'static str, u64>,
    skipped: BTreeMap<Skipped, u64>,
    last: Option<Timestamp>,
    places: BTreeMap<(String, What), u64>,
    other_places: u64,
}

/// Counts outcomes. Face and operation come from closed sets, so its size is bounded.
#[derive(Debug)]
pub struct Ledger {
    since: Timestamp,
    counts: Mutex<BTreeMap<(&'static str, &'static str), Counts>>,
}

impl Ledger {
    pub fn new(since: Timestamp) -> Self {
        Self { since, counts: Mutex::default() }
    }

    pub fn count(
        &self,
        face: &'static str,
        operation: &'static str,
        outcome: &Outcome,
        at: Timestamp,
    ) {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let counts = counts.entry((face, operation)).or_default();
        match outcome {
            Outcome::Equal => counts.equal += 1,
            Outcome::Different(differences) => {
                counts.different += 1;
                for difference in differences {
                    counts.differs(difference);
                }
            }
            Outcome::Failed(word) => *counts.failed.entry(word).or_default() += 1,
            Outcome::Skipped(why) => {
                *counts.skipped.entry(*why).or_default() += 1;
                return;
            }
        }
        counts.last = Some(at);
    }

    /// How often each outcome's word was counted, in the order of [`OUTCOMES`].
    pub fn totals(&self) -> Vec<(&'static str, &'static str, [u64; 4])> {
        let counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let total = |((face, operation), counts): (&(&'static str, &'static str), &Counts)| {
            let (failed, skipped) = (counts.failed.values().sum(), counts.skipped.values().sum());
            (*face, *operation, [counts.equal, counts.different, failed, skipped])
        };
        counts.iter().map(total).collect()
    }

    pub fn report(&self) -> Report {
        let counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let operations =
            counts.iter().map(|((face, operation), counts)| counts.line(face, operation)).collect();
        Report { since: self.since, operations }
    }
}

impl Counts {
    fn differs(&mut self, difference: &Difference) {
        if difference.what == What::More {
            return;
        }
        let key = (any_position(&difference.path), difference.what);
        if self.places.len() < MOST_PLACES || self.places.contains_key(&key) {
            *self.places.entry(key).or_default() += 1;
        } else {
            self.other_places += 1;
        }
    }

    fn line(&self, face: &str, operation: &str) -> Line {
        let mut differences: Vec<Place> = self
            .places
            .iter()
            .map(|((path, what), count)| Place {
                path: path.clone(),
                what: word_of(*what),
                count: *count,
            })
            .collect();
        differences.sort_by_key(|place| Reverse(place.count));
        let word = |(word, count): (&&'static str, &u64)| ((*word).to_owned(), *count);
        Line {
            face: face.to_owned(),
            operation: operation.to_owned(),
            equal: self.equal,
            different: self.different,
            failed: self.failed.values().sum(),
            skipped: self.skipped.values().sum(),
            last: self.last,
            differences,
            other_differences: self.other_places,
            failures: self.failed.iter().map(word).collect(),
            skips: self.skipped.clone(),
        }
    }
}

/// The kind as it is written in JSON.
fn word_of(what: What) -> String {
    let word = serde_json::to_value(what).ok();
    word.and_then(|word| word.as_str().map(str::to_owned)).unwrap_or_default()
}

/// The path with `[*]` for every position, so that the rows of a list are one place.
fn any_position(path: &str) -> String {
    let mut general = String::with_capacity(path.len());
    let mut characters = path.chars().take(MOST_PATH_CHARACTERS);
    while let Some(c) = characters.next() {
        general.push(c);
        match c {
            '\\' => general.extend(characters.next()),
            '[' => {
                general.push_str("*]");
                characters.by_ref().take_while(|c| *c != ']').for_each(drop);
            }
            _ => {}
        }
    }
    general
}

/// What counts as a difference between our answer and the upstream's.
#[derive(Debug, Clone)]
pub struct Yardstick(Rules);

impl Yardstick {
    /// Places named by `ignore` may differ, besides the headers of envelopes.
    pub fn new(ignore: &[Pattern]) -> Self {
        let never = NEVER_COMPARED.parse::<Pattern>().ok();
        let ignore = ignore.iter().cloned().chain(never).collect();
        Self(Rules { ignore, most: MOST_DIFFERENCES, ..Rules::default() })
    }

    /// Compares the answer that was given with the upstream's, which is the expected one.
    pub fn judge(&self, face: &str, given: &Exchange, upstream: &Response) -> Outcome {
        let mut differences = Vec::new();
        if given.response.status != upstream.status {
            differences.push(at("/status"));
        }
        let differing =
            compare(content(upstream), content(&given.response), &self.0, schema_of(face));
        differences.extend(differing);
        if differences.is_empty() { Outcome::Equal } else { Outcome::Different(differences) }
    }
}

fn at(path: &str) -> Difference {
    Difference { path: path.to_owned(), what: What::Value, expected: None, found: None }
}

fn content(response: &Response) -> Content<'_> {
    let media_type = response.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    Content { media_type: media_type.unwrap_or_default(), bytes: &response.body }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn difference(path: &str, what: What) -> Difference {
        let value = Some("ann@example.org".to_owned());
        Difference { path: path.to_owned(), what, expected: value.clone(), found: value }
    }

    fn exchange(reply: &str) -> Exchange {
        Exchange {
            request: crate::contract::Request::read(b"GET / HTTP/1.1\n\n").unwrap(),
            response: Response::read(reply.as_bytes()).unwrap(),
        }
    }

    #[test]
    fn rows_of_a_list_are_one_place_and_no_value_is_kept() {
        let ledger = Ledger::new(Timestamp::UNIX_EPOCH);
        for row in 1..=3 {
            let places = vec![difference(&format!("/a/b[{row}]/c\\[1"), What::Value)];
            ledger.count("selzy", "getLists", &Outcome::Different(places), Timestamp::UNIX_EPOCH);
        }
        let report = ledger.report();
        let line = report.operations.first().unwrap();
        let place = Place { path: "/a/b[*]/c\\[1".into(), what: "value".into(), count: 3 };
        assert_eq!((line.different, &line.differences), (3, &vec![place]));
        assert!(!serde_json::to_string(&report).unwrap().contains("ann@"));
    }

    #[test]
    fn places_are_kept_up_to_a_bound_and_then_counted() {
        let ledger = Ledger::new(Timestamp::UNIX_EPOCH);
        for name in 0..MOST_PLACES + 7 {
            let places = vec![difference(&format!("/{}{name}", "x".repeat(9_000)), What::Missing)];
            ledger.count("selzy", "getLists", &Outcome::Different(places), Timestamp::UNIX_EPOCH);
        }
        let line = ledger.report().operations.remove(0);
        // All of them are the same once they are cut.
        assert_eq!((line.differences.len(), line.other_differences), (1, 0));
        for name in 0..MOST_PLACES + 7 {
            let places = vec![difference(&format!("/{name}"), What::Missing)];
            ledger.count("selzy", "getLists", &Outcome::Different(places), Timestamp::UNIX_EPOCH);
        }
        let line = ledger.report().operations.remove(0);
        assert_eq!((line.differences.len(), line.other_differences), (MOST_PLACES, 8));
    }

    #[test]
    fn answers_are_equal_whatever_their_envelopes_headers_say() {
        let reply = |header: &str, body: &str| {
            format!(
                "HTTP/1.1 200 OK\ncontent-type: text/xml\n\n\
                 <e:Envelope xmlns:e=\"urn:e\">{header}<e:Body><a>{body}</a></e:Body></e:Envelope>"
            )
        };
        let ours = exchange(&reply("<e:Header><t>1</t></e:Header>", "1"));
        let yardstick = Yardstick::new(&[]);
        let upstream = exchange(&reply("", "1")).response;
        assert!(matches!(yardstick.judge("selzy", &ours, &upstream), Outcome::Equal));
        let upstream = exchange(&reply("", "2")).response;
        let Outcome::Different(differences) = yardstick.judge("selzy", &ours, &upstream) else {
            panic!("they differ");
        };
        assert_eq!(differences.first().unwrap().path, "/Envelope/Body/a");
        let lenient = Yardstick::new(&["/Envelope/Body/a".parse().unwrap()]);
        assert!(matches!(lenient.judge("selzy", &ours, &upstream), Outcome::Equal));
    }

    #[test]
    fn another_status_is_a_difference() {
        let ours = exchange("HTTP/1.1 200 OK\n\n");
        let upstream = Response::read(b"HTTP/1.1 404 Not Found\n\n").unwrap();
        let outcome = Yardstick::new(&[]).judge("selzy", &ours, &upstream);
        assert_eq!(outcome.word(), "different");
    }
}
