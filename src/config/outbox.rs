//! `[outbox]`: messages that would have been sent.

use lychgate_derive::Settings;
use serde::{Deserialize, Serialize};

use super::ConfigError;
use super::error::ensure_positive;

/// What would have been sent, kept to be looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Settings)]
#[serde(default, deny_unknown_fields)]
pub struct Outbox {
    /// Days for which a message stays in the outbox; then it leaves the disk as well.
    pub kept_days: u16,
}

impl Default for Outbox {
    fn default() -> Self {
        Self { kept_days: 30 }
    }
}

impl Outbox {
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        ensure_positive("outbox", "kept_days", self.kept_days.into())
    }
}
