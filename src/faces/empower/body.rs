//! Finds the document in a request.
//!
//! The vendor documents a URL-encoded form with the field `data`. Clients also post it without
//! encoding the XML, as `multipart/form-data`, raw under any content type or none, and with `GET`.
//! What the first byte of the body is tells more than its content type, which several get wrong.

use std::borrow::Cow;

use bytes::Bytes;

use crate::protocol::form::{Fields, FormError, multipart, urlencoded};
use crate::protocol::http::{Head, HttpCall};
use crate::protocol::xml::decode_leniently;

/// The form field with the document.
const DATA: &str = "data";

/// Fields in one form; clients send one.
const MOST_FIELDS: usize = 100;

/// The document as text; `None` when the request carries none.
pub fn document(call: &HttpCall) -> Result<Option<Cow<'_, str>>, FormError> {
    if is_xml(&call.body) {
        let charset = call.head.header("content-type").and_then(charset_of);
        return Ok(Some(decode_leniently(&call.body, charset)));
    }
    let posted = data_of(&form(call)?);
    let found = match posted {
        Some(data) => Some(data),
        None => data_of(&urlencoded::read(call.head.query.as_bytes(), MOST_FIELDS)?),
    };
    // The encoding is what the document declares: a form has none of its own.
    Ok(found.map(|data| Cow::Owned(decode_leniently(&data, None).into_owned())))
}

/// Whether a body is a document itself, in whatever encoding.
fn is_xml(body: &[u8]) -> bool {
    const MARKS: [&[u8]; 5] = [b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"<", b"\0<"];
    let body = body.trim_ascii_start();
    MARKS.iter().any(|mark| body.starts_with(mark))
}

fn form(call: &HttpCall) -> Result<Fields, FormError> {
    match boundary(&call.head) {
        Some(boundary) => multipart::read(&call.body, &boundary?, MOST_FIELDS),
        None => urlencoded::read_with_markup(&call.body, DATA, MOST_FIELDS),
    }
}

fn boundary(head: &Head) -> Option<Result<String, FormError>> {
    multipart::boundary(head.header("content-type")?)
}

fn data_of(fields: &Fields) -> Option<Bytes> {
    fields.get(DATA).filter(|data| !data.trim_ascii().is_empty()).cloned()
}

fn charset_of(content_type: &str) -> Option<&str> {
    let parameters = content_type.split(';').skip(1);
    let named = parameters.filter_map(|one| one.trim().split_once('='));
    let mut charsets = named.filter(|(name, _)| name.trim().eq_ignore_ascii_case("charset"));
    charsets.next().map(|(_, value)| value.trim())
}
