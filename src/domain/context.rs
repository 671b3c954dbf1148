//! What every call is given: store, time, ids and limits.

use std::sync::Arc;

use super::import::Activity;
use super::{AccountId, Clock, Ids};
use crate::store::Store;

/// Limits of the domain, each with its unit. Config fills them.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Imports of one account that may be under way at once. The vendor's number is 25.
    pub active_imports: u32,
    /// Contacts in one account; past it an import ends as `ExceedsAllowedContactLimit`.
    pub contacts_per_account: u32,
    /// Share of invalid rows, in percent, above which the watchdog rejects an import.
    pub watchdog_invalid_percent: u8,
    /// Rows before which the watchdog does not judge.
    pub watchdog_min_rows: u32,
    /// Days for which a faults report can be fetched after its import ended.
    pub faults_kept_days: u16,
    /// Lists in one account.
    pub lists_per_account: u32,
    /// Data fields in one account.
    pub data_fields_per_account: u16,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            active_imports: 25,
            contacts_per_account: 100_000_000,
            watchdog_invalid_percent: 50,
            watchdog_min_rows: 100,
            faults_kept_days: 7,
            lists_per_account: 1_000,
            data_fields_per_account: 250,
        }
    }
}

/// Everything a call may reach. Cheap to share; one per process.
#[derive(Debug)]
pub struct Context {
    pub store: Arc<dyn Store>,
    pub clock: Clock,
    pub ids: Ids,
    pub limits: Limits,
    /// Wakes the import workers and counts what they do.
    pub import_activity: Activity,
}

impl Context {
    /// The only way to an account's things.
    pub fn account(&self, id: AccountId) -> Account<'_> {
        Account { context: self, id }
    }
}

/// One account's things; whatever is called on it stays within that account.
#[derive(Debug, Clone, Copy)]
pub struct Account<'a> {
    pub context: &'a Context,
    pub id: AccountId,
}
