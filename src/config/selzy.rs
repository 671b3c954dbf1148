//! The Selzy face.

use std::path::PathBuf;

use lychgate_derive::Settings;
use serde::{Deserialize, Serialize};

use super::ConfigError;
use super::error::ensure_positive;

/// The Selzy (`UniSender`) face: forms at `/{language}/api/{method}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Settings)]
#[serde(default, deny_unknown_fields)]
pub struct Selzy {
    /// Serve this face.
    pub enabled: bool,
    /// Host names that this face answers on; empty for all.
    pub hosts: Vec<String>,
    /// Largest body of one call, in bytes, decompressed.
    pub body_bytes: u64,
    /// Calls that one account may make in a minute, 0 for any number. The vendor's number is 1200.
    pub calls_per_minute: u32,
    /// Contacts that the plan allows, 0 for any number. Imports past it are taken with a warning.
    pub contact_limit: u32,
    /// A file of addresses that imports refuse as spam traps: an address a line, or @ and a domain.
    #[setting(example = "\"/etc/lychgate/spam-traps.txt\"")]
    pub spam_traps: Option<PathBuf>,
}

impl Default for Selzy {
    fn default() -> Self {
        Self {
            enabled: true,
            hosts: Vec::new(),
            body_bytes: 10 * 1024 * 1024,
            calls_per_minute: 0,
            contact_limit: 0,
            spam_traps: None,
        }
    }
}

impl Selzy {
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        ensure_positive("selzy", "body_bytes", self.body_bytes)
    }
}
