//! The Selzy face.

use lychgate_derive::Settings;
use serde::{Deserialize, Serialize};

use super::ConfigError;
use super::error::ensure_positive;

/// The Selzy (UniSender) face: forms at `/{language}/api/{method}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Settings)]
#[serde(default, deny_unknown_fields)]
pub struct Selzy {
    /// Serve this face.
    pub enabled: bool,
    /// Host names that this face answers on; empty for all.
    pub hosts: Vec<String>,
    /// Largest body of one call, in bytes, decompressed.
    pub body_bytes: u64,
    /// Calls that one key may make in a minute, 0 for any number. The vendor's number is 1200.
    pub calls_per_minute: u32,
}

impl Default for Selzy {
    fn default() -> Self {
        Self { enabled: true, hosts: Vec::new(), body_bytes: 10 * 1024 * 1024, calls_per_minute: 0 }
    }
}

impl Selzy {
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        ensure_positive("selzy", "body_bytes", self.body_bytes)
    }
}
