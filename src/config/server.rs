//! Where the server listens, and its bounds in time and number.

use std::net::SocketAddr;

use lychgate_derive::Settings;
use serde::{Deserialize, Serialize};

use super::ConfigError;
use super::error::ensure_positive;

/// Where the server listens, and its bounds in time and number.
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
    /// Connections open at once; further ones wait in the system's backlog.
    pub connections: u32,
    /// Seconds in which the first byte and all headers of a call must have arrived.
    pub header_timeout_seconds: u32,
    /// Seconds in which a body must have arrived whole.
    pub body_timeout_seconds: u32,
    /// Seconds for which a kept-alive connection may stay silent between two calls.
    pub idle_timeout_seconds: u32,
    /// Seconds for which a stop waits for calls that are under way.
    pub shutdown_grace_seconds: u32,
    /// How many times larger than the received bytes a gzip body may become.
    pub gzip_ratio: u32,
}

impl Default for Server {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            allow_plain_http: false,
            public_url: None,
            trusted_proxies: Vec::new(),
            connections: 1024,
            header_timeout_seconds: 20,
            body_timeout_seconds: 300,
            idle_timeout_seconds: 120,
            shutdown_grace_seconds: 20,
            gzip_ratio: 100,
        }
    }
}

impl Server {
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        for (key, value) in [
            ("connections", self.connections),
            ("header_timeout_seconds", self.header_timeout_seconds),
            ("body_timeout_seconds", self.body_timeout_seconds),
            ("idle_timeout_seconds", self.idle_timeout_seconds),
            ("gzip_ratio", self.gzip_ratio),
        ] {
            ensure_positive("server", key, u64::from(value))?;
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
