//! Where an account's addresses are found: by hash, in one sorted map and in runs in front of it.
//!
//! The addresses of a large batch lie all over the map; putting them in would rewrite nearly every
//! block. So they become a sorted run of their own. When there are [`MAX_RUNS`] of them or the
//! import ends, the runs are merged into the map, one range of hashes after the other, each range
//! in one commit.
//!
//! Entries only ever move from a run into the map. So who looks into the runs first and into the
//! map after that meets every entry, even while others merge; twice at most.

use std::sync::Arc;

use bytes::Bytes;

use super::context::{ATTEMPTS, Account, Context};
use super::counters::AddressIndexState;
use super::error::{Error, Result};
use super::ids::{AccountId, ContactId};
use super::known_addresses::Found;
use crate::store::{Batch, BlockMap, Change, Durable, Loaded, Store, StoreError, tables};

/// New addresses of one commit from which on they become a run.
const RUN_ADDRESSES: usize = 2_048;

/// Runs that wait to be merged. Each costs a look-up of a single address one block more.
pub(super) const MAX_RUNS: usize = 64;

/// Entries that are merged in one commit; bounds its memory, some 20 MiB.
const ENTRIES_AT_ONCE: u64 = 128 * 1024;

/// An address's hash and whose it is.
pub(super) type AddressEntry = (u64, ContactId);

/// The parts of an account's address index, as far as they were looked into.
#[derive(Debug)]
pub(super) struct AddressIndex {
    account: AccountId,
    changes: u64,
    /// Oldest first.
    runs: Vec<Loaded>,
    main: Loaded,
}

/// What is to become of an address index. Each entry once.
#[derive(Debug)]
pub(super) struct AddressChanges {
    pub added: Vec<AddressEntry>,
    pub removed: Vec<AddressEntry>,
    /// Goes with neither of them.
    pub merge: Option<Merge>,
    /// So many added ones become a run; fewer go into the map at once.
    pub run_addresses: usize,
}

impl Default for AddressChanges {
    fn default() -> Self {
        let (added, removed) = (Vec::new(), Vec::new());
        Self { added, removed, merge: None, run_addresses: RUN_ADDRESSES }
    }
}

/// Moves entries of the runs into the map.
#[derive(Debug, Clone, Copy)]
pub(super) struct Merge {
    /// Only entries with hashes below this; `None` moves all.
    pub below: Option<u64>,
}

impl AddressIndex {
    pub fn new(account: AccountId, state: &AddressIndexState) -> Self {
        let run = |number| tables::address_run(account.0, number).unread();
        let main = tables::addresses(account.0).unread();
        Self { account, changes: state.changes, runs: state.runs().map(run).collect(), main }
    }

    /// Who may have one address hash, for a look that nothing is decided on.
    pub async fn holders(
        account: AccountId,
        state: &AddressIndexState,
        store: &dyn Store,
        hash: u64,
    ) -> Result<Vec<ContactId>> {
        let prefix = tables::address_hash(hash);
        let runs = state.runs().map(|run| tables::address_run(account.0, run));
        let mut holders = Vec::new();
        for part in runs.chain([tables::addresses(account.0)]) {
            let entries = part.starting_with(store, &prefix).await;
            let entries = entries.map_err(|error| Error::store("look up addresses", error))?;
            let found = entries.iter().filter_map(|(key, _)| entry_of(key));
            holders.extend(found.map(|(_, contact)| contact));
        }
        holders.sort_unstable();
        holders.dedup();
        Ok(holders)
    }

    /// Who may have these address hashes: the place of each among `hashes`, ascending, with a
    /// contact.
    pub async fn find(
        &mut self,
        context: &Context,
        hashes: &[u64],
    ) -> Result<Vec<(usize, ContactId)>> {
        let places = match context.known_addresses.find(self.account, self.changes, hashes) {
            Found::Holders(holders) => return Ok(holders),
            Found::Perhaps(places) => places,
        };
        let with_hash = |place: usize| Some((*hashes.get(place)?, place));
        let mut wanted: Vec<(u64, usize)> = places.into_iter().filter_map(with_hash).collect();
        wanted.sort_unstable();
        let mut once: Vec<u64> = wanted.iter().map(|(hash, _)| *hash).collect();
        once.dedup();
        let read = self.read(&*context.store, &once).await;
        let read = read.map_err(|error| Error::store("look up addresses", error))?;
        let mut found = Vec::with_capacity(read.len());
        for (hash, place) in wanted {
            let from = read.partition_point(|(other, _)| *other < hash);
            let same = read.iter().skip(from).take_while(|(other, _)| *other == hash);
            found.extend(same.map(|(_, contact)| (place, *contact)));
        }
        found.sort_unstable();
        Ok(found)
    }

