//! Exchanges with something planted in every place, before and after.

mod lengths;
mod people;
mod places;
mod properties;
mod refused;

use super::{Options, Redacted, Redactor, Unredactable};
use crate::contract::{Exchange, Request, Response};

pub(super) const KEY: [u8; 32] = [7; 32];

/// What is planted as a password: every escape changes something of it.
pub(super) const PASSWORD: &str = "p\u{e4}ss&<w\"0rd>/+\\";
pub(super) const LOGIN: &str = "apiuser-77@login.example";
pub(super) const API_KEY: &str = "6c1f9e3b7a5d4082";
pub(super) const SHARED_SECRET: &str = "Sh4red/Secr+t==";

pub(super) fn people() -> Options {
    Options { emails: true, names: true, ..Options::default() }
}

pub(super) fn request(text: impl AsRef<[u8]>) -> Exchange {
    let response = Response::read(b"HTTP/1.1 200 OK\r\n\r\n").unwrap();
    Exchange { request: Request::read(text.as_ref()).unwrap(), response }
}

pub(super) fn response(text: impl AsRef<[u8]>) -> Exchange {
    let request = Request::read(b"GET / HTTP/1.1\r\n\r\n").unwrap();
    Exchange { request, response: Response::read(text.as_ref()).unwrap() }
}

/// A post of a body of that type.
pub(super) fn post(content_type: &str, body: impl AsRef<[u8]>) -> Exchange {
    let head = format!("POST /x HTTP/1.1\r\ncontent-type: {content_type}\r\n\r\n");
    request([head.as_bytes(), body.as_ref()].concat())
}

pub(super) fn redact(options: Options, exchange: &Exchange) -> Result<Redacted, Unredactable> {
    Redactor::new(options, KEY).redact(exchange)
}

/// The request's body after credentials were taken out.
pub(super) fn body_of(options: Options, exchange: &Exchange) -> Vec<u8> {
    redact(options, exchange).unwrap().exchange.request.body.to_vec()
}

pub(super) fn text_of(options: Options, exchange: &Exchange) -> String {
    String::from_utf8(body_of(options, exchange)).unwrap()
}

/// Texts in the spellings of documents.
pub(super) fn in_xml(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

pub(super) fn in_json(text: &str) -> String {
    serde_json::to_string(text).unwrap().trim_matches('"').to_owned()
}

pub(super) fn in_form(text: &str) -> String {
    let encoded = |byte: u8| match byte {
        byte if byte.is_ascii_alphanumeric() => char::from(byte).to_string(),
        byte => format!("%{byte:02x}"),
    };
    text.bytes().map(encoded).collect()
}

pub(super) fn in_base64(text: impl AsRef<[u8]>) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(text)
}
