//! The Dotdigital REST v2 face.

use lychgate_derive::Settings;
use serde::{Deserialize, Serialize};

use super::ConfigError;
use super::error::ensure_positive;

/// The Dotdigital REST v2 face: JSON and XML at `/v2/`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Settings)]
#[serde(default, deny_unknown_fields)]
pub struct DotdigitalRest {
    /// Serve this face.
    pub enabled: bool,
    /// Host names that this face answers on; empty for all.
    pub hosts: Vec<String>,
    /// Largest body of one call, in bytes; files of imports are not bounded by this.
    pub body_bytes: u64,
    /// Largest file that one call may upload for an import, in bytes.
    pub file_bytes: u64,
    /// Calls that one account may make in a minute before it gets 429; 0 for no limit.
    pub calls_per_minute: u32,
}

impl Default for DotdigitalRest {
    fn default() -> Self {
        Self {
            enabled: true,
            hosts: Vec::new(),
            body_bytes: 10 * 1024 * 1024,
            file_bytes: 50 * 1024 * 1024,
            calls_per_minute: 0,
        }
    }
}

impl DotdigitalRest {
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        ensure_positive("dotdigital_rest", "body_bytes", self.body_bytes)?;
        ensure_positive("dotdigital_rest", "file_bytes", self.file_bytes)
    }
}
