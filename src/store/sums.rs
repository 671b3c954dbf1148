//! Whole stores, table by table: a bounded walk, and sums to compare two stores by.

use std::collections::BTreeMap;
use std::hash::Hasher;

use siphasher::sip::SipHasher13;

use super::seam::{Entry, KeyRange, Order, Space, Store, StoreError, Table};

/// Entries read at once: 12 MiB at the very most.
const ENTRIES_AT_ONCE: usize = 256;

/// Count, size and checksum of the entries of one table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TableSum {
    pub entries: u64,
    /// Bytes of keys and values.
    pub bytes: u64,
    /// Over all keys and values in order. Finds accidents, not intent.
    pub checksum: u64,
}

/// The sums of a store by table; tables without entries are left out.
pub type Sums = BTreeMap<(Space, Table), TableSum>;

/// Count, size and checksum of every table.
pub async fn sums(store: &dyn Store) -> Result<Sums, StoreError> {
    sums_but(store, |_, _| false).await
}

/// As [`sums`], without the entries that are `left_out` by table and key.
pub(super) async fn sums_but(
    store: &dyn Store,
    left_out: impl Fn(Table, &[u8]) -> bool,
) -> Result<Sums, StoreError> {
    let mut sums = Sums::new();
    for (space, table) in places(store).await? {
        let mut scan = Scan::new(space, table);
        let mut hasher = SipHasher13::new();
        let mut sum = TableSum { entries: 0, bytes: 0, checksum: 0 };
        while let Some(entries) = scan.next(store).await? {
            for (key, value) in entries.iter().filter(|(key, _)| !left_out(table, key)) {
                sum.entries += 1;
                sum.bytes += length(key) + length(value);
                for part in [key, value] {
                    hasher.write_u64(length(part));
                    hasher.write(part);
                }
            }
        }
        if sum.entries > 0 {
            sums.insert((space, table), TableSum { checksum: hasher.finish(), ..sum });
        }
    }
    Ok(sums)
}

/// Every place that may hold entries.
pub(super) async fn places(store: &dyn Store) -> Result<Vec<(Space, Table)>, StoreError> {
    let days = store.days().await?.into_iter().map(Space::Day);
    let spaces = [Space::Main].into_iter().chain(days);
    Ok(spaces.flat_map(|space| Table::ALL.map(|table| (space, table))).collect())
}

/// A scan of a whole table, some entries at a time.
#[derive(Debug)]
pub(super) struct Scan {
    space: Space,
    table: Table,
    rest: Option<KeyRange>,
}

impl Scan {
    pub fn new(space: Space, table: Table) -> Self {
        Self { space, table, rest: Some(KeyRange::all()) }
    }

    pub async fn next(&mut self, store: &dyn Store) -> Result<Option<Vec<Entry>>, StoreError> {
        let Some(range) = self.rest.take() else { return Ok(None) };
        let (order, limit) = (Order::Ascending, ENTRIES_AT_ONCE);
        let found = store.scan(self.space, self.table, range.clone(), order, limit).await?;
        let Some((last, _)) = found.last() else { return Ok(None) };
        if found.len() == limit {
            self.rest = Some(range.after(last));
        }
        Ok(Some(found))
    }
}

pub(super) fn length(bytes: &[u8]) -> u64 {
    u64::try_from(bytes.len()).unwrap_or(u64::MAX)
}
