//! From a face's [`Reply`] to what goes out: gzip when asked for and worthwhile, `Connection`.

use std::convert::Infallible;
use std::io::{self, Write as _};
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use http::header::{
    ACCEPT_ENCODING, CONNECTION, CONTENT_ENCODING, CONTENT_TYPE, ETAG, RETRY_AFTER, VARY,
};
use http::{HeaderMap, HeaderValue, Response, StatusCode};
use http_body_util::Full;
use hyper::body::{Body as HttpBody, Frame, SizeHint};

use super::call::Ending;
use super::stream::Flow;
use crate::protocol::http::{Body, BodyBroken, Reply};

/// What goes out.
#[derive(Debug)]
pub enum ReplyBody {
    Whole(Full<Bytes>),
    Flow(Box<Flow>),
}

impl HttpBody for ReplyBody {
    type Data = Bytes;
    type Error = BodyBroken;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyBroken>>> {
        match &mut *self {
            Self::Whole(whole) => Pin::new(whole)
                .poll_frame(cx)
                .map(|next| next.map(|frame| frame.map_err(|never: Infallible| match never {}))),
            Self::Flow(flow) => Pin::new(flow).poll_frame(cx),
        }
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Self::Whole(whole) => whole.is_end_stream(),
            Self::Flow(flow) => flow.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Whole(whole) => whole.size_hint(),
            Self::Flow(flow) => HttpBody::size_hint(flow.as_ref()),
        }
    }
}

/// Bodies from this size on are compressed off the async threads; below it takes about 1 ms.
const OFFLOAD_FROM_BYTES: usize = 128 * 1024;
const PLAIN_TEXT: &str = "text/plain; charset=utf-8";
/// Seconds after which a refused caller may well succeed.
const RETRY_AFTER_SECONDS: HeaderValue = HeaderValue::from_static("2");

/// A plain-text reply, for calls that belong to no face.
pub fn plain(status: StatusCode, text: impl Into<Bytes>) -> Reply {
    Reply::new(status, PLAIN_TEXT, text)
}

/// Makes the reply ready for the wire. `Date` and `Content-Length` are hyper's, and chunks, or the
/// close that ends a stream for HTTP/1.0.
pub async fn finish(
    mut reply: Reply,
    gzip: bool,
    close: bool,
    mut ending: Ending,
) -> Response<ReplyBody> {
    if reply.status == StatusCode::SERVICE_UNAVAILABLE {
        reply.headers.entry(RETRY_AFTER).or_insert(RETRY_AFTER_SECONDS);
    }
    if close {
        reply.headers.insert(CONNECTION, HeaderValue::from_static("close"));
    }
    ending.ear.reply(&reply);
    let body = match reply.body {
        Body::Whole(plain) => {
            let plain_bytes = u64::try_from(plain.len()).unwrap_or(0);
            let packed = if gzip { packed(&plain).await } else { None };
            if packed.is_some() {
                say_gzip(&mut reply.headers);
            }
            ending.end(plain_bytes);
            ReplyBody::Whole(Full::new(packed.unwrap_or(plain)))
        }
        Body::Stream(stream) => {
            if gzip {
                say_gzip(&mut reply.headers);
            }
            ReplyBody::Flow(Box::new(Flow::new(stream, gzip, ending)))
        }
    };
    let mut response = Response::new(body);
    *response.status_mut() = reply.status;
    *response.headers_mut() = reply.headers;
    response
}

/// Whether to compress: the caller takes gzip, and the body is long enough and of a texty kind.
pub fn is_worth_gzip(asked: &HeaderMap, reply: &Reply, from_bytes: usize) -> bool {
    reply.body.whole().is_none_or(|whole| whole.len() >= from_bytes)
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

/// The bytes compressed, when that makes them fewer.
async fn packed(plain: &Bytes) -> Option<Bytes> {
    let packed = if plain.len() < OFFLOAD_FROM_BYTES {
        gzip(plain)
    } else {
        let plain = plain.clone();
        tokio::task::spawn_blocking(move || gzip(&plain)).await.ok().flatten()
    };
    packed.filter(|packed| packed.len() < plain.len()).map(Bytes::from)
}

fn say_gzip(headers: &mut HeaderMap) {
    headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    headers.append(VARY, HeaderValue::from_static("Accept-Encoding"));
    // A strong tag names the bytes, and these are others.
    headers.remove(ETAG);
}

/// Level 1: SOAP envelopes shrink tenfold with it already, and callers wait for us.
fn gzip(plain: &[u8]) -> Option<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::with_capacity(plain.len() / 4), Compression::fast());
    encoder.write_all(plain).ok()?;
    encoder.finish().ok()
}

/// Compresses a stream so that each chunk can be read as soon as it arrives.
pub struct Packer(GzEncoder<Vec<u8>>);

impl Packer {
    /// With the least effort: see [`gzip`].
    pub fn fast() -> Self {
        Self(GzEncoder::new(Vec::new(), Compression::fast()))
    }

    pub fn pack(&mut self, chunk: &[u8]) -> io::Result<Bytes> {
        if chunk.is_empty() {
            return Ok(Bytes::new());
        }
        self.0.write_all(chunk)?;
        self.0.flush()?;
        Ok(std::mem::take(self.0.get_mut()).into())
    }

    /// What ends the stream.
    pub fn finish(self) -> io::Result<Bytes> {
        self.0.finish().map(Bytes::from)
    }
}

impl std::fmt::Debug for Packer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Packer(..)")
    }
}
