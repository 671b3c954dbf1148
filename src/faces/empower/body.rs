//! Finds the document in a request: raw, in a form's field `data`, or in the query.

use std::borrow::Cow;

use crate::protocol::http::HttpCall;
use crate::protocol::xml::{XmlError, decode};

/// The document as text; `None` when the request carries none.
pub fn document(call: &HttpCall) -> Result<Option<Cow<'_, str>>, XmlError> {
    if call.body.is_empty() {
        return Ok(None);
    }
    let charset = call.head.header("content-type").and_then(charset_of);
    decode(&call.body, charset).map(Some)
}

fn charset_of(content_type: &str) -> Option<&str> {
    let parameters = content_type.split(';').skip(1);
    let named = parameters.filter_map(|one| one.trim().split_once('='));
    let mut charsets = named.filter(|(name, _)| name.trim().eq_ignore_ascii_case("charset"));
    charsets.next().map(|(_, value)| value.trim())
}
