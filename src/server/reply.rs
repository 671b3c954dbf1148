//! From a face's [`Reply`] to what goes out: gzip when asked for and worthwhile, `Connection`.

use std::io::Write as _;

use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use http::header::{
    ACCEPT_ENCODING, CONNECTION, CONTENT_ENCODING, CONTENT_TYPE, ETAG, RETRY_AFTER, VARY,
};
use http::{HeaderMap, HeaderValue, Response, StatusCode};
use http_body_util::Full;

use crate::protocol::http::Reply;

/// What goes out.
pub type ReplyBody = Full<Bytes>;

/// Bodies from this size on are compressed off the async threads; below it takes about 1 ms.
const OFFLOAD_FROM_BYTES: usize = 128 * 1024;
const PLAIN_TEXT: &str = "text/plain; charset=utf-8";
/// Seconds after which a refused caller may well succeed.
const RETRY_AFTER_SECONDS: HeaderValue = HeaderValue::from_static("2");

/// A plain-text reply, for calls that belong to no face.
pub fn plain(status: StatusCode, text: impl Into<Bytes>) -> Reply {
    Reply::new(status, PLAIN_TEXT, text)
}

/// Makes the reply ready for the wire. `Date` and `Content-Length` are hyper's.
pub async fn finish(mut reply: Reply, gzip: bool, close: bool) -> Response<ReplyBody> {
    if gzip {
        reply = compressed(reply).await;
    }
    if reply.status == StatusCode::SERVICE_UNAVAILABLE {
        reply.headers.entry(RETRY_AFTER).or_insert(RETRY_AFTER_SECONDS);
    }
    if close {
        reply.headers.insert(CONNECTION, HeaderValue::from_static("close"));
    }
    let mut response = Response::new(Full::new(reply.body));
    *response.status_mut() = reply.status;
    *response.headers_mut() = reply.headers;
    response
}

/// Whether to compress: the caller takes gzip, and the body is long enough and of a texty kind.
pub fn is_worth_gzip(asked: &HeaderMap, reply: &Reply, from_bytes: usize) -> bool {
    reply.body.len() >= from_bytes
        && !reply.headers.contains_key(CONTENT_ENCODING)
        && is_text(&reply.headers)
        && takes_gzip(asked)
}

fn is_text(headers: &HeaderMap) -> bool {
    const KINDS: [&str; 5] = ["text/", "xml", "json", "javascript", "openmetrics"];
    let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or("");
    KINDS.iter().any(|known| kind.contains(known))
}

/// `Accept-Encoding` names gzip and does not take it back with `q=0`.
fn takes_gzip(asked: &HeaderMap) -> bool {
    let values = asked.get_all(ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|text| text.split(',')).any(|item| {
        let (name, rest) = item.split_once(';').unwrap_or((item, ""));
        let name = name.trim();
        let is_gzip = name.eq_ignore_ascii_case("gzip") || name.eq_ignore_ascii_case("x-gzip");
        is_gzip && !is_zero_quality(rest)
    })
}

fn is_zero_quality(parameters: &str) -> bool {
    let quality = parameters.split(';').find_map(|one| one.trim().strip_prefix("q="));
    quality.and_then(|quality| quality.trim().parse::<f32>().ok()).is_some_and(|q| q <= 0.0)
}

async fn compressed(mut reply: Reply) -> Reply {
    let plain = reply.body.clone();
    let packed = if plain.len() < OFFLOAD_FROM_BYTES {
        gzip(&plain)
    } else {
        tokio::task::spawn_blocking(move || gzip(&plain)).await.ok().flatten()
    };
    let Some(packed) = packed.filter(|packed| packed.len() < reply.body.len()) else {
        return reply;
    };
    reply.body = packed.into();
    reply.headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    reply.headers.append(VARY, HeaderValue::from_static("Accept-Encoding"));
    // A strong tag names the bytes, and these are others.
    reply.headers.remove(ETAG);
    reply
}

/// Level 1: SOAP envelopes shrink tenfold with it already, and callers wait for us.
fn gzip(plain: &[u8]) -> Option<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::with_capacity(plain.len() / 4), Compression::fast());
    encoder.write_all(plain).ok()?;
    encoder.finish().ok()
}
