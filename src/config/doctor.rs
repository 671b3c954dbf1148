//! `[doctor]`: what is looked at in the calls of a running server.

use lychgate_derive::Settings;
use serde::{Deserialize, Serialize};

use super::ConfigError;
use super::error::ensure_positive;

/// Looks at calls for what makes clients fail, counts it in `lychgate_client_troubles`, and logs it
/// once an hour for each client. `lychgate doctor` does the same with a captured call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Settings)]
#[serde(default, deny_unknown_fields)]
pub struct Doctor {
    /// Look at calls.
    pub enabled: bool,
    /// Calls that are looked at in one second; the others are passed over.
    pub calls_per_second: u32,
}

impl Default for Doctor {
    fn default() -> Self {
        Self { enabled: true, calls_per_second: 20 }
    }
}

impl Doctor {
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        ensure_positive("doctor", "calls_per_second", self.calls_per_second.into())
    }
}
