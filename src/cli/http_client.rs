//! A small HTTP client: one call, one connection. For the admin API and for the demo's own calls.

use std::path::Path;
use std::pin::pin;

use anyhow::{Context as _, Result, anyhow, bail};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use futures_util::future::{Either, select};
use http::{HeaderMap, HeaderName, HeaderValue, Request, StatusCode, Uri};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use rustls_pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use crate::server::roots::tls_connector;

/// Largest answer that is read, in bytes: a faults file of a 50 MB import in Base64 fits.
const MAX_ANSWER_BYTES: usize = 128 * 1024 * 1024;

/// A server that can be called.
#[derive(Clone)]
pub struct Client {
    authority: String,
    host: String,
    port: u16,
    tls: Option<TlsConnector>,
    authorization: HeaderValue,
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Client").field("authority", &self.authority).finish_non_exhaustive()
    }
}

/// What came back, with its body read.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
}

/// The `Authorization` header of a login name and a password.
pub fn basic(user: &str, password: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{user}:{password}")))
}

impl Client {
    /// A client for `url` (scheme, host, port). `ca` is a PEM file to trust for `https`;
    /// without it the system's certificates are trusted.
    pub fn new(url: &str, authorization: &str, ca: Option<&Path>) -> Result<Self> {
        let uri: Uri = url.parse().with_context(|| format!("`{url}` is not a URL"))?;
        let authority = uri.authority().with_context(|| format!("`{url}` names no host"))?;
        let (tls, default_port) = match uri.scheme_str() {
            Some("http") => (None, 80),
            Some("https") => {
                (Some(tls_connector(ca).context("give trusted certificates with --ca")?), 443)
            }
            _ => bail!("`{url}` begins neither with http:// nor with https://"),
        };
        let mut authorization = HeaderValue::from_str(authorization)
            .map_err(|_| anyhow!("the token or password does not fit into a header"))?;
        authorization.set_sensitive(true);
        Ok(Self {
            authority: authority.to_string(),
            host: authority.host().trim_matches(['[', ']']).to_owned(),
            port: authority.port_u16().unwrap_or(default_port),
            tls,
            authorization,
        })
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
            .header(http::header::HOST, &self.authority)
            .header(http::header::CONNECTION, "close")
            .header(http::header::AUTHORIZATION, &self.authorization);
        for (name, value) in headers {
            request = request.header(name, *value);
        }
        let request = request.body(Full::new(body.into())).context("cannot form the call")?;
        let socket = TcpStream::connect((self.host.as_str(), self.port))
            .await
            .with_context(|| format!("cannot reach {}", self.authority))?;
        let answered = match &self.tls {
            None => exchange(socket, request).await,
            Some(tls) => {
                let name = ServerName::try_from(self.host.clone())
                    .with_context(|| format!("`{}` is not a host name", self.host))?;
                exchange(tls.connect(name, socket).await.context("no TLS connection")?, request)
                    .await
            }
        };
        answered.with_context(|| format!("no answer from {}", self.authority))
    }
}

impl Answer {
    pub fn parts(self) -> (StatusCode, Bytes) {
        (self.status, self.body)
    }
}

async fn exchange(
    socket: impl AsyncRead + AsyncWrite + Unpin,
    request: Request<Full<Bytes>>,
) -> Result<Answer> {
    let (mut sender, connection) = http1::handshake(TokioIo::new(socket)).await?;
    let answered = pin!(async move {
        let (head, body) = sender.send_request(request).await?.into_parts();
        let body = Limited::new(body, MAX_ANSWER_BYTES).collect().await;
        let body = body.map_err(|error| anyhow!(error))?.to_bytes();
        Ok(Answer { status: head.status, headers: head.headers, body })
    });
    match select(answered, pin!(connection)).await {
        Either::Left((answer, _)) => answer,
        Either::Right((_, answered)) => answered.await,
    }
}
