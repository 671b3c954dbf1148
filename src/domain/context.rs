//! What every call is given: store, time, ids and limits.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::OwnedMutexGuard;

use super::account::Accounts;
use super::campaign::Campaigns;
use super::contact_store::ContactStore;
use super::contacts::Contacts;
use super::data_field::DataFields;
use super::error::Result;
use super::event::Events;
use super::import::Activity;
use super::list::Lists;
use super::segment::Segments;
use super::suppression::Suppressions;
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
    gates: Gates,
}

type Gates = Mutex<BTreeMap<AccountId, Arc<tokio::sync::Mutex<()>>>>;

/// The right to read, decide and apply for one account; others wait. Keep it out of waits for
/// [`Durable`](crate::store::Durable).
#[derive(Debug)]
pub struct Gate(#[expect(dead_code, reason = "held, not read")] OwnedMutexGuard<()>);

impl Context {
    /// Opens the domain over a store; a store without one gets its key for hashing addresses.
    pub async fn open(
        store: Arc<dyn Store>,
        clock: Clock,
        ids: Ids,
        limits: Limits,
    ) -> Result<Self> {
        Ok(Self {
            store,
            clock,
            ids,
            limits,
            import_activity: Activity::default(),
            gates: Gates::default(),
        })
    }

    /// The only way to an account's things.
    pub fn account(&self, id: AccountId) -> Account<'_> {
        Account { context: self, id }
    }

    /// The accounts themselves, their credentials, and who is calling.
    pub fn accounts(&self) -> Accounts<'_> {
        Accounts { context: self }
    }

    /// Events from outside, of all accounts.
    pub fn events(&self) -> Events<'_> {
        Events { context: self }
    }
}

/// One account's things; whatever is called on it stays within that account.
#[derive(Debug, Clone, Copy)]
pub struct Account<'a> {
    pub context: &'a Context,
    pub id: AccountId,
}

impl<'a> Account<'a> {
    pub fn contacts(self) -> Contacts<'a> {
        Contacts { account: self }
    }

    pub fn lists(self) -> Lists<'a> {
        Lists { account: self }
    }

    pub fn fields(self) -> DataFields<'a> {
        DataFields { account: self }
    }

    pub fn segments(self) -> Segments<'a> {
        Segments { account: self }
    }

    pub fn campaigns(self) -> Campaigns<'a> {
        Campaigns { account: self }
    }

    pub fn suppressions(self) -> Suppressions<'a> {
        Suppressions { account: self }
    }

    /// Stored contacts and edits of many at once; for imports.
    pub fn contact_store(self) -> ContactStore<'a> {
        ContactStore { account: self }
    }

    /// Waits for this account's turn to write.
    pub async fn gate(&self) -> Gate {
        let gate = {
            let mut gates = self.context.gates.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(gates.entry(self.id).or_default())
        };
        Gate(gate.lock_owned().await)
    }
}
