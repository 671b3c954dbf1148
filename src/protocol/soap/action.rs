//! Which operation a call asks for, out of the four places where clients say it.
//!
//! A known action decides. An unknown, empty or absent one falls back to the body element where
//! that names an operation: Perl's `SOAP::Lite` sends `namespace#Operation` by default, JAX-WS sends
//! an empty action, gSOAP and hand-written clients none.

use std::borrow::Cow;

use http::HeaderMap;

/// Most bytes of an action that are looked at; longer ones cannot be an operation's.
const MAX_ACTION_BYTES: usize = 2_048;

/// The actions that a call carries, in the order in which they are believed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Actions {
    candidates: Vec<String>,
}

impl Actions {
    /// Reads `SOAPAction` and the `action` parameter of `Content-Type`. Clients that send both,
    /// such as JAX-WS with SOAP 1.2, mean the same by both.
    pub fn of_headers(headers: &HeaderMap) -> Self {
        let mut actions = Self::default();
        if let Some(value) = latin1(headers, "content-type") {
            actions.add(content_type_parameter(&value, "action").unwrap_or_default());
        }
        if let Some(value) = latin1(headers, "soapaction") {
            actions.add(unquoted(&value));
        }
        actions
    }

    /// Adds one, such as the text of `wsa:Action`; an empty one says nothing and is left out.
    pub fn add(&mut self, action: &str) {
        let action = action.trim();
        let is_new = !self.candidates.iter().any(|known| known == action);
        if !action.is_empty() && action.len() <= MAX_ACTION_BYTES && is_new {
            self.candidates.push(action.to_owned());
        }
    }

    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.candidates.iter().map(String::as_str)
    }

    /// The action that a fault names: the first given, or nothing.
    pub fn first(&self) -> &str {
        self.candidates.first().map_or("", String::as_str)
    }
}

/// A header's value with each byte as a character, as ISO-8859-1 has it.
fn latin1<'h>(headers: &'h HeaderMap, name: &str) -> Option<Cow<'h, str>> {
    let bytes = headers.get(name)?.as_bytes();
    match std::str::from_utf8(bytes) {
        Ok(text) if text.is_ascii() => Some(text.into()),
        _ => Some(bytes.iter().copied().map(char::from).collect()),
    }
}

/// The value within one pair of quotes, or all of it when there is none.
fn unquoted(value: &str) -> &str {
    let value = value.trim();
    value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(value)
}

/// A parameter of a `Content-Type`, without quotes. A `;` within quotes does not end it.
pub(super) fn content_type_parameter<'a>(content_type: &'a str, name: &str) -> Option<&'a str> {
    let mut quoted = false;
    content_type
        .split(|c| {
            quoted ^= c == '"';
            c == ';' && !quoted
        })
        .skip(1)
        .filter_map(|part| part.split_once('='))
        .find(|(key, _)| key.trim().eq_ignore_ascii_case(name))
        .map(|(_, value)| unquoted(value))
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn actions(headers: &[(&'static str, &'static str)]) -> Vec<String> {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.insert(*name, HeaderValue::from_static(value));
        }
        Actions::of_headers(&map).candidates
    }

    #[test]
    fn an_action_is_read_with_and_without_quotes() {
        assert_eq!(actions(&[("soapaction", "\"urn:a/Op\"")]), ["urn:a/Op"]);
        assert_eq!(actions(&[("soapaction", " urn:a/Op ")]), ["urn:a/Op"]);
        assert_eq!(actions(&[("soapaction", "\"urn:a#Op\"")]), ["urn:a#Op"]);
    }

    #[test]
    fn an_empty_or_absent_action_says_nothing() {
        assert!(actions(&[("soapaction", "\"\"")]).is_empty());
        assert!(actions(&[("soapaction", "")]).is_empty());
        assert!(actions(&[("soapaction", "\"")]).first().is_some_and(|a| a == "\""));
        assert!(actions(&[]).is_empty());
    }

    #[test]
    fn the_content_types_action_is_read_in_any_place_and_form() {
        let of = |value| actions(&[("content-type", value)]);
        assert_eq!(of("application/soap+xml; charset=utf-8; action=\"urn:a/Op\""), ["urn:a/Op"]);
        assert_eq!(of("application/soap+xml;action=urn:a/Op;charset=utf-8"), ["urn:a/Op"]);
        assert_eq!(of("application/soap+xml; ACTION=\"urn:a;b\""), ["urn:a;b"]);
        assert!(of("application/soap+xml; charset=utf-8").is_empty());
        assert!(of("application/soap+xml; reaction=x").is_empty());
    }

    #[test]
    fn both_headers_may_come_together_and_the_same_is_kept_once() {
        let both = [
            ("content-type", "application/soap+xml; action=\"urn:a/Op\""),
            ("soapaction", "\"urn:a/Op\""),
        ];
        assert_eq!(actions(&both), ["urn:a/Op"]);
    }

    #[test]
    fn an_endless_action_is_not_kept() {
        let mut actions = Actions::default();
        actions.add(&"x".repeat(MAX_ACTION_BYTES + 1));
        assert_eq!(actions.first(), "");
    }
}
