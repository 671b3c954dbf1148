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
}

impl Default for Tasks {
    fn default() -> Self {
        Self { active_per_account: 100, files_kept_days: 7 }
    }
}

impl Tasks {
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        ensure_positive("tasks", "active_per_account", self.active_per_account.into())?;
        ensure_positive("tasks", "files_kept_days", self.files_kept_days.into())
    }
}
