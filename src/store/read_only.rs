//! A store that takes no changes for a while.

use std::sync::Arc;

use bytes::Bytes;
use futures_util::future::BoxFuture;
use jiff::Timestamp;

use super::seam::{Batch, Durable, Entry, KeyRange, Order, Space, Store, StoreError, Table};

/// Another store, of which everything can be read. Who wants to change it is told to come again:
/// [`StoreError::ReadOnly`].
#[derive(Debug)]
pub struct ReadOnlyStore(Arc<dyn Store>);

impl ReadOnlyStore {
    pub fn over(store: Arc<dyn Store>) -> Self {
        Self(store)
    }
}

impl Store for ReadOnlyStore {
    fn get<'a>(
        &'a self,
        space: Space,
        table: Table,
        key: &'a [u8],
    ) -> BoxFuture<'a, Result<Option<Bytes>, StoreError>> {
        self.0.get(space, table, key)
    }

    fn scan(
        &self,
        space: Space,
        table: Table,
        range: KeyRange,
        order: Order,
        limit: usize,
    ) -> BoxFuture<'_, Result<Vec<Entry>, StoreError>> {
        self.0.scan(space, table, range, order, limit)
    }

    /// Conditions alone are looked at.
    fn commit(&self, batch: Batch) -> BoxFuture<'_, Result<Durable, StoreError>> {
        if batch.writes.is_empty() {
            return self.0.commit(batch);
        }
        Box::pin(std::future::ready(Err(StoreError::ReadOnly)))
    }

    fn changes(&self, table: Table) -> Option<u64> {
        self.0.changes(table)
    }

    fn is_shared(&self) -> bool {
        self.0.is_shared()
    }

    fn now(&self, own: Timestamp) -> BoxFuture<'_, Result<Timestamp, StoreError>> {
        self.0.now(own)
    }

    fn days(&self) -> BoxFuture<'_, Result<Vec<i32>, StoreError>> {
        self.0.days()
    }

    fn drop_day(&self, _day: i32) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(std::future::ready(Err(StoreError::ReadOnly)))
    }

    fn close(&self) -> BoxFuture<'_, Result<(), StoreError>> {
        self.0.close()
    }
}
