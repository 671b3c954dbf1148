//! `[upstream]`: servers that calls may be passed on to.

use std::path::PathBuf;

use lychgate_derive::Settings;
use serde::{Deserialize, Serialize};

use super::ConfigError;
use super::error::ensure_positive;

/// Servers that routes may pass calls on to, with their callers' credentials.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Settings)]
#[serde(default, deny_unknown_fields)]
pub struct Upstream {
    /// Hosts that routes may name, as `host`, or `host:port` for another port than the usual one.
    /// A route to any other host stops the start. Names that lead to this machine or its link are
    /// not called, unless localhost is named, too.
    pub allowed_hosts: Vec<String>,
    /// Certificates to trust instead of the system's, as a PEM file.
    #[setting(example = "\"/etc/lychgate/upstream-ca.pem\"")]
    pub ca: Option<PathBuf>,
    /// Seconds for finding the host, connecting and TLS together.
    pub connect_seconds: u64,
    /// Seconds for a whole call. .NET clients give up after 60 or 100.
    pub reply_seconds: u64,
    /// Largest reply, in bytes, compressed and not.
    pub reply_bytes: u64,
    /// Calls under way at once to one upstream; a further one waits.
    pub calls: usize,
}

impl Default for Upstream {
    fn default() -> Self {
        Self {
            allowed_hosts: Vec::new(),
            ca: None,
            connect_seconds: 10,
            reply_seconds: 120,
            reply_bytes: 32 * 1024 * 1024,
            calls: 64,
        }
    }
}

impl Upstream {
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        ensure_positive("upstream", "connect_seconds", self.connect_seconds)?;
        ensure_positive("upstream", "reply_seconds", self.reply_seconds)?;
        ensure_positive("upstream", "reply_bytes", self.reply_bytes)?;
        ensure_positive("upstream", "calls", u64::try_from(self.calls).unwrap_or(u64::MAX))
    }
}
