//! Calls with a login to one server: the admin API, and the demo's own.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result, anyhow};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::{HeaderName, HeaderValue, Request};

use crate::protocol::http::client::{self, Answer, CallBounds};

/// How far a call of a command goes. A faults file of a 50 MB import in Base64 fits.
const BOUNDS: CallBounds = CallBounds {
    connect: Duration::from_secs(30),
    reply: Duration::from_secs(600),
    most_bytes: 128 * 1024 * 1024,
};

/// A server that can be called.
#[derive(Debug, Clone)]
pub struct Client {
    client: Arc<client::Client>,
    authorization: HeaderValue,
}

/// The `Authorization` header of a login name and a password.
pub fn basic(user: &str, password: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{user}:{password}")))
}

impl Client {
    /// A client for `url` (scheme, host, port). `ca` is a PEM file to trust for `https`;
    /// without it the system's certificates are trusted.
    pub fn new(url: &str, authorization: &str, ca: Option<&Path>) -> Result<Self> {
        let client = client::Client::new(url, ca, BOUNDS);
        let client = client.with_context(|| format!("cannot call `{url}`"))?;
        let mut authorization = HeaderValue::from_str(authorization)
            .map_err(|_| anyhow!("the token or password does not fit into a header"))?;
        authorization.set_sensitive(true);
        Ok(Self { client: Arc::new(client), authorization })
    }

    /// Sends one call and reads its answer, whatever its status.
    pub async fn call(
        &self,
        method: http::Method,
        path: &str,
        headers: &[(HeaderName, &str)],
        body: impl Into<Bytes>,
    ) -> Result<Answer> {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header(http::header::AUTHORIZATION, &self.authorization);
        for (name, value) in headers {
            request = request.header(name, *value);
        }
        let request = request.body(body.into()).context("cannot form the call")?;
        let origin = self.client.place().origin();
        self.client.send(request).await.with_context(|| format!("no answer from {origin}"))
    }
}
