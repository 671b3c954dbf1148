//! Passing a call on to whoever really answers it: the vendor, while it lives, or another gateway.
//!
//! An [`Upstream`] is one place that the operator allowed. Method, path, query, credentials and
//! body go on as they came; what belongs to one connection does not. The reply comes back with
//! its compression taken off, so that it can be compared and redacted. What a call may take and
//! bring is bounded, certificates are verified, redirects are handed back, and a call that comes
//! round again is refused.

mod addresses;
mod guard;
mod headers;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod tls_tests;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use http::uri::PathAndQuery;
use http::{HeaderValue, StatusCode};
use tokio::sync::Semaphore;
use tokio::time::timeout;

pub use guard::{PASSED, PassGuard};

use super::{Request, Response};
use crate::protocol::http::client::{BadPlace, CallBounds, Client, ClientError};
use crate::protocol::http::{BodyBounds, BodyError};

/// Where calls are passed to, and within which bounds.
#[derive(Debug, Clone)]
pub struct Settings {
    /// `https://host[:port][/prefix]`, or `http`.
    pub url: String,
    /// `host` or `host:port` (`host` alone means the scheme's own port). The URL's host must be
    /// among them: so that a changed URL alone sends nobody's credentials elsewhere. With
    /// `localhost` among them a name may lead to this machine; otherwise only an address may.
    pub allowed_hosts: Vec<String>,
    /// Certificates to trust instead of the system's (PEM).
    pub ca: Option<PathBuf>,
    /// For name, connection and TLS together.
    pub connect_timeout: Duration,
    /// For a whole call. .NET clients give up after 60 or 100 s.
    pub reply_timeout: Duration,
    /// Bytes of the largest reply, compressed and not.
    pub most_reply_bytes: u64,
    /// Calls under way at once; a further one waits, for as long as for a connection.
    pub most_calls: usize,
}

impl Settings {
    /// The usual bounds for `url`, whose own host is allowed.
    pub fn of(url: &str) -> Self {
        let place = crate::protocol::http::client::Place::of(url);
        let own = place.map(|place| format!("{}:{}", place.host, place.port));
        Self {
            url: url.to_owned(),
            allowed_hosts: own.into_iter().collect(),
            ca: None,
            connect_timeout: Duration::from_secs(10),
            reply_timeout: Duration::from_secs(120),
            most_reply_bytes: 32 * 1024 * 1024,
            most_calls: 64,
        }
    }
}

/// Why an upstream cannot be used at all.
#[derive(Debug, thiserror::Error)]
pub enum BadUpstream {
    #[error("the upstream `{url}` cannot be called: {why}")]
    Place { url: String, why: BadPlace },
    #[error("the upstream `{url}` is none of the allowed hosts")]
    NotAllowed { url: String },
}

/// Why a call was not answered by the upstream. Names nothing of the call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UpstreamError {
    #[error("the upstream is not there: {0}")]
    Client(#[from] ClientError),
    #[error("the call has come through this server before")]
    Loop,
    #[error("too many calls are under way to the upstream")]
    Busy,
    #[error("the call's target is no path")]
    Target,
    #[error("the upstream's reply cannot be decompressed: {0}")]
    Coding(BodyError),
}

impl UpstreamError {
    /// The status that says this in plain HTTP.
    pub fn status(self) -> StatusCode {
        match self {
            Self::Client(ClientError::TimedOut(_)) => StatusCode::GATEWAY_TIMEOUT,
            Self::Busy => StatusCode::SERVICE_UNAVAILABLE,
            Self::Loop => StatusCode::LOOP_DETECTED,
            Self::Target => StatusCode::BAD_REQUEST,
            Self::Client(_) | Self::Coding(_) => StatusCode::BAD_GATEWAY,
        }
    }

    /// One word for metrics.
    pub fn word(self) -> &'static str {
        match self {
            Self::Client(error) => error.word(),
            Self::Loop => "loop",
            Self::Busy => "busy",
            Self::Target => "target",
            Self::Coding(_) => "coding",
        }
    }
}

