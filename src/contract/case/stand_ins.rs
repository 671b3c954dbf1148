//! What stands in recordings for something that is only known when they are run.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{Debug, Formatter};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use bytes::Bytes;
use http::header::{AUTHORIZATION, CONTENT_LENGTH};
use http::{HeaderValue, Method};

use crate::contract::Request;

/// What a credential's stand-in is called. A second one of a kind has a number: `{login_2}`.
const CREDENTIALS: [&str; 4] = ["api_key", "shared_secret", "login", "password"];

/// Longest name of a stand-in, in bytes.
const MOST_NAME_BYTES: usize = 64;

/// Texts by the name that stands for them in braces, such as `{api_key}`.
///
/// `Debug` shows the names alone: most are secrets.
#[derive(Clone, Default)]
pub struct StandIns(BTreeMap<String, String>);

impl Debug for StandIns {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

/// A piece of a text with stand-ins.
enum Piece<'t> {
    Plain(&'t [u8]),
    Name(&'t str),
}

impl StandIns {
    /// `{name}` stands for this text from now on.
    pub fn keep(&mut self, name: &str, text: &str) {
        self.0.insert(name.to_owned(), text.to_owned());
    }

    /// What a name stands for.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// Everything that `others` say stands as they say.
    pub fn take(&mut self, others: Self) {
        self.0.extend(others.0);
    }

    pub fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// The text with everything known put in; what is unknown stays as it is. It need not be UTF-8.
    pub fn fill(&self, text: &[u8]) -> Vec<u8> {
        let mut out = Vec::with_capacity(text.len());
        for piece in pieces(text) {
            match piece {
                Piece::Plain(bytes) => out.extend_from_slice(bytes),
                Piece::Name(name) => match self.get(name) {
                    Some(known) => out.extend_from_slice(known.as_bytes()),
                    None => out.extend_from_slice(format!("{{{name}}}").as_bytes()),
                },
            }
        }
        out
    }

    /// The request as it is sent: filled, a Basic pair encoded, the length right. `None` where what
    /// was put in does not fit into a header or a target.
    pub fn fill_request(&self, request: &Request) -> Option<Request> {
        let target = String::from_utf8(self.fill(request.target.as_bytes())).ok()?;
        let body = Bytes::from(self.fill(&request.body));
        let mut headers = request.headers.clone();
        for (name, value) in &mut headers {
            if !value.as_bytes().contains(&b'{') {
                continue;
            }
            let filled = self.fill(value.as_bytes());
            let filled = if name == AUTHORIZATION { encoded(filled) } else { filled };
            *value = HeaderValue::from_bytes(&filled).ok()?;
        }
        let usual = [Method::POST, Method::PUT, Method::PATCH].contains(&request.method);
        if headers.contains_key(CONTENT_LENGTH) || usual || !body.is_empty() {
            headers.insert(CONTENT_LENGTH, HeaderValue::from(body.len()));
        }
        Some(Request { method: request.method.clone(), target, headers, body })
    }

    /// Whether a request names this and nobody has given it.
    pub fn is_wanting(&self, request: &Request, name: &str) -> bool {
        let is = |piece| matches!(piece, Piece::Name(named) if named == name);
        !self.has(name) && texts_of(request).flat_map(pieces).any(is)
    }

    /// A reply with names again for what is known, as far as `recorded` has those names; that of
    /// the newest import is always put back, as its id is never the same.
    pub fn put_back(&self, reply: &[u8], recorded: &[u8]) -> Vec<u8> {
        let named: BTreeSet<&str> = pieces(recorded)
            .filter_map(|piece| match piece {
                Piece::Name(name) => Some(name),
                Piece::Plain(_) => None,
            })
            .chain(["import"])
            .collect();
        named
            .into_iter()
            .filter_map(|name| Some((name, self.get(name)?)))
            .fold(reply.to_vec(), |reply, (name, text)| {
                replaced(&reply, text, &format!("{{{name}}}"))
            })
    }

    /// The credentials that a request names and nobody has given.
    pub fn missing_for(&self, request: &Request) -> BTreeSet<String> {
        texts_of(request)
            .flat_map(pieces)
            .filter_map(|piece| match piece {
                Piece::Name(name) if is_credential(name) && !self.has(name) => {
                    Some(name.to_owned())
                }
                Piece::Name(_) | Piece::Plain(_) => None,
            })
            .collect()
    }
}

/// Everything in a request that stand-ins can be in.
fn texts_of(request: &Request) -> impl Iterator<Item = &[u8]> {
    let headers = request.headers.values().map(HeaderValue::as_bytes);
    headers.chain([request.target.as_bytes(), &request.body])
}

/// Whether a credential of the run stands behind this name.
pub fn is_credential(name: &str) -> bool {
    CREDENTIALS.iter().any(|kind| {
        name.strip_prefix(kind).is_some_and(|rest| {
            let number = rest.strip_prefix('_').unwrap_or_default();
            rest.is_empty() || number.parse::<u16>().is_ok()
        })
    })
}

/// `Basic login:password` as it is sent. Neither a `:` nor a `{` can be in what is encoded already.
fn encoded(value: Vec<u8>) -> Vec<u8> {
    match value.strip_prefix(b"Basic ") {
        Some(pair) if pair.contains(&b':') => {
            format!("Basic {}", BASE64_STANDARD.encode(pair)).into_bytes()
        }
        _ => value,
    }
}

/// Cuts a text at what may be a stand-in: a short name of letters, digits, `_`, `-` and `.` in braces.
fn pieces(text: &[u8]) -> impl Iterator<Item = Piece<'_>> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let mut from = 0;
        while let Some(at) = rest.iter().skip(from).position(|byte| *byte == b'{') {
            let at = from + at;
            let (before, behind) = rest.split_at_checked(at)?;
            if let Some(name) = behind.get(1..).and_then(name_in) {
                if !before.is_empty() {
                    rest = behind;
                    return Some(Piece::Plain(before));
                }
                rest = behind.get(name.len() + 2..)?;
                return Some(Piece::Name(name));
            }
            from = at + 1;
        }
        Some(Piece::Plain(std::mem::take(&mut rest)))
    })
}

