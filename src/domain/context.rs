//! What every call is given: store, time, ids and limits.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{Notify, OwnedMutexGuard, Semaphore};

use super::account::Accounts;
use super::call_rate::CallRates;
use super::calls::Calls;
use super::campaign::Campaigns;
use super::category::Categories;
use super::consent::Consents;
use super::contact_store::ContactStore;
use super::contacts::Contacts;
use super::data_field::DataFields;
use super::edit::Edit;
use super::error::{Error, Refusal, Result};
use super::event::EventCounts;
use super::files::{Files, NoFiles};
use super::import::LeftUploads;
use super::jobs::Activity;
use super::known_addresses::KnownAddresses;
use super::lease::Gateway;
use super::list::Lists;
use super::login::{HashCost, Logins};
use super::memory::Memory;
use super::on_purpose::OnPurpose;
use super::people::People;
use super::preference::Preferences;
use super::relational::RelationalTables;
use super::segment::Segments;
use super::suppression::Suppressions;
use super::tag::Tags;
use super::turn::ASK_FROM;
use super::{AccountId, Clock, Ids};
use crate::store::{MemoryStore, Store, StoreError, hash_key, unfinished};

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
    /// Exports, deletes and other tasks of one account that may be under way at once.
    pub active_tasks: u32,
    /// Days for which a task's result file can be fetched after the task ended.
    pub task_files_kept_days: u16,
    /// Lists in one account.
    pub lists_per_account: u32,
    /// Data fields in one account.
    pub data_fields_per_account: u16,
    /// Days for which a message stays in the outbox.
    pub outbox_kept_days: u16,
    /// Seconds for which a lease in a shared store holds without being renewed.
    pub lease_seconds: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            active_imports: 25,
            contacts_per_account: 100_000_000,
            watchdog_invalid_percent: 50,
            watchdog_min_rows: 100,
            faults_kept_days: 7,
            active_tasks: 100,
            task_files_kept_days: 7,
            lists_per_account: 1_000,
            data_fields_per_account: 250,
            outbox_kept_days: 30,
            lease_seconds: 15,
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
    /// Wakes the workers of jobs and counts what they do.
    pub job_activity: Activity,
    /// Uploads that were given up, whose pieces are still to be deleted.
    pub(super) left_uploads: LeftUploads,
    /// Where files come from that callers name.
    pub(super) files: Arc<dyn Files>,
    /// For each file that may be in memory while it is fetched.
    pub(super) file_turns: Arc<Semaphore>,
    /// The key under which addresses are hashed; of the store, secret.
    pub(super) hash_key: [u8; 16],
    pub(super) known_addresses: KnownAddresses,
    /// What every call needs and hardly any changes.
    pub(super) memory: Memory,
    /// Counts what becomes of events from outside.
    pub event_counts: EventCounts,
    /// What goes wrong on purpose.
    pub on_purpose: OnPurpose,
    pub(super) logins: Logins,
    pub(super) calls: Calls,
    pub(super) call_rates: CallRates,
    /// Wakes the one who works segment refreshes.
    pub(super) refresh_asked: Notify,
    /// Wakes the one who releases campaigns.
    pub(super) release_asked: Notify,
    gates: Gates,
    /// This process among those over a shared store; `None` where the store is its own.
    pub(super) gateway: Option<Gateway>,
}

/// How often a change is decided anew when other writers were faster each time. Within one process
/// the gate lets nobody be faster; across processes a few tries are plenty.
pub(super) const ATTEMPTS: usize = 16;

