//! Which calls are the same, and which replies: by what they say, not by their bytes.

use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderMap, HeaderName};
use sha2::{Digest as _, Sha256};

use crate::contract::Exchange;
use crate::protocol::xml::{Content, Limits, Reader, XmlError, decode};

/// A hash of what counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Fingerprint([u8; 32]);

/// Headers of a call that its reply may depend on.
static OF_CALL: [HeaderName; 4] =
    [ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderName::from_static("soapaction")];

/// Of WS-Security and WS-Addressing: times, nonces and numbers, new in every message.
const VARYING: &[&str] = &["Security", "MessageID", "RelatesTo", "ActivityId"];

impl Fingerprint {
    pub fn of_call(operation: &str, exchange: &Exchange) -> Self {
        let request = &exchange.request;
        let mut hash = Sha256::new();
        add(&mut hash, operation.as_bytes());
        add(&mut hash, request.method.as_str().as_bytes());
        add(&mut hash, request.target.as_bytes());
        for name in &OF_CALL {
            let value = request.headers.get(name).map_or(&b""[..], http::HeaderValue::as_bytes);
            // The boundary of a form with files is new every time.
            let value = if *name == CONTENT_TYPE { essence(value) } else { value };
            add(&mut hash, value);
        }
        add_body(&mut hash, &request.headers, &request.body);
        Self(hash.finalize().into())
    }

    pub fn of_reply(exchange: &Exchange) -> Self {
        let response = &exchange.response;
        let mut hash = Sha256::new();
        add(&mut hash, response.status.as_str().as_bytes());
        add_body(&mut hash, &response.headers, &response.body);
        Self(hash.finalize().into())
    }
}

fn essence(content_type: &[u8]) -> &[u8] {
    content_type.split(|byte| *byte == b';').next().unwrap_or_default()
}

/// Each part with its length, so that two parts never look like two others.
fn add(hash: &mut Sha256, part: &[u8]) {
    hash.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
    hash.update(part);
}

/// XML by its elements, all else by its bytes without a boundary.
fn add_body(hash: &mut Sha256, headers: &HeaderMap, body: &[u8]) {
    let begins = body.iter().find(|byte| !byte.is_ascii_whitespace());
    if begins.is_some_and(|byte| matches!(byte, b'<' | 0xef)) {
        let mut of_xml = Sha256::new();
        if add_xml(&mut of_xml, body).is_ok() {
            return add(hash, &of_xml.finalize());
        }
    }
    match boundary(headers) {
        Some(boundary) => {
            let text = String::from_utf8_lossy(body);
            add(hash, text.replace(boundary, "").as_bytes());
        }
        None => add(hash, body),
    }
}

fn boundary(headers: &HeaderMap) -> Option<&str> {
    let content_type = headers.get(CONTENT_TYPE)?.to_str().ok()?;
    let (_, behind) = content_type.split_once("boundary=")?;
    let value = behind.split(';').next()?.trim().trim_matches('"');
    (!value.is_empty()).then_some(value)
}

fn add_xml(hash: &mut Sha256, body: &[u8]) -> Result<(), XmlError> {
    let text = decode(body, None)?;
    let mut xml = Reader::new(&text, Limits::default());
    let root = xml.root()?;
    add_name(hash, root.namespace(), root.local());
    add_element(hash, &mut xml)?;
    xml.finish()
}

/// The rest of the element entered last. Depth is bounded by the reader.
fn add_element(hash: &mut Sha256, xml: &mut Reader<'_>) -> Result<(), XmlError> {
    let mut attributes: Vec<_> = xml
        .attributes()
        .iter()
        .map(|attribute| (attribute.name.namespace(), attribute.name.local(), &*attribute.value))
        .collect();
    attributes.sort_unstable();
    for (namespace, local, value) in attributes {
        add_name(hash, namespace, local);
        add(hash, value.as_bytes());
    }
    let mut next = match xml.text_or_child()? {
        Content::Text(text) => {
            add(hash, text.as_bytes());
            None
        }
        Content::Child(name) => Some(name),
    };
    while let Some(name) = next {
        add_name(hash, name.namespace(), name.local());
        if VARYING.contains(&name.local()) {
            xml.skip()?;
        } else {
            add_element(hash, xml)?;
        }
        next = xml.next_child()?;
    }
    // An element's end, so that what follows it is not taken for a part of it.
    add(hash, b"/");
    Ok(())
}

fn add_name(hash: &mut Sha256, namespace: &str, local: &str) {
    add(hash, namespace.as_bytes());
    add(hash, local.as_bytes());
}
