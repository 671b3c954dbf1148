//! Compares a reply with the one on record.

use http::HeaderMap;
use http::header::CONTENT_TYPE;

use super::learned::Learned;
use crate::contract::Response;
use crate::contract::case::{Case, StandIns};
use crate::contract::compare::{Content, Difference, What, compare, schema_of};

/// Bytes that are shown before the first that differs, and behind it.
const SHOWN_BEFORE: usize = 40;
const SHOWN_BEHIND: usize = 120;

/// Differences that are looked at in a reply of a sequence.
const MOST_IN_SEQUENCE: usize = 20_000;

/// How replies are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manner {
    /// By what the documents mean, with the rules of the case.
    Meaning,
    /// Byte for byte.
    Exact,
}

/// What came back, and what stands for what in the replies on record.
#[derive(Debug)]
pub struct Reply {
    pub response: Response,
    pub stand_ins: StandIns,
}

impl Reply {
    /// The reply as it is put on record: with the stand-ins that are there now, and that of the
    /// newest import, whose id is never the same.
    pub fn to_be_recorded(&self, case: &Case) -> Response {
        let recorded = case.response.as_ref().map(|response| &*response.body).unwrap_or_default();
        let mut response = self.response.clone();
        response.body = self.stand_ins.put_back(&response.body, recorded).into();
        response
    }
}

/// How the reply differs from the one on record; nothing when it is as it should be.
///
/// What was learned of the server's ids holds for the reply on record as well.
pub fn differences(
    case: &Case,
    reply: &Reply,
    manner: Manner,
    learned: &Learned,
) -> Vec<Difference> {
    let found = &reply.response;
    let mut differences = Vec::new();
    differences.extend(of_status(case, found));
    differences.extend(of_headers(case, &found.headers));
    let Some(recorded) = &case.response else {
        differences.push(Difference {
            path: "/".to_owned(),
            what: What::Unexpected,
            expected: None,
            found: Some("a reply, while none is on record".to_owned()),
        });
        return differences;
    };
    let expected = learned.text(&reply.stand_ins.fill(&recorded.body), &case.operation);
    match manner {
        Manner::Exact => differences.extend(of_bytes(&expected, &found.body)),
        Manner::Meaning => {
            let found_type = media_type(&found.headers);
            let expected_type = Some(media_type(&recorded.headers)).filter(|text| !text.is_empty());
            let expected =
                Content { media_type: expected_type.unwrap_or(found_type), bytes: &expected };
            let found = Content { media_type: found_type, bytes: &found.body };
            let schema = schema_of(&case.face);
            let mut rules = case.told.compare.clone();
            if case.told.sequence.is_some() {
                // Ids and times of the run are differences at first.
                rules.most = rules.most.max(MOST_IN_SEQUENCE);
            }
            differences.extend(compare(expected, found, &rules, schema));
        }
    }
    differences
}

fn of_status(case: &Case, found: &Response) -> Option<Difference> {
    let (expected, found) = (case.status(), found.status);
    (expected != found).then(|| Difference {
        path: "status".to_owned(),
        what: What::Value,
        expected: Some(expected.as_u16().to_string()),
        found: Some(found.as_u16().to_string()),
    })
}

/// The headers that `case.toml` names must be there exactly. The head of a message on record is
/// that of another server on another day: only its media type must be the same.
fn of_headers(case: &Case, found: &HeaderMap) -> Vec<Difference> {
    let text = |name: &str| {
        let value = found.get(name)?;
        Some(String::from_utf8_lossy(value.as_bytes()).into_owned())
    };
    let mut differences: Vec<Difference> = Vec::new();
    for (name, expected) in &case.told.reply_headers {
        let found = text(name);
        if found.as_ref() != Some(expected) {
            differences.push(of_header(name, Some(expected.clone()), found));
        }
    }
    let recorded = case.response.as_ref().filter(|_| case.has_reply_head);
    let expected = recorded.map(|response| media_type(&response.headers)).unwrap_or_default();
    let is_told =
        case.told.reply_headers.keys().any(|name| name.eq_ignore_ascii_case("content-type"));
    if !is_told && !expected.is_empty() && essence(expected) != essence(media_type(found)) {
        let found = text(CONTENT_TYPE.as_str());
        differences.push(of_header("content-type", Some(expected.to_owned()), found));
    }
    differences
}

fn of_header(name: &str, expected: Option<String>, found: Option<String>) -> Difference {
    let what = if found.is_some() { What::Value } else { What::Missing };
    Difference { path: format!("header {}", name.to_ascii_lowercase()), what, expected, found }
}

fn media_type(headers: &HeaderMap) -> &str {
    headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

fn essence(media_type: &str) -> String {
    media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

fn of_bytes(expected: &[u8], found: &[u8]) -> Option<Difference> {
    if expected == found {
        return None;
    }
    let same = expected.iter().zip(found).take_while(|(one, other)| one == other).count();
    Some(Difference {
        path: format!("byte {same}"),
        what: What::Value,
        expected: Some(shown_around(expected, same)),
        found: Some(shown_around(found, same)),
    })
}

fn shown_around(bytes: &[u8], at: usize) -> String {
    let from = at.saturating_sub(SHOWN_BEFORE);
    let to = bytes.len().min(at.saturating_add(SHOWN_BEHIND));
    let text = String::from_utf8_lossy(bytes.get(from..to).unwrap_or_default());
    let before = if from > 0 { "…" } else { "" };
    let behind = if to < bytes.len() { "…" } else { "" };
    format!("{before}{text}{behind}")
}
