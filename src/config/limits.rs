//! What one account may hold.

use lychgate_derive::Settings;
use serde::{Deserialize, Serialize};

use super::ConfigError;
use super::error::ensure_positive;

/// What one account may hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Settings)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// Contacts in one account; past it an import ends as `ExceedsAllowedContactLimit`.
    pub contacts_per_account: u32,
    /// Lists (address books) in one account.
    pub lists_per_account: u32,
    /// Data fields in one account.
    pub data_fields_per_account: u16,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            contacts_per_account: 100_000_000,
            lists_per_account: 1_000,
            data_fields_per_account: 250,
        }
    }
}

impl Limits {
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        ensure_positive("limits", "contacts_per_account", self.contacts_per_account.into())?;
        ensure_positive("limits", "lists_per_account", self.lists_per_account.into())?;
        ensure_positive("limits", "data_fields_per_account", self.data_fields_per_account.into())
    }
}
