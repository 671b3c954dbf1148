//! Where the server listens, and how much it takes at once.

use std::net::SocketAddr;

use lychgate_derive::Settings;
use serde::{Deserialize, Serialize};

use super::ConfigError;
use super::error::ensure_positive;

/// Smallest accepted bound on a head, in bytes; hyper's own least buffer.
const MIN_HEAD_BYTES: usize = 8 * 1024;

/// Where the server listens, and how much it takes at once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Settings)]
#[serde(default, deny_unknown_fields)]
pub struct Server {
    /// Address and port. Port 0 takes a free one.
    pub listen: SocketAddr,
    /// Serve plain HTTP on an address that is not loopback. Without this and without a
    /// certificate the server does not start there: passwords would cross the network in clear.
    pub allow_plain_http: bool,
    /// Scheme and authority that callers use, for `soap:address` in the WSDL and for
    /// `ApiEndpoint`. Without it, the `Host` header of each call decides.
    #[setting(example = "\"https://api.example.org\"")]
    pub public_url: Option<String>,
    /// Proxies, as addresses or networks, whose `Forwarded` and `X-Forwarded-*` headers are
    /// believed.
    pub trusted_proxies: Vec<String>,
    /// Connections open at once. At the cap, kept-alive ones close after their call and newcomers
    /// wait in the kernel's queue. An idle connection costs about 26 KiB.
    pub connections: u32,
    /// Bytes of a request line and its headers; more is answered 431.
    pub head_bytes: usize,
    /// Bytes of all bodies in memory at once, whatever the number of uploads; past it, 503.
    pub bodies_bytes: usize,
    /// Bytes of an unwanted body that are read and dropped to keep a connection alive. A client
    /// without pre-authentication sends its whole body with the first, refused call.
    pub drained_bytes: u64,
    /// Bytes from which a reply is compressed for a client that asks for it.
    pub gzip_from_bytes: usize,
}

impl Default for Server {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            allow_plain_http: false,
            public_url: None,
            trusted_proxies: Vec::new(),
            connections: 1_024,
            head_bytes: 32 * 1024,
            bodies_bytes: 128 * 1024 * 1024,
            drained_bytes: 16 * 1024 * 1024,
            gzip_from_bytes: 1_024,
        }
    }
}

impl Server {
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        ensure_positive("server", "connections", u64::from(self.connections))?;
        if self.head_bytes < MIN_HEAD_BYTES {
            let message = format!("must be at least {MIN_HEAD_BYTES}: clients send that much");
            return Err(ConfigError::invalid("server", "head_bytes", message));
        }
        let Some(url) = &self.public_url else { return Ok(()) };
        let is_origin = url
            .strip_prefix("https://")
            .or_else(|| url.strip_prefix("http://"))
            .is_some_and(|authority| !authority.is_empty() && !authority.contains('/'));
        if is_origin {
            return Ok(());
        }
        Err(ConfigError::invalid(
            "server",
            "public_url",
            "must be `http://` or `https://` with a host and an optional port, and no path",
        ))
    }
}
