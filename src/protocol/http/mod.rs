//! A call and its reply as the faces see them: HTTP already bounded, decoded and routed.

mod body;
pub mod client;
mod incoming;

use std::net::IpAddr;
use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use futures_util::Stream;
use http::{HeaderMap, HeaderValue, Method, StatusCode};

use super::xml::Lifted;

pub use body::{Body, BodyBroken, BodyStream};
pub use incoming::{BodyChunks, BodyReader};

/// What is known of a call before its body is asked for.
#[derive(Debug, Clone)]
pub struct Head {
    pub method: Method,
    /// Path as sent, percent-encoding untouched.
    pub path: String,
    /// Query string as sent, without the `?`; empty when there is none.
    pub query: String,
    pub headers: HeaderMap,
    /// The caller's address; a trusted proxy's `Forwarded` is already taken into account.
    pub peer: IpAddr,
    /// Where the caller reaches this server, such as `https://api.example.org:8443`: scheme,
    /// authority and a proxy's path prefix, without a `/` at the end. A configured public URL wins.
    pub base_url: String,
    /// Host name that the caller used, lower case, without the port. Untouched by a public URL.
    pub host: String,
    /// Identifies this call in the log and in internal-error replies.
    pub request_id: String,
    /// Who calls, once a face has found out.
    pub caller: CallerSlot,
}

/// An authenticated caller: the account's number, and the API user's name.
///
/// The name is what the caller is known by, such as a login or a key: never its secret. `Debug`
/// shows the number alone.
#[derive(Clone, PartialEq, Eq)]
pub struct Caller {
    pub account: u32,
    pub user: String,
}

impl std::fmt::Debug for Caller {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Caller").field("account", &self.account).finish_non_exhaustive()
    }
}

/// Filled once by the face that authenticates a call, for those who count and keep calls.
#[derive(Debug, Clone, Default)]
pub struct CallerSlot {
    caller: OnceLock<Caller>,
    cut: OnceLock<Cut>,
    error: OnceLock<MeantError>,
}

/// When a connection is cut in place of a reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cut {
    /// Nothing was done.
    Before,
    /// The call was carried out.
    After,
}

/// An error that is answered on purpose in place of a reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MeantError {
    /// A code of the face's own, in its own form.
    Code(&'static str),
    /// As a proxy in front of the API says it.
    Status(StatusCode),
}

impl CallerSlot {
    /// Says who calls. The first to say it is believed: a post of many methods has one caller.
    pub fn recognize(&self, account: u32, user: impl FnOnce() -> String) {
        self.caller.get_or_init(|| Caller { account, user: user() });
    }

    pub fn get(&self) -> Option<&Caller> {
        self.caller.get()
    }

    /// Wishes the connection cut in place of a reply, as a fault on purpose.
    pub fn cut_off(&self, cut: Cut) {
        self.cut.get_or_init(|| cut);
    }

    /// Whether and when that was wished.
    pub fn cut(&self) -> Option<Cut> {
        self.cut.get().copied()
    }

    /// Wishes this error in place of whatever the call is answered, as a fault on purpose.
    pub fn fail(&self, error: MeantError) {
        self.error.get_or_init(|| error);
    }

    pub fn meant_error(&self) -> Option<MeantError> {
        self.error.get().copied()
    }
}

impl Head {
    /// A header's text, when it is there and is visible ASCII or Latin-1 readable as such.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// Whether the head states a body: `Content-Length` or `Transfer-Encoding` is there.
    ///
    /// A `POST` without either has an empty body by RFC 9112; a face that needs one says 411.
    pub fn states_body(&self) -> bool {
        self.headers.contains_key(http::header::CONTENT_LENGTH)
            || self.headers.contains_key(http::header::TRANSFER_ENCODING)
    }
}

/// A call with its body read, decoded (chunked, gzip) and within bounds.
#[derive(Debug, Clone)]
pub struct HttpCall {
    /// Shared with the server, which needs it should answering panic.
    pub head: Arc<Head>,
    pub body: Bytes,
    /// Large values that are not in `body`, since they were decoded while it came in; only for
    /// faces that admit a document so.
    pub lifted: Vec<Lifted>,
}

impl HttpCall {
    /// A call with all of its body.
    pub fn new(head: Arc<Head>, body: Bytes) -> Self {
        Self { head, body, lifted: Vec::new() }
    }
}

/// What a face answers. `Connection`, `Date`, `Content-Length` and gzip are the server's work.
#[derive(Debug)]
pub struct Reply {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Body,
    /// Name of the operation for metrics and spans; from a closed set.
    pub operation: &'static str,
}

impl Reply {
    /// A reply with a content type.
    pub fn new(status: StatusCode, content_type: &'static str, body: impl Into<Bytes>) -> Self {
        Self::with_body(status, content_type, Body::Whole(body.into()))
    }

    /// A reply whose body is made while it goes out.
    ///
    /// Once its head is gone, a failure can only cut it short; see [`BodyBroken`].
    pub fn streamed(
        status: StatusCode,
        content_type: &'static str,
        stream: impl Stream<Item = Result<Bytes, BodyBroken>> + Send + 'static,
    ) -> Self {
        Self::with_body(status, content_type, Body::Stream(BodyStream::new(stream)))
    }

    /// A reply with a body of either kind.
    pub fn with_body(status: StatusCode, content_type: &'static str, body: Body) -> Self {
        let mut headers = HeaderMap::new();
        headers.insert(http::header::CONTENT_TYPE, HeaderValue::from_static(content_type));
        Self { status, headers, body, operation: "" }
    }

    #[must_use]
    pub fn for_operation(mut self, operation: &'static str) -> Self {
        self.operation = operation;
        self
    }
}

/// Bounds for one call's body, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BodyBounds {
    /// Largest body after decoding.
    pub decoded: u64,
    /// How many times larger than the received bytes a compressed body may become.
    pub ratio: u32,
}

/// Why a body could not be handed to the face.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BodyError {
    #[error("the body is larger than {limit} bytes")]
    TooLarge { limit: u64 },
    #[error("the compressed body expands beyond the accepted ratio")]
    RatioExceeded,
    #[error("the body's Content-Encoding is not supported")]
    UnsupportedEncoding,
    #[error("the compressed body is damaged")]
    BadCompression,
    #[error("the body ended early")]
    CutShort,
    #[error("the body did not arrive in time")]
    TimedOut,
    #[error("the body's length is not stated")]
    LengthRequired,
    #[error("the body's chunks are damaged")]
    BadChunks,
    #[error("the server holds as many bodies as its memory budget allows; try again later")]
    Overloaded,
}

impl BodyError {
    /// The status that says this in plain HTTP; a face may know better.
    pub fn status(self) -> StatusCode {
        match self {
            Self::TooLarge { .. } | Self::RatioExceeded => StatusCode::PAYLOAD_TOO_LARGE,
            Self::UnsupportedEncoding => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::BadCompression | Self::CutShort | Self::BadChunks => StatusCode::BAD_REQUEST,
            Self::TimedOut => StatusCode::REQUEST_TIMEOUT,
            Self::LengthRequired => StatusCode::LENGTH_REQUIRED,
            Self::Overloaded => StatusCode::SERVICE_UNAVAILABLE,
        }
    }
}
