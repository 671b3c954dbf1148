//! `[parity]`: how much is compared with upstreams at once.

use lychgate_derive::Settings;
use serde::{Deserialize, Serialize};

use super::ConfigError;
use super::error::ensure_positive;

/// Comparing our answers with an upstream's, for routes that say `answer = "compare"`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Settings)]
#[serde(default, deny_unknown_fields)]
pub struct Parity {
    /// Comparisons under way at once.
    pub at_once: usize,
    /// Calls that may wait for theirs; further ones are counted and not compared.
    pub waiting: usize,
    /// Bytes of the bodies of those calls, requests and replies together.
    pub waiting_bytes: usize,
    /// Longest request or reply that is compared, in bytes.
    pub body_bytes: usize,
}

impl Default for Parity {
    fn default() -> Self {
        Self { at_once: 2, waiting: 100, waiting_bytes: 16 * 1024 * 1024, body_bytes: 1024 * 1024 }
    }
}

impl Parity {
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        let bounds = [
            ("at_once", self.at_once),
            ("waiting", self.waiting),
            ("waiting_bytes", self.waiting_bytes),
            ("body_bytes", self.body_bytes),
        ];
        bounds.into_iter().try_for_each(|(key, bound)| {
            ensure_positive("parity", key, u64::try_from(bound).unwrap_or(u64::MAX))
        })
    }
}