/// The name that a text begins with, up to its `}`.
fn name_in(text: &[u8]) -> Option<&str> {
    let end = text.iter().take(MOST_NAME_BYTES + 1).position(|byte| *byte == b'}')?;
    let name = std::str::from_utf8(text.get(..end)?).ok()?;
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    (!name.is_empty() && name.chars().all(fits)).then_some(name)
}

/// The bytes with a text in them replaced wherever it stands. They need not be UTF-8.
pub fn replaced(bytes: &[u8], from: &str, to: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some((first, others)) = rest.split_first() {
        match rest.strip_prefix(from.as_bytes()) {
            Some(behind) if !from.is_empty() => {
                out.extend_from_slice(to.as_bytes());
                rest = behind;
            }
            _ => {
                out.push(*first);
                rest = others;
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(text: &str) -> String {
        let mut names = StandIns::default();
        names.keep("login", "ann");
        names.keep("password", "{login}");
        String::from_utf8(names.fill(text.as_bytes())).unwrap()
    }

    #[test]
    fn what_is_known_is_put_in_once_and_all_else_stays() {
        assert_eq!(filled("{login}{password}"), "ann{login}");
        assert_eq!(filled("{\"a\":{login}}"), "{\"a\":ann}");
        assert_eq!(filled("{}{{login}{unknown}{login"), "{}{ann{unknown}{login");
        let long = format!("{{{}}}{{login}}", "x".repeat(200));
        assert_eq!(filled(&long), long.replace("{login}", "ann"));
    }

    #[test]
    fn a_basic_pair_is_encoded_when_it_is_sent_and_the_length_is_right() {
        let text = b"POST / HTTP/1.1\nauthorization: Basic {login}:{password}\ncontent-length: 1\n\n{login}";
        let request = Request::read(text).unwrap();
        let mut names = StandIns::default();
        let missing: Vec<String> = names.missing_for(&request).into_iter().collect();
        assert_eq!(missing, ["login", "password"]);
        names.keep("login", "zo");
        names.keep("password", "pw");
        assert!(names.missing_for(&request).is_empty());
        let sent = names.fill_request(&request).unwrap();
        assert_eq!(sent.headers["authorization"], "Basic em86cHc=");
        assert_eq!(
            (sent.headers["content-length"].to_str().unwrap(), &*sent.body),
            ("2", &b"zo"[..])
        );
    }

    #[test]
    fn a_pair_that_is_encoded_already_is_left_alone() {
        let request = Request::read(b"GET / HTTP/1.1\nauthorization: Basic em86cHc=\n\n").unwrap();
        let sent = StandIns::default().fill_request(&request).unwrap();
        assert_eq!(sent.headers["authorization"], "Basic em86cHc=");
        assert!(!sent.headers.contains_key("content-length"));
    }

    #[test]
    fn further_credentials_of_a_kind_have_numbers() {
        for (name, is) in
            [("login", true), ("api_key_2", true), ("login_", false), ("logins", false)]
        {
            assert_eq!(is_credential(name), is, "{name}");
        }
    }
}
