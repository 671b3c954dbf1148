//! A call in the form in which it is compared: its head as a JSON document, and its body.

use std::borrow::Cow;
use std::collections::BTreeMap;

use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_TYPE};
use serde_json::{Value, json};

use crate::contract::Request;
use crate::protocol::form::urlencoded;

/// A call's head and body. The head is `{"method", "path": […], "query": {name: […]}}`, decoded,
/// so that `/path[3]` and `/query/select` name places in it.
pub struct Question {
    pub head: Bytes,
    pub content_type: String,
    pub accept: Option<String>,
    pub body: Bytes,
}

/// Shows nothing of the call.
impl std::fmt::Debug for Question {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Question").finish_non_exhaustive()
    }
}

impl Question {
    pub fn of(request: &Request) -> Self {
        let header = |name| request.headers.get(name).and_then(|value| value.to_str().ok());
        Self {
            head: head(request).to_string().into(),
            content_type: header(&CONTENT_TYPE).unwrap_or_default().to_owned(),
            accept: header(&ACCEPT).map(str::to_owned),
            body: request.body.clone(),
        }
    }
}

fn head(request: &Request) -> Value {
    let path: Vec<Cow<'_, str>> =
        request.path().split('/').filter(|part| !part.is_empty()).map(decoded_segment).collect();
    let mut query: BTreeMap<Cow<'_, str>, Vec<Cow<'_, str>>> = BTreeMap::new();
    for pair in request.query().split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        query.entry(decoded(name)).or_default().push(decoded(value));
    }
    json!({ "method": request.method.as_str(), "path": path, "query": query })
}

/// In a path a `+` is itself.
fn decoded_segment(text: &str) -> Cow<'_, str> {
    if text.contains('+') {
        return Cow::Owned(decoded(&text.replace('+', "%2B")).into_owned());
    }
    decoded(text)
}

fn decoded(text: &str) -> Cow<'_, str> {
    match urlencoded::decoded(text.as_bytes()) {
        Cow::Borrowed(bytes) => String::from_utf8_lossy(bytes),
        Cow::Owned(bytes) => Cow::Owned(String::from_utf8_lossy(&bytes).into_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_is_decoded_and_its_query_has_no_order() {
        let of = |target: &str| {
            let text = format!("GET {target} HTTP/1.1\n\n");
            Question::of(&Request::read(text.as_bytes()).unwrap()).head
        };
        assert_eq!(
            of("/v2/contacts/a%40b.example?x=1&y=2&x=3"),
            of("/v2/contacts/a@b.example?y=2&x=1&x=3")
        );
        assert_eq!(
            of("/v2/a?x=1&x=2"),
            r#"{"method":"GET","path":["v2","a"],"query":{"x":["1","2"]}}"#
        );
        assert_ne!(of("/v2/a?x=1"), of("/v2/a?x=2"));
        assert_eq!(of("/a+b@c.example"), of("/a%2Bb@c.example"));
    }
}
