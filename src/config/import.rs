//! Imports of contacts.

use lychgate_derive::Settings;
use serde::{Deserialize, Serialize};

use super::ConfigError;
use super::error::ensure_positive;

/// Imports of contacts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Settings)]
#[serde(default, deny_unknown_fields)]
pub struct Import {
    /// Imports of one account that may be under way at once.
    pub active_per_account: u32,
    /// Share of invalid rows, in percent, above which the watchdog rejects an import.
    pub watchdog_invalid_percent: u8,
    /// Rows before which the watchdog does not judge.
    pub watchdog_min_rows: u32,
    /// Days for which a faults file can be fetched after its import ended; then it leaves the
    /// disk as well.
    pub faults_kept_days: u16,
}

impl Default for Import {
    fn default() -> Self {
        Self {
            active_per_account: 25,
            watchdog_invalid_percent: 50,
            watchdog_min_rows: 100,
            faults_kept_days: 7,
        }
    }
}

impl Import {
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        ensure_positive("import", "active_per_account", self.active_per_account.into())?;
        ensure_positive("import", "faults_kept_days", self.faults_kept_days.into())?;
        if self.watchdog_invalid_percent > 100 {
            return Err(ConfigError::invalid(
                "import",
                "watchdog_invalid_percent",
                "is a share in percent: at most 100, which switches the watchdog off",
            ));
        }
        Ok(())
    }
}
