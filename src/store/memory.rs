//! The engine for trials and tests: everything in memory, gone when the process ends.

use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::time::Instant;

use bytes::Bytes;
use futures_util::future::{BoxFuture, ready};

use super::seam::{
    Batch, Condition, Durable, Entry, KeyRange, Order, Space, Store, StoreError, Table, Write,
};
use super::write_counts::WriteCounts;

type Tables = BTreeMap<(Table, Bytes), Bytes>;

/// A store in memory. A commit is as durable as it gets when it is applied.
#[derive(Debug, Default)]
pub struct MemoryStore {
    spaces: RwLock<Spaces>,
    counts: WriteCounts,
}

#[derive(Debug, Default)]
struct Spaces {
    closed: bool,
    full: bool,
    by_space: BTreeMap<Space, Tables>,
}

impl MemoryStore {
    pub fn new() -> Self {
        Self::default()
    }

    /// From now on the store is as one whose disk is full: it is read as before, and nothing more is
    /// written.
    pub fn fill_up(&self) {
        self.spaces.write().unwrap_or_else(PoisonError::into_inner).full = true;
    }

    fn read(&self) -> Result<RwLockReadGuard<'_, Spaces>, StoreError> {
        let spaces = self.spaces.read().unwrap_or_else(PoisonError::into_inner);
        if spaces.closed { Err(StoreError::Closed) } else { Ok(spaces) }
    }

    fn write(&self) -> Result<RwLockWriteGuard<'_, Spaces>, StoreError> {
        let spaces = self.spaces.write().unwrap_or_else(PoisonError::into_inner);
        if spaces.closed { Err(StoreError::Closed) } else { Ok(spaces) }
    }

    fn get_now(&self, space: Space, table: Table, key: &[u8]) -> Result<Option<Bytes>, StoreError> {
        let spaces = self.read()?;
        let tables = spaces.by_space.get(&space);
        let key = (table, Bytes::copy_from_slice(key));
        Ok(tables.and_then(|tables| tables.get(&key)).cloned())
    }

    fn scan_now(
        &self,
        space: Space,
        table: Table,
        range: &KeyRange,
        order: Order,
        limit: usize,
    ) -> Result<Vec<Entry>, StoreError> {
        let spaces = self.read()?;
        let Some(tables) = spaces.by_space.get(&space) else { return Ok(Vec::new()) };
        if range.is_empty() {
            return Ok(Vec::new());
        }
        let start = Bound::Included((table, range.start.clone()));
        let end = match &range.end {
            Some(end) => Bound::Excluded((table, end.clone())),
            None => match Table::ALL.into_iter().find(|other| *other > table) {
                Some(next) => Bound::Excluded((next, Bytes::new())),
                None => Bound::Unbounded,
            },
        };
        let found = tables.range((start, end));
        let found = found.map(|((_, key), value)| (key.clone(), value.clone()));
        Ok(match order {
            Order::Ascending => found.take(limit).collect(),
            Order::Descending => found.rev().take(limit).collect(),
        })
    }

    fn commit_now(&self, batch: Batch) -> Result<(), StoreError> {
        batch.ensure_value_sizes()?;
        let mut spaces = self.write()?;
        let current = spaces.by_space.get(&batch.space);
        let holds = |table: Table, key: Bytes| current.and_then(|tables| tables.get(&(table, key)));
        for condition in &batch.conditions {
            let held = match condition {
                Condition::Absent { table, key } => holds(*table, key.clone()).is_none(),
                Condition::Equals { table, key, value } => {
                    holds(*table, key.clone()) == Some(value)
                }
            };
            if !held {
                return Err(StoreError::Conflict);
            }
        }
        if batch.writes.is_empty() {
            return Ok(());
        }
        if spaces.full {
            return Err(StoreError::DiskFull(std::io::ErrorKind::StorageFull.into()));
        }
        self.counts.count(&batch.writes);
        let tables = spaces.by_space.entry(batch.space).or_default();
        for write in batch.writes {
            match write {
                Write::Put { table, key, value } => tables.insert((table, key), value),
                Write::Delete { table, key } => tables.remove(&(table, key)),
            };
        }
        Ok(())
    }
}

impl Store for MemoryStore {
    fn get<'a>(
        &'a self,
        space: Space,
        table: Table,
        key: &'a [u8],
    ) -> BoxFuture<'a, Result<Option<Bytes>, StoreError>> {
        Box::pin(ready(self.get_now(space, table, key)))
    }

    fn scan(
        &self,
        space: Space,
        table: Table,
        range: KeyRange,
        order: Order,
        limit: usize,
    ) -> BoxFuture<'_, Result<Vec<Entry>, StoreError>> {
        Box::pin(ready(self.scan_now(space, table, &range, order, limit)))
    }

    fn commit(&self, batch: Batch) -> BoxFuture<'_, Result<Durable, StoreError>> {
        let applied = self.commit_now(batch);
        Box::pin(ready(applied.map(|()| Durable::new(ready(Ok(()))))))
    }

    fn changes(
        &self,
        table: Table,
        _since: Instant,
    ) -> BoxFuture<'_, Result<Option<u64>, StoreError>> {
        Box::pin(ready(Ok(self.counts.of(table))))
    }

    fn days(&self) -> BoxFuture<'_, Result<Vec<i32>, StoreError>> {
        let days = self.read().map(|spaces| {
            let days = spaces.by_space.keys().filter_map(|space| match space {
                Space::Main => None,
                Space::Day(day) => Some(*day),
            });
            days.collect()
        });
        Box::pin(ready(days))
    }

    fn drop_day(&self, day: i32) -> BoxFuture<'_, Result<(), StoreError>> {
        let dropped = self.write().map(|mut spaces| {
            spaces.by_space.remove(&Space::Day(day));
        });
        Box::pin(ready(dropped))
    }

    fn close(&self) -> BoxFuture<'_, Result<(), StoreError>> {
        let mut spaces = self.spaces.write().unwrap_or_else(PoisonError::into_inner);
        spaces.closed = true;
        spaces.by_space.clear();
        Box::pin(ready(Ok(())))
    }
}