/// Passes calls on to one place.
#[derive(Debug)]
pub struct Upstream {
    client: Client,
    guard: PassGuard,
    turns: Semaphore,
    wait: Duration,
    most_reply_bytes: u64,
}

/// Stands among the allowed hosts where their names may lead to this machine or its link.
const INWARD: &str = "localhost";

/// How many times larger than what came a compressed reply may become. Lists of contacts in XML
/// compress to a fortieth.
const MOST_RATIO: u32 = 200;

impl Upstream {
    /// Judges the settings; nobody is called yet. Upstreams of one process share one guard.
    pub fn new(settings: &Settings, guard: PassGuard) -> Result<Self, BadUpstream> {
        let bounds = CallBounds {
            connect: settings.connect_timeout,
            reply: settings.reply_timeout,
            most_bytes: settings.most_reply_bytes,
        };
        let url = || settings.url.clone();
        let client = Client::new(&settings.url, settings.ca.as_deref(), bounds)
            .map_err(|why| BadUpstream::Place { url: url(), why })?;
        let is_allowed = |entry: &String| client.place().is_named_by(entry);
        if !settings.allowed_hosts.iter().any(is_allowed) {
            return Err(BadUpstream::NotAllowed { url: url() });
        }
        let means_inward = settings.allowed_hosts.iter().any(|entry| entry == INWARD);
        let client = if means_inward { client } else { client.outward() };
        Ok(Self {
            client,
            guard,
            turns: Semaphore::new(settings.most_calls),
            wait: settings.connect_timeout,
            most_reply_bytes: settings.most_reply_bytes,
        })
    }

    /// Says where this server itself listens, so that it never calls itself.
    pub fn avoid(&self, own: SocketAddr) {
        self.client.avoid(own);
    }

    /// Looks the upstream's address up: an unknown name or our own address shows at the start.
    pub async fn find(&self) -> Result<(), UpstreamError> {
        Ok(self.client.find().await?)
    }

    /// Scheme and authority, for logs.
    pub fn origin(&self) -> String {
        self.client.place().origin()
    }

    /// What a reply is marked with that came from an upstream of this process.
    pub fn mark(&self) -> HeaderValue {
        self.guard.own()
    }

    /// Passes a call on and brings its reply, decompressed and otherwise as it came.
    pub async fn pass(&self, request: &Request) -> Result<Response, UpstreamError> {
        let marked = self.guard.mark(&request.headers)?;
        let target = format!("{}{}", self.client.place().prefix, request.target);
        let target: PathAndQuery = match target.parse() {
            Ok(target) if request.target.starts_with('/') => target,
            _ => return Err(UpstreamError::Target),
        };
        let mut passed = http::Request::new(request.body.clone());
        *passed.method_mut() = request.method.clone();
        *passed.uri_mut() = target.into();
        *passed.headers_mut() = headers::to_upstream(&request.headers);
        passed.headers_mut().insert(PASSED, marked);
        let turn = timeout(self.wait, self.turns.acquire()).await;
        let Ok(Ok(_turn)) = turn else { return Err(UpstreamError::Busy) };
        let answer = self.client.send(passed).await?;
        let bounds = BodyBounds { decoded: self.most_reply_bytes, ratio: MOST_RATIO };
        let body = headers::decoded(&answer.headers, answer.body, bounds);
        Ok(Response {
            status: answer.status,
            headers: headers::from_upstream(&answer.headers),
            body: body.map_err(UpstreamError::Coding)?,
        })
    }

    /// Makes the addresses in a reply lead to us: `Location`, and those in metadata (WSDL, schema,
    /// disco, WADL). Clients that read them would otherwise call the upstream past us.
    pub fn readdress(&self, request: &Request, response: &mut Response, base_url: &str) {
        addresses::readdress(self.client.place(), request, response, base_url);
    }
}