    /// The entries of these hashes (ascending, each once), ascending.
    async fn read(
        &mut self,
        store: &dyn Store,
        hashes: &[u64],
    ) -> Result<Vec<AddressEntry>, StoreError> {
        let mut found = Vec::new();
        if hashes.is_empty() {
            return Ok(found);
        }
        let prefixes = tables::address_hashes(hashes.iter().copied());
        for part in self.runs.iter_mut().chain([&mut self.main]) {
            part.also_starting_with(store, &prefixes).await?;
            part.each_starting_with(prefixes.iter().map(|prefix| &**prefix), |_, key, _| {
                found.extend(entry_of(&key));
            });
        }
        found.sort_unstable();
        found.dedup();
        Ok(found)
    }

    /// Adds `changes` to `batch`, which must have the account's counters, changed as `state` is,
    /// as one of its conditions.
    pub async fn change(
        mut self,
        store: &dyn Store,
        batch: &mut Batch,
        changes: &mut AddressChanges,
        state: &mut AddressIndexState,
    ) -> Result<(), StoreError> {
        if let Some(merge) = changes.merge {
            return self.merge(store, batch, merge, state).await;
        }
        let AddressChanges { added, removed, run_addresses, .. } = changes;
        if added.is_empty() && removed.is_empty() {
            return Ok(());
        }
        state.changes += 1;
        added.sort_unstable();
        let mut in_main = self.remove_from_runs(store, batch, removed, state).await?;
        if added.len() >= *run_addresses {
            self.add_run(batch, added, state)?;
        } else {
            in_main.extend(added.iter().map(|entry| Change::put(key_of(entry), Bytes::new())));
        }
        if in_main.is_empty() {
            return Ok(());
        }
        in_main.sort_unstable_by(|one, other| one.key.cmp(&other.key));
        self.main.edit(store, batch, &in_main).await
    }

    fn add_run(
        &self,
        batch: &mut Batch,
        added: &[AddressEntry],
        state: &mut AddressIndexState,
    ) -> Result<(), StoreError> {
        let keys: Vec<[u8; 12]> =
            added.iter().map(|(hash, id)| tables::address_key(*hash, id.0)).collect();
        let run = tables::address_run(self.account.0, state.next_run);
        run.fill(batch, keys.iter().map(|key| (&key[..], &[][..])))?;
        state.next_run = state.next_run.saturating_add(1);
        state.in_runs = state.in_runs.saturating_add(length(added.len()));
        Ok(())
    }

    /// Takes entries out of the runs that they are in; what is in none of them is to be taken out
    /// of the map.
    async fn remove_from_runs(
        &mut self,
        store: &dyn Store,
        batch: &mut Batch,
        removed: &[AddressEntry],
        state: &mut AddressIndexState,
    ) -> Result<Vec<Change>, StoreError> {
        let mut keys: Vec<Bytes> = removed.iter().map(key_of).collect();
        keys.sort_unstable();
        if keys.is_empty() {
            return Ok(Vec::new());
        }
        for run in &mut self.runs {
            run.also_keys(store, &keys).await?;
            let values = run.get_many(&keys);
            let (here, elsewhere): (Vec<_>, Vec<_>) =
                keys.into_iter().zip(values).partition(|(_, value)| value.is_some());
            let here: Vec<Change> = here.into_iter().map(|(key, _)| Change::delete(key)).collect();
            run.edit(store, batch, &here).await?;
            state.in_runs = state.in_runs.saturating_sub(length(here.len()));
            keys = elsewhere.into_iter().map(|(key, _)| key).collect();
        }
        Ok(keys.into_iter().map(Change::delete).collect())
    }

