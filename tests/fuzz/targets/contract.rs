//! What contract tests do with documents: comparing, redacting, diagnosing.

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderMap, HeaderValue};
use http::{Method, StatusCode};
use lychgate::contract::compare::{Content, Rules, What};
use lychgate::contract::doctor::{self, Known};
use lychgate::contract::redact::{Options, Redactor, SelfCheck};
use lychgate::contract::{Exchange, Request, Response};

const MEDIA_TYPES: [&str; 6] = [
    "",
    "text/xml; charset=utf-8",
    "application/json",
    "application/x-www-form-urlencoded",
    "text/csv",
    "text/plain",
];

/// The length chooses the media type. A NUL stands between two documents, or else it is twice one.
/// Each is equal to itself, and to be compared with the other is no harm.
pub fn compare(data: &[u8]) {
    let media_type = MEDIA_TYPES[data.len() % MEDIA_TYPES.len()];
    let middle = data.iter().position(|byte| *byte == 0).unwrap_or(data.len());
    let (one, other) = data.split_at(middle);
    let other = other.strip_prefix(b"\0").unwrap_or(one);
    let content = |bytes| Content { media_type, bytes };
    let rules = Rules::default();
    drop(lychgate::contract::compare::compare(content(one), content(other), &rules, None));
    for document in [one, other] {
        assert_equal(content(document), content(document));
    }
}

/// Of a document that is compared with itself, nothing but itself can be wrong.
fn assert_equal(one: Content<'_>, other: Content<'_>) {
    let found = lychgate::contract::compare::compare(one, other, &Rules::default(), None);
    let of_itself =
        [What::Malformed, What::BadPlaceholder, What::Placeholder, What::TooMuch, What::More];
    assert!(found.iter().all(|one| of_itself.contains(&one.what)), "{found:?}");
}

/// A value of PHP's `serialize`, compared with itself with and without a blank behind.
pub fn php(data: &[u8]) {
    let longer = [data, b"\n"].concat();
    let content = |bytes| Content { media_type: "", bytes };
    drop(lychgate::contract::compare::compare(
        content(data),
        content(&longer),
        &Rules::default(),
        None,
    ));
    assert_equal(content(data), content(data));
}

/// An exchange of these bytes: a message as recordings have it, or a body.
fn exchange(data: &[u8]) -> Exchange {
    let request = Request::read(data).unwrap_or_else(|_| {
        let media_type = match data.first() {
            Some(b'<') => "text/xml; charset=utf-8",
            Some(b'{' | b'[') => "application/json",
            Some(b'-') => "multipart/form-data; boundary=b",
            _ => "application/x-www-form-urlencoded",
        };
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
        let target = "/v2/api.svc?api_key=0123456789abcdef".to_owned();
        Request { method: Method::POST, target, headers, body: Bytes::copy_from_slice(data) }
    });
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/xml"));
    let response = Response { status: StatusCode::OK, headers, body: Bytes::from_static(b"<ok/>") };
    Exchange { request, response }
}

/// What is redacted holds no secret of it, and is a message that can be redacted again.
pub fn redact(data: &[u8]) {
    let options = Options { emails: true, names: true, mark_binaries: true, ..Options::default() };
    let redactor = Redactor::new(options, [7; 32]);
    let Ok(redacted) = redactor.redact(&exchange(data)) else { return };
    let written = redacted.exchange.request.write();
    SelfCheck::new(&redacted.secrets_seen).bytes(&written).expect("no secret is left");
    assert_eq!(Request::read(&written), Ok(redacted.exchange.request));
}

/// Whatever the call, its diagnosis ends.
pub fn doctor(data: &[u8]) {
    drop(doctor::diagnose_all(&[exchange(data)], &Known::default()));
    drop(doctor::input::read(data));
}
