//! What of a message goes on, and what belongs to one connection.

use bytes::{Buf as _, Bytes};
use http::header::{
    ACCEPT_ENCODING, ALT_SVC, CONNECTION, CONTENT_ENCODING, CONTENT_LENGTH, EXPECT, HOST,
    PROXY_AUTHENTICATE, PROXY_AUTHORIZATION, STRICT_TRANSPORT_SECURITY, TE, TRAILER,
    TRANSFER_ENCODING, UPGRADE,
};
use http::{HeaderMap, HeaderName, HeaderValue};

use super::PASSED;
use crate::protocol::coding::{Coding, Inflater};
use crate::protocol::http::{BodyBounds, BodyError};

/// Belong to one connection (RFC 9110, 7.6.1), with two that old proxies send.
static OF_CONNECTION: [HeaderName; 9] = [
    CONNECTION,
    HeaderName::from_static("keep-alive"),
    HeaderName::from_static("proxy-connection"),
    PROXY_AUTHENTICATE,
    PROXY_AUTHORIZATION,
    TE,
    TRAILER,
    TRANSFER_ENCODING,
    UPGRADE,
];

/// Said anew for the upstream: the body is decoded already, and has its length by then.
static OF_REQUEST: [HeaderName; 6] =
    [HOST, EXPECT, CONTENT_LENGTH, CONTENT_ENCODING, ACCEPT_ENCODING, PASSED];

/// Said anew by the server, or meant for the upstream's own host name.
static OF_RESPONSE: [HeaderName; 5] =
    [CONTENT_LENGTH, CONTENT_ENCODING, ALT_SVC, STRICT_TRANSPORT_SECURITY, PASSED];

/// The headers of a call as they go on.
pub(super) fn to_upstream(headers: &HeaderMap) -> HeaderMap {
    let mut kept = without(headers, &OF_REQUEST);
    kept.insert(ACCEPT_ENCODING, HeaderValue::from_static("gzip"));
    kept
}

/// The headers of a reply as they go back.
pub(super) fn from_upstream(headers: &HeaderMap) -> HeaderMap {
    without(headers, &OF_RESPONSE)
}

fn without(headers: &HeaderMap, own: &[HeaderName]) -> HeaderMap {
    let named = headers.get_all(CONNECTION).iter().filter_map(|value| value.to_str().ok());
    let named: Vec<&str> = named.flat_map(|value| value.split(',')).map(str::trim).collect();
    let goes_on = |name: &HeaderName| {
        let is_named = named.iter().any(|named| name.as_str().eq_ignore_ascii_case(named));
        !is_named && !OF_CONNECTION.contains(name) && !own.contains(name)
    };
    let kept = headers.iter().filter(|(name, _)| goes_on(name));
    kept.map(|(name, value)| (name.clone(), value.clone())).collect()
}

/// The body of a reply without its compression.
pub(super) fn decoded(
    headers: &HeaderMap,
    body: Bytes,
    bounds: BodyBounds,
) -> Result<Bytes, BodyError> {
    let coding = Coding::of(headers.get_all(CONTENT_ENCODING))?;
    if coding == Coding::Identity || body.is_empty() {
        return Ok(body);
    }
    let mut inflater = Inflater::new(coding, bounds);
    let mut rest = body;
    while !rest.is_empty() {
        let used = inflater.piece(&rest)?;
        rest.advance(used);
    }
    inflater.finish()
}
