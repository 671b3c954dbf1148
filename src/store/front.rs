//! Stores in front of others, which change or watch some of what is asked and pass on the rest.

use std::fmt::Debug;
use std::time::Instant;

use bytes::Bytes;
use futures_util::future::BoxFuture;
use jiff::Timestamp;

use super::seam::{Batch, Durable, Entry, KeyRange, Order, Space, Store, StoreError, Table};

/// A store in front of another. Whatever it does not do itself, the other one does: it is a
/// [`Store`], and what is added to that needs a line here alone.
pub trait Front: Send + Sync + Debug {
    /// The other one.
    fn below(&self) -> &dyn Store;

    fn get<'a>(
        &'a self,
        space: Space,
        table: Table,
        key: &'a [u8],
    ) -> BoxFuture<'a, Result<Option<Bytes>, StoreError>> {
        self.below().get(space, table, key)
    }

    fn scan(
        &self,
        space: Space,
        table: Table,
        range: KeyRange,
        order: Order,
        limit: usize,
    ) -> BoxFuture<'_, Result<Vec<Entry>, StoreError>> {
        self.below().scan(space, table, range, order, limit)
    }

    fn commit(&self, batch: Batch) -> BoxFuture<'_, Result<Durable, StoreError>> {
        self.below().commit(batch)
    }

    fn changes(
        &self,
        table: Table,
        since: Instant,
    ) -> BoxFuture<'_, Result<Option<u64>, StoreError>> {
        self.below().changes(table, since)
    }

    fn is_shared(&self) -> bool {
        self.below().is_shared()
    }

    fn now(&self, own: Timestamp) -> BoxFuture<'_, Result<Timestamp, StoreError>> {
        self.below().now(own)
    }

    fn ensure_writable(&self) -> BoxFuture<'_, Result<(), StoreError>> {
        self.below().ensure_writable()
    }

    fn days(&self) -> BoxFuture<'_, Result<Vec<i32>, StoreError>> {
        self.below().days()
    }

    fn drop_day(&self, day: i32) -> BoxFuture<'_, Result<(), StoreError>> {
        self.below().drop_day(day)
    }

    fn close(&self) -> BoxFuture<'_, Result<(), StoreError>> {
        self.below().close()
    }
}

impl<F: Front> Store for F {
    fn get<'a>(
        &'a self,
        space: Space,
        table: Table,
        key: &'a [u8],
    ) -> BoxFuture<'a, Result<Option<Bytes>, StoreError>> {
        Front::get(self, space, table, key)
    }

    fn scan(
        &self,
        space: Space,
        table: Table,
        range: KeyRange,
        order: Order,
        limit: usize,
    ) -> BoxFuture<'_, Result<Vec<Entry>, StoreError>> {
        Front::scan(self, space, table, range, order, limit)
    }

    fn commit(&self, batch: Batch) -> BoxFuture<'_, Result<Durable, StoreError>> {
        Front::commit(self, batch)
    }

    fn changes(
        &self,
        table: Table,
        since: Instant,
    ) -> BoxFuture<'_, Result<Option<u64>, StoreError>> {
        Front::changes(self, table, since)
    }

    fn is_shared(&self) -> bool {
        Front::is_shared(self)
    }

    fn now(&self, own: Timestamp) -> BoxFuture<'_, Result<Timestamp, StoreError>> {
        Front::now(self, own)
    }

    fn ensure_writable(&self) -> BoxFuture<'_, Result<(), StoreError>> {
        Front::ensure_writable(self)
    }

    fn days(&self) -> BoxFuture<'_, Result<Vec<i32>, StoreError>> {
        Front::days(self)
    }

    fn drop_day(&self, day: i32) -> BoxFuture<'_, Result<(), StoreError>> {
        Front::drop_day(self, day)
    }

    fn close(&self) -> BoxFuture<'_, Result<(), StoreError>> {
        Front::close(self)
    }
}
