//! What the server is told at its start: addresses, bounds and times, each with unit and reason.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

use super::forwarded::Network;
use super::parity::Parity;
use super::way::Ways;
use crate::contract::Listener;
use crate::contract::clients::Clients;
use crate::contract::doctor::lint::Troubles;
use crate::contract::journal::Journal;

/// Everything that `Server::bind` needs besides faces and context.
#[derive(Debug, Clone)]
pub struct ServerConfig {
    /// Address to listen on; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Plain HTTP on an address other than loopback must be asked for by name.
    pub allow_plain_http: bool,
    /// Certificate and key; `None` serves plain HTTP.
    pub tls: Option<TlsFiles>,
    /// What callers reach this server by, when neither `Host` nor a proxy says it right.
    pub public_url: Option<String>,
    /// Proxies whose `Forwarded` and `X-Forwarded-*` headers are believed.
    pub trusted_proxies: Vec<Network>,
    /// What `Authorization: Bearer` must carry for the admin calls; `None` refuses them all.
    pub admin_token: Option<AdminToken>,
    /// Who is told of every answered call of a face.
    pub listeners: Vec<Arc<dyn Listener>>,
    /// What the doctor among the listeners found so far, for the metrics.
    pub client_troubles: Option<Arc<Troubles>>,
    /// The journal that the operator may read; it is one of the listeners, too.
    pub journal: Option<Arc<Journal>>,
    /// Likewise the table of clients.
    pub clients: Option<Arc<Clients>>,
    /// Who answers which calls.
    pub ways: Ways,
    /// What compares answers with an upstream's.
    pub parity: Option<Arc<Parity>>,
    pub bounds: Bounds,
    pub times: Times,
}

impl ServerConfig {
    /// Plain HTTP on `listen` with the default bounds and times.
    pub fn plain(listen: SocketAddr) -> Self {
        Self {
            listen,
            allow_plain_http: false,
            tls: None,
            public_url: None,
            trusted_proxies: Vec::new(),
            admin_token: None,
            listeners: Vec::new(),
            client_troubles: None,
            journal: None,
            clients: None,
            ways: Ways::default(),
            parity: None,
            bounds: Bounds::default(),
            times: Times::default(),
        }
    }
}

/// PEM files of the certificate chain and its key. Read again when they change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TlsFiles {
    pub certificate: PathBuf,
    pub key: PathBuf,
}

/// The hash of the admin calls' secret. Tokens are random and long, so a plain hash keeps them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AdminToken {
    sha256: [u8; 32],
}

impl AdminToken {
    pub fn of_sha256(sha256: [u8; 32]) -> Self {
        Self { sha256 }
    }

    pub fn of_text(token: &str) -> Self {
        Self { sha256: Sha256::digest(token.as_bytes()).into() }
    }

    /// Compares in a time that does not depend on where the two differ.
    pub fn is(&self, given: &str) -> bool {
        let given: [u8; 32] = Sha256::digest(given.as_bytes()).into();
        self.sha256.ct_eq(&given).into()
    }
}

/// How much the server takes at once.
#[derive(Debug, Clone)]
pub struct Bounds {
    /// Open connections. At the cap, kept-alive ones close after their call and newcomers wait in
    /// the kernel's queue. One idle connection costs about 26 KiB.
    pub connections: u32,
    /// Bytes of a request line and its headers; more is answered 431. Browsers stay below 8 KiB,
    /// Kerberos tickets reach 16 KiB.
    pub head_bytes: usize,
    /// Bytes read at once, and held for a connection while a body flows.
    pub buffer_bytes: usize,
    /// Bytes of all bodies in memory at once, whatever the number of uploads; past it, 503.
    /// Two uploads of 50 MB fit, and the process stays under 256 MiB.
    pub bodies_bytes: usize,
    /// Bytes of an unwanted body that are read and dropped to keep a connection alive. A client
    /// without pre-authentication sends its whole body with the first, refused call.
    pub drained_bytes: u64,
    /// Bytes from which a reply is worth compressing.
    pub gzip_from_bytes: usize,
}

impl Default for Bounds {
    fn default() -> Self {
        Self {
            connections: 1_024,
            head_bytes: 32 * 1024,
            buffer_bytes: 128 * 1024,
            bodies_bytes: 128 * 1024 * 1024,
            drained_bytes: 16 * 1024 * 1024,
            gzip_from_bytes: 1_024,
        }
    }
}

/// How long the server waits.
#[derive(Debug, Clone)]
pub struct Times {
    /// For the TLS handshake, from the accept on.
    pub handshake: Duration,
    /// For the first byte of a new connection. Some pools open connections ahead of use.
    pub first_byte: Duration,
    /// For a whole head, from its first byte on.
    pub head: Duration,
    /// For the next call on a kept-alive connection. .NET keeps idle connections 100 s; closing
    /// earlier than a client expects makes it send on a closing socket.
    pub idle: Duration,
    /// For the next bytes of a body.
    pub body_stall: Duration,
    /// For a whole body, however slow the line.
    pub body: Duration,
    /// A body may be slower than `body_min_bytes_per_second` for this long.
    pub body_grace: Duration,
    /// Average rate below which a body is given up. A modem of 1998 brings 3 KB/s.
    pub body_min_bytes_per_second: u32,
    /// For other bodies to end when the memory budget is used up.
    pub budget: Duration,
    /// For a client to take the next bytes of a reply.
    pub write_stall: Duration,
    /// For a client to notice a close before the socket goes; a reset could cost it the reply.
    pub linger: Duration,
    /// For calls under way when the server stops, and then once more for background tasks.
    pub stop: Duration,
    /// Between looks at the certificate files.
    pub certificate_check: Duration,
}

impl Default for Times {
    fn default() -> Self {
        const fn seconds(seconds: u64) -> Duration {
            Duration::from_secs(seconds)
        }
        Self {
            handshake: seconds(15),
            first_byte: seconds(30),
            head: seconds(15),
            idle: seconds(110),
            body_stall: seconds(30),
            body: seconds(600),
            body_grace: seconds(20),
            body_min_bytes_per_second: 1_024,
            budget: seconds(2),
            write_stall: seconds(30),
            linger: seconds(2),
            stop: seconds(20),
            certificate_check: seconds(30),
        }
    }
}