/// Named files that are fetched and unpacked at the same time; each is held in memory.
const FILES_AT_ONCE: usize = 2;

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
        let mut fresh = [0; 16];
        ids.fill(&mut fresh);
        unfinished::refuse(&*store).await.map_err(|error| Error::store("open the store", error))?;
        let hash_key = hash_key(&*store, fresh)
            .await
            .map_err(|error| Error::store("read the store's hash key", error))?;
        let logins = Logins::new(&ids);
        let gateway = store.is_shared().then(|| Gateway::new(&ids));
        Ok(Self {
            store,
            clock,
            ids,
            limits,
            hash_key,
            known_addresses: KnownAddresses::default(),
            memory: Memory::default(),
            event_counts: EventCounts::default(),
            on_purpose: OnPurpose::default(),
            logins,
            calls: Calls::default(),
            call_rates: CallRates::default(),
            refresh_asked: Notify::new(),
            job_activity: Activity::default(),
            left_uploads: LeftUploads::default(),
            files: Arc::new(NoFiles),
            file_turns: Arc::new(Semaphore::new(FILES_AT_ONCE)),
            release_asked: Notify::new(),
            gates: Gates::default(),
            gateway,
        })
    }

    /// Over a store in memory that goes with the context: for replays and tests.
    ///
    /// Passwords are hashed at the least cost, since no other kind of store can get such hashes.
    pub async fn in_memory(
        store: Arc<MemoryStore>,
        clock: Clock,
        ids: Ids,
        limits: Limits,
    ) -> Result<Self> {
        let context = Self::open(store, clock, ids, limits).await?;
        Ok(Self { logins: context.logins.at_cost(HashCost::Least), ..context })
    }

    /// Takes files that callers name from `files`.
    #[must_use]
    pub fn with_files(self, files: Arc<dyn Files>) -> Self {
        Self { files, ..self }
    }

    /// The only way to an account's things.
    pub fn account(&self, id: AccountId) -> Account<'_> {
        Account { context: self, id }
    }

    /// The accounts themselves, their credentials, and who is calling.
    pub fn accounts(&self) -> Accounts<'_> {
        Accounts { context: self }
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

    pub fn categories(self) -> Categories<'a> {
        Categories { account: self }
    }

    pub fn relational_tables(self) -> RelationalTables<'a> {
        RelationalTables { account: self }
    }

    pub fn preferences(self) -> Preferences<'a> {
        Preferences { account: self }
    }

    /// What contacts consented to.
    pub fn consents(self) -> Consents<'a> {
        Consents { account: self }
    }

    pub fn fields(self) -> DataFields<'a> {
        DataFields { account: self }
    }

    pub fn segments(self) -> Segments<'a> {
        Segments { account: self }
    }

    pub fn tags(self) -> Tags<'a> {
        Tags { account: self }
    }

    /// Contacts who are known by an address, a phone number, or both.
    pub fn people(self) -> People<'a> {
        People { account: self }
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

    /// The way of every change: takes the gate, lets `decide` read and put its changes into an
    /// [`Edit`], commits it, releases the gate and waits until it is on disk. When the condition of
    /// the commit does not hold any more, `decide` runs again on what is there now.
    pub async fn change<T, F, Decided>(self, doing: &'static str, decide: F) -> Result<T>
    where
        F: Fn(Edit<'a>) -> Decided,
        Decided: Future<Output = Result<(Edit<'a>, T)>>,
    {
        for attempt in 0..ATTEMPTS {
            let gate = self.gate().await;
            let asks = attempt >= ASK_FROM;
            if asks {
                self.ask_for_turn().await?;
            }
            let edit = Edit::begin(self).await?;
            let decided = decide(edit).await;
            if asks && decided.is_err() {
                self.give_turn_back().await?;
            }
            let (edit, answer) = decided?;
            let durable = match edit.apply().await {
                Err(StoreError::Conflict) => continue,
                applied => applied.map_err(|error| Error::store(doing, error))?,
            };
            drop(gate);
            durable.wait().await.map_err(|error| Error::store(doing, error))?;
            return Ok(answer);
        }
        tracing::warn!(
            account = self.id.0,
            "gave up a change after {ATTEMPTS} lost races: {doing}"
        );
        Err(Refusal::Unavailable.into())
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
