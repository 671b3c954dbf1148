//! The Which50 face.

use lychgate_derive::Settings;
use serde::{Deserialize, Serialize};

use super::ConfigError;
use super::error::ensure_positive;

/// The Which50 face: JSON and XML at `/Which50API/`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Settings)]
#[serde(default, deny_unknown_fields)]
pub struct Which50 {
    /// Serve this face.
    pub enabled: bool,
    /// Host names that this face answers on; empty for all.
    pub hosts: Vec<String>,
    /// Largest body of one call, in bytes.
    pub body_bytes: u64,
    /// Contacts in one batch of an import; a larger one is refused.
    pub batch_contacts: u32,
}

impl Default for Which50 {
    fn default() -> Self {
        Self {
            enabled: true,
            hosts: Vec::new(),
            body_bytes: 20 * 1024 * 1024,
            batch_contacts: 10_000,
        }
    }
}

impl Which50 {
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        ensure_positive("which50", "body_bytes", self.body_bytes)?;
        ensure_positive("which50", "batch_contacts", self.batch_contacts.into())
    }
}
