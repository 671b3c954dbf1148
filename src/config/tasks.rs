//! Tasks: exports, bulk deletes and other long work.

use lychgate_derive::Settings;
use serde::{Deserialize, Serialize};

use super::ConfigError;
use super::error::ensure_positive;

/// Tasks: exports, bulk deletes and other long work that callers ask for and look after later.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Settings)]
#[serde(default, deny_unknown_fields)]
pub struct Tasks {
    /// Tasks of one account that may be under way at once; imports have a bound of their own.
    pub active_per_account: u32,
    /// Days for which a task's result file can be fetched after the task ended; then it leaves
    /// the disk as well.
    pub files_kept_days: u16,
    /// Seconds after which another gateway over the same database takes over what one that is gone
    /// was at work on, imports as well. All gateways need the same.
    pub lease_seconds: u32,
}

impl Default for Tasks {
    fn default() -> Self {
        Self { active_per_account: 100, files_kept_days: 7, lease_seconds: 15 }
    }
}

impl Tasks {
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        ensure_positive("tasks", "active_per_account", self.active_per_account.into())?;
        ensure_positive("tasks", "files_kept_days", self.files_kept_days.into())?;
        ensure_positive("tasks", "lease_seconds", self.lease_seconds.into())
    }
}