    async fn merge(
        &mut self,
        store: &dyn Store,
        batch: &mut Batch,
        merge: Merge,
        state: &mut AddressIndexState,
    ) -> Result<(), StoreError> {
        if state.runs().is_empty() {
            // Another gateway has merged them.
            return Ok(());
        }
        let end = merge.below.map(tables::address_hash);
        let mut entries = Vec::new();
        for run in state.runs() {
            let run = tables::address_run(self.account.0, run);
            let taken = |key: &[u8]| entries.extend(entry_of(key));
            run.take_below(store, batch, end.as_deref(), taken).await?;
        }
        if merge.below.is_none() {
            state.first_run = state.next_run;
        }
        state.in_runs = state.in_runs.saturating_sub(length(entries.len()));
        state.changes += 1;
        // Stable: that sort makes use of each run being in order.
        entries.sort();
        entries.dedup();
        let keys = tables::address_entries(entries.into_iter().map(|(hash, id)| (hash, id.0)));
        let put = |key| Change { key, value: Some(Bytes::new()) };
        let changes: Vec<Change> = keys.into_iter().map(put).collect();
        self.main.edit(store, batch, &changes).await
    }
}

impl Account<'_> {
    /// Merges the runs of the address index into its map, when there are `least` or more.
    pub(super) async fn merge_address_runs(self, least: usize) -> Result<()> {
        let state = self.counters().await?.addresses;
        if state.runs().len() < least.max(1) {
            return Ok(());
        }
        let slices = u64::from(state.in_runs).div_ceil(ENTRIES_AT_ONCE).max(1);
        let width = u64::MAX / slices;
        let mut pending: Option<Durable> = None;
        for slice in 1..=slices {
            let below = (slice < slices).then_some(width * slice);
            // The next one is put together while this one goes to the disk.
            let merged = self.merge_once(Merge { below }).await?;
            if let Some(before) = pending.replace(merged) {
                before.wait().await.map_err(broken)?;
            }
        }
        match pending {
            Some(last) => last.wait().await.map_err(broken),
            None => Ok(()),
        }
    }

    async fn merge_once(self, merge: Merge) -> Result<Durable> {
        for attempt in 0..ATTEMPTS {
            let _gate = self.gate().await;
            if attempt > 0 {
                self.ask_for_turn().await?;
            }
            let mut edit = self.contact_store().edit().await?;
            edit.merge_addresses(merge);
            match self.contact_store().apply(edit).await {
                Err(StoreError::Conflict) => {}
                merged => return merged.map_err(broken),
            }
        }
        Err(broken(StoreError::Conflict))
    }

    /// The runs of the address index, oldest first, and its map.
    pub(super) async fn address_parts(self) -> Result<Vec<BlockMap>> {
        let runs = self.counters().await?.addresses.runs();
        let runs = runs.map(|run| tables::address_run(self.id.0, run));
        Ok(runs.chain([tables::addresses(self.id.0)]).collect())
    }
}

/// An account's addresses in memory, as far as that helps to see that an address is new; forgotten
/// when this is dropped.
#[derive(Debug)]
pub(super) struct AddressesInMemory {
    context: Arc<Context>,
    account: AccountId,
}

impl AddressesInMemory {
    /// Reads the whole address index. `more` addresses are expected.
    pub async fn read(context: &Arc<Context>, account: AccountId, more: u64) -> Result<Self> {
        let broken = |error| Error::store("read the address index", error);
        let of = context.account(account);
        let _gate = of.gate().await;
        let counters = of.counters().await?;
        let (known, here) = (&context.known_addresses, Arc::clone(context));
        // From here on what is known goes with this.
        let in_memory = Self { context: here, account };
        known.begin(account, counters.contacts.into(), more);
        for part in of.address_parts().await? {
            let mut walk = part.walk();
            while let Some(entries) = walk.next_entries(&*context.store).await.map_err(broken)? {
                known.add(account, entries.iter().filter_map(|(key, _)| entry_of(key)));
            }
        }
        known.has_all(account, counters.addresses.changes);
        Ok(in_memory)
    }
}

impl Drop for AddressesInMemory {
    fn drop(&mut self) {
        self.context.known_addresses.forget(self.account);
    }
}

fn broken(error: StoreError) -> Error {
    Error::store("merge new addresses", error)
}

fn key_of((hash, contact): &AddressEntry) -> Bytes {
    tables::address_entry(*hash, contact.0)
}

fn entry_of(key: &[u8]) -> Option<AddressEntry> {
    tables::address_of_entry(key).map(|(hash, contact)| (hash, ContactId(contact)))
}

fn length(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
