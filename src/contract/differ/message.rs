//! Two HTTP messages: their first lines, their headers, their bodies.

use std::collections::BTreeSet;
use std::path::Path;

use http::HeaderMap;

use super::{NotComparable, Way};
use crate::contract::compare::{Difference, What};
use crate::contract::{Request, Response};

/// Headers that say how or when a message was sent and not what it says.
const OF_THE_CONNECTION: [&str; 10] = [
    "accept-encoding",
    "connection",
    "content-encoding",
    "content-length",
    "date",
    "expect",
    "host",
    "keep-alive",
    "transfer-encoding",
    "user-agent",
];

const FORM: &str = "application/x-www-form-urlencoded";

/// Compares two messages: two calls, or two replies. The paths in their bodies are those of the
/// bodies alone; in the head they are words: `status`, `header content-type`.
pub(super) fn differences(
    (expected, one): (&Path, &[u8]),
    (found, other): (&Path, &[u8]),
    way: &Way<'_>,
) -> Result<Vec<Difference>, NotComparable> {
    let (one, other) = (Message::read(expected, one)?, Message::read(found, other)?);
    match (one, other) {
        (Message::Call(one), Message::Call(other)) => Ok(calls(&one, &other, way)),
        (Message::Reply(one), Message::Reply(other)) => Ok(replies(&one, &other, way)),
        (Message::Call(_), Message::Reply(_)) => {
            Err(NotComparable::Sides { call: expected.to_owned(), reply: found.to_owned() })
        }
        (Message::Reply(_), Message::Call(_)) => {
            Err(NotComparable::Sides { call: found.to_owned(), reply: expected.to_owned() })
        }
    }
}

enum Message {
    Call(Request),
    Reply(Response),
}

impl Message {
    fn read(path: &Path, bytes: &[u8]) -> Result<Self, NotComparable> {
        let read = if bytes.starts_with(b"HTTP/") {
            Response::read(bytes).map(Self::Reply)
        } else {
            Request::read(bytes).map(Self::Call)
        };
        read.map_err(|why| NotComparable::NoMessage { path: path.to_owned(), why: why.to_string() })
    }
}

fn calls(one: &Request, other: &Request, way: &Way<'_>) -> Vec<Difference> {
    let mut differences = Vec::new();
    differences.extend(word("method", one.method.as_str(), other.method.as_str(), way));
    if !way.options.passed_over.contains("target") {
        differences.extend(word("target", one.path(), other.path(), way));
        let queries = way.bodies((FORM, one.query().as_bytes()), (FORM, other.query().as_bytes()));
        differences.extend(queries.into_iter().map(|difference| Difference {
            path: format!("query {}", difference.path.trim_start_matches('/')),
            ..difference
        }));
    }
    differences.extend(headers(&one.headers, &other.headers, way));
    let types = (media_type(&one.headers), media_type(&other.headers));
    differences.extend(way.bodies((types.0, &one.body), (types.1, &other.body)));
    differences
}

fn replies(one: &Response, other: &Response, way: &Way<'_>) -> Vec<Difference> {
    let mut differences = Vec::new();
    differences.extend(word("status", one.status.as_str(), other.status.as_str(), way));
    differences.extend(headers(&one.headers, &other.headers, way));
    let types = (media_type(&one.headers), media_type(&other.headers));
    differences.extend(way.bodies((types.0, &one.body), (types.1, &other.body)));
    differences
}

fn word(place: &str, expected: &str, found: &str, way: &Way<'_>) -> Option<Difference> {
    if expected == found || way.options.passed_over.contains(place) {
        return None;
    }
    Some(Difference {
        path: place.to_owned(),
        what: What::Value,
        expected: Some(expected.to_owned()),
        found: Some(found.to_owned()),
    })
}

fn media_type(headers: &HeaderMap) -> &str {
    let value = headers.get(http::header::CONTENT_TYPE);
    value.and_then(|value| value.to_str().ok()).unwrap_or_default()
}

fn headers(one: &HeaderMap, other: &HeaderMap, way: &Way<'_>) -> Vec<Difference> {
    let names: BTreeSet<&str> =
        one.keys().chain(other.keys()).map(http::HeaderName::as_str).collect();
    let compared = names.into_iter().filter(|name| {
        !OF_THE_CONNECTION.contains(name)
            && !way.options.passed_over.contains(&format!("header {name}"))
    });
    compared.filter_map(|name| header(name, &values(one, name), &values(other, name))).collect()
}

/// All values of a header, in order; of a media type without what is spelling.
fn values(headers: &HeaderMap, name: &str) -> Vec<String> {
    let texts = headers.get_all(name).iter().map(|value| String::from_utf8_lossy(value.as_bytes()));
    texts
        .map(|text| match name {
            "content-type" => normal_media_type(&text),
            // Quotes around an action are spelling: clients send it with and without.
            "soapaction" => text.trim().trim_matches('"').to_owned(),
            _ => text.trim().to_owned(),
        })
        .collect()
}

/// Lower case, no quotes, no blanks, and no boundary.
fn normal_media_type(text: &str) -> String {
    let parameters = text.split(';').map(|parameter| match parameter.split_once('=') {
        Some((name, value)) => {
            let (name, value) = (name.trim().to_ascii_lowercase(), value.trim().trim_matches('"'));
            let value =
                if name == "charset" { value.to_ascii_lowercase() } else { value.to_owned() };
            (name, Some(value))
        }
        None => (parameter.trim().to_ascii_lowercase(), None),
    });
    let kept = parameters.filter(|(name, _)| !name.is_empty() && name != "boundary");
    let written = kept.map(|(name, value)| match value {
        Some(value) => format!("{name}={value}"),
        None => name,
    });
    written.collect::<Vec<_>>().join("; ")
}

fn header(name: &str, expected: &[String], found: &[String]) -> Option<Difference> {
    if expected == found {
        return None;
    }
    let what = match (expected, found) {
        ([], _) => What::Unexpected,
        (_, []) => What::Missing,
        _ => What::Value,
    };
    let told = |values: &[String]| (!values.is_empty()).then(|| values.join(", "));
    Some(Difference {
        path: format!("header {name}"),
        what,
        expected: told(expected),
        found: told(found),
    })
}
