//! A store that takes no changes for a while.

use std::sync::Arc;

use futures_util::future::BoxFuture;

use super::front::Front;
use super::seam::{Batch, Durable, Store, StoreError};

/// Another store, of which everything can be read. Who wants to change it is told to come again:
/// [`StoreError::ReadOnly`].
#[derive(Debug)]
pub struct ReadOnlyStore(Arc<dyn Store>);

impl ReadOnlyStore {
    pub fn over(store: Arc<dyn Store>) -> Self {
        Self(store)
    }
}

impl Front for ReadOnlyStore {
    fn below(&self) -> &dyn Store {
        &*self.0
    }

    /// Conditions alone are looked at.
    fn commit(&self, batch: Batch) -> BoxFuture<'_, Result<Durable, StoreError>> {
        if batch.writes.is_empty() {
            return self.0.commit(batch);
        }
        Box::pin(std::future::ready(Err(StoreError::ReadOnly)))
    }

    /// As its operator wants it: there is nothing to mend.
    fn ensure_writable(&self) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(std::future::ready(Ok(())))
    }

    fn drop_day(&self, _day: i32) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(std::future::ready(Err(StoreError::ReadOnly)))
    }
}
