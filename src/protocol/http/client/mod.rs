//! HTTP/1.1 as a client: the one that every part of this program calls others with.
//!
//! A [`Client`] knows one place, keeps connections to it alive between calls, and bounds what a
//! call may take and bring. Certificates and host names are always verified. Nothing runs in the
//! background: a resting connection is looked at when it is wanted next. Redirects are answers
//! like others.

mod connection;
mod error;
mod place;
mod pool;
mod roots;
#[cfg(test)]
mod tests;

use std::net::{IpAddr, SocketAddr};
use std::path::Path;
use std::sync::OnceLock;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Request, StatusCode};
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

use connection::{Connection, Sent};
pub use error::{BadPlace, CertificateFlaw, ClientError, Stage};
pub use place::Place;
use pool::Pool;
pub use roots::tls_connector;

/// How long a call may take, and how much it may bring.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CallBounds {
    /// For name, connection and TLS together.
    pub connect: Duration,
    /// From the call's first byte to its reply's last.
    pub reply: Duration,
    /// Bytes of the largest reply body.
    pub most_bytes: u64,
}

/// What came back, with its body read.
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Answer {
    pub fn parts(self) -> (StatusCode, Bytes) {
        (self.status, self.body)
    }
}

/// Shows nothing of the reply: it may carry personal data.
impl std::fmt::Debug for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Answer").field("status", &self.status).finish_non_exhaustive()
    }
}

/// A place that can be called, with its resting connections.
pub struct Client {
    place: Place,
    tls: Option<TlsConnector>,
    bounds: CallBounds,
    pool: Pool,
    /// An address that is never called: the server's own.
    avoided: OnceLock<SocketAddr>,
    /// The name may lead to this machine or its link.
    inward: bool,
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Client").field("place", &self.place).finish_non_exhaustive()
    }
}

impl Client {
    /// A client for the scheme, host and port of `url`. `ca` is a PEM file to trust for `https`;
    /// without it whom the system trusts is trusted.
    pub fn new(url: &str, ca: Option<&Path>, bounds: CallBounds) -> Result<Self, BadPlace> {
        let place = Place::of(url)?;
        let tls =
            if place.secure { Some(tls_connector(ca).map_err(BadPlace::Roots)?) } else { None };
        Ok(Self {
            place,
            tls,
            bounds,
            pool: Pool::default(),
            avoided: OnceLock::new(),
            inward: true,
        })
    }

    pub fn place(&self) -> &Place {
        &self.place
    }

    /// Never calls an address of this machine or of its link, as long as the place is a name:
    /// whoever answers for the name could lead calls, and what they carry, to services that trust
    /// this machine. An address itself and `localhost` are meant.
    #[must_use]
    pub fn outward(mut self) -> Self {
        let host = self.place.host.as_str();
        let is_local = host == "localhost" || host.ends_with(".localhost");
        self.inward = is_local || host.parse::<IpAddr>().is_ok();
        self
    }

    /// Never calls `own`, whatever name it comes by. The first address said is the one.
    pub fn avoid(&self, own: SocketAddr) {
        self.avoided.get_or_init(|| own);
    }

    /// Finds the place's address, so that a wrong one shows before the first call.
    pub async fn find(&self) -> Result<(), ClientError> {
        self.addresses().await.map(drop)
    }

    /// Sends a call and reads its answer, whatever the status. `Host` is added; the URI is path
    /// and query alone.
    pub async fn send(&self, mut request: Request<Bytes>) -> Result<Answer, ClientError> {
        request.headers_mut().insert(http::header::HOST, self.place.host_header());
        loop {
            let (connection, is_fresh) = match self.pool.take() {
                Some(resting) => (resting, false),
                None => (self.connect().await?, true),
            };
            let sent = connection.exchange(request, self.bounds.most_bytes);
            let sent = timeout(self.bounds.reply, sent).await;
            match sent.map_err(|_| ClientError::TimedOut(Stage::Reply))? {
                Sent::Answered { answer, connection } => {
                    self.pool.rest(connection);
                    return Ok(answer);
                }
                // Closed while it rested, before anything of the call went out.
                Sent::Unsent(unsent) if !is_fresh => request = unsent,
                Sent::Unsent(_) => return Err(ClientError::CutShort),
                Sent::Failed(error) => return Err(error),
            }
        }
    }

    async fn connect(&self) -> Result<Connection, ClientError> {
        let connecting = async {
            let mut failed = ClientError::UnknownHost;
            for address in self.addresses().await? {
                let tls = self.tls.as_ref().map(|tls| (tls, &self.place));
                match Connection::open(address, tls).await {
                    Ok(connection) => return Ok(connection),
                    Err(error) => failed = error,
                }
            }
            Err(failed)
        };
        let connected = timeout(self.bounds.connect, connecting).await;
        connected.map_err(|_| ClientError::TimedOut(Stage::Connect))?
    }

    async fn addresses(&self) -> Result<Vec<SocketAddr>, ClientError> {
        let found = tokio::net::lookup_host((self.place.host.as_str(), self.place.port)).await;
        let found: Vec<_> = found.map_err(|_| ClientError::UnknownHost)?.collect();
        if found.iter().any(|address| self.is_avoided(*address)) {
            return Err(ClientError::OwnAddress);
        }
        if !self.inward && found.iter().any(|address| is_inward(address.ip())) {
            return Err(ClientError::InwardAddress);
        }
        Ok(found)
    }

    /// A server that listens on all addresses is reached by any of this machine; of those the
    /// loopback ones and the unspecified one are known for sure.
    fn is_avoided(&self, address: SocketAddr) -> bool {
        let Some(own) = self.avoided.get() else { return false };
        let is_here = |ip: IpAddr| {
            let ip = ip.to_canonical();
            ip.is_loopback() || ip.is_unspecified()
        };
        let same = own.ip().to_canonical() == address.ip().to_canonical();
        let here = is_here(address.ip()) && own.ip().is_unspecified();
        let anywhere = address.ip().is_unspecified() && is_here(own.ip());
        own.port() == address.port() && (same || here || anywhere)
    }
}

/// Of this machine, or of the link that it is on, where clouds keep their credentials.
fn is_inward(ip: IpAddr) -> bool {
    match ip.to_canonical() {
        IpAddr::V4(ip) => ip.is_loopback() || ip.is_unspecified() || ip.is_link_local(),
        IpAddr::V6(ip) => ip.is_loopback() || ip.is_unspecified() || ip.is_unicast_link_local(),
    }
}
