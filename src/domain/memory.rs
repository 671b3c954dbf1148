//! What was read of the store, decoded, for as long as its table stays as it is.
//!
//! Every call needs its caller's credential, account and data fields, which hardly ever change. Here
//! they are found without reading them again; a commit to their table makes all of it forgotten.

use std::any::{Any, TypeId};
use std::cell::Cell;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::context::Context;
use super::error::{Error, Result};
use crate::store::Table;

/// Things of one kind that are remembered: some megabytes at most of the largest, schemas of 250
/// fields. When there are more, the next one finds all forgotten.
const MOST_OF_A_KIND: usize = 256;

/// For how long at most a call goes on with what other gateways' changes it knew of.
const SAME_MOMENT: Duration = Duration::from_secs(1);

tokio::task_local! {
    /// Since when what is remembered must be true, for the call that a task works on.
    static SINCE: Cell<Instant>;
}

/// Lets a call see what it needs as it was at one moment behind its beginning: then many look-ups
/// ask a shared store for changes once. Outside of a call each asks by itself.
pub async fn as_one_call<T>(call: impl Future<Output = T>) -> T {
    SINCE.scope(Cell::new(Instant::now()), call).await
}

/// From here on the call sees what is stored now: it has read what it is going to change.
pub(super) fn look_again() {
    let _is_in_a_call = SINCE.try_with(|since| since.set(Instant::now()));
}

fn since() -> Instant {
    let now = Instant::now();
    let oldest = now.checked_sub(SAME_MOMENT).unwrap_or(now);
    SINCE.try_with(|since| since.get().max(oldest)).unwrap_or(now)
}

/// Bounded, and worth nothing but time: whatever is not here is read.
#[derive(Default)]
pub(super) struct Memory {
    kinds: Mutex<BTreeMap<(Table, TypeId), Kind>>,
}

/// What has one type and is made of one table.
#[derive(Default)]
struct Kind {
    /// The table's number as it was before any of it was read.
    changes: u64,
    by_key: BTreeMap<Box<[u8]>, Arc<dyn Any + Send + Sync>>,
}

impl std::fmt::Debug for Memory {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Memory(..)")
    }
}

impl Memory {
    fn find<T: Any + Send + Sync>(&self, table: Table, key: &[u8], changes: u64) -> Option<Arc<T>> {
        let kinds = self.kinds.lock().unwrap_or_else(PoisonError::into_inner);
        let kind = kinds.get(&(table, TypeId::of::<T>()))?;
        let found = kind.by_key.get(key).filter(|_| kind.changes == changes)?;
        Arc::clone(found).downcast().ok()
    }

    fn keep<T: Any + Send + Sync>(&self, table: Table, key: &[u8], changes: u64, read: &Arc<T>) {
        let mut kinds = self.kinds.lock().unwrap_or_else(PoisonError::into_inner);
        let kind = kinds.entry((table, TypeId::of::<T>())).or_default();
        if kind.changes != changes || kind.by_key.len() >= MOST_OF_A_KIND {
            kind.by_key.clear();
        }
        kind.changes = changes;
        kind.by_key.insert(key.into(), Arc::<T>::clone(read));
    }
}

impl Context {
    /// What `read` makes of `table` alone, or made of it since the table was last written to. Of
    /// one type, `key` says which.
    pub(super) async fn remembered<T: Any + Send + Sync>(
        &self,
        table: Table,
        key: &[u8],
        read: impl Future<Output = Result<T>>,
    ) -> Result<Arc<T>> {
        // Asked before anything is read: what is written meanwhile has another number.
        let changes = self.store.changes(table, since()).await;
        let changes = changes.map_err(|error| Error::store("ask for changes", error))?;
        let Some(changes) = changes else { return Ok(Arc::new(read.await?)) };
        if let Some(found) = self.memory.find(table, key, changes) {
            return Ok(found);
        }
        let read = Arc::new(read.await?);
        self.memory.keep(table, key, changes, &read);
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::testing::context;
    use crate::store::{Batch, commit_durably};

    async fn read(context: &Context, key: &[u8], what: u32) -> u32 {
        *context.remembered(Table::Campaign, key, async { Ok(what) }).await.unwrap()
    }

    #[tokio::test]
    async fn what_was_read_is_remembered_until_its_table_is_written_to() {
        let context = context().await;
        assert_eq!(read(&context, b"a", 1).await, 1);
        assert_eq!(read(&context, b"a", 2).await, 1);
        assert_eq!(read(&context, b"b", 3).await, 3);
        for (table, after) in [(Table::List, 1), (Table::Campaign, 4)] {
            let mut batch = Batch::main();
            batch.put(table, &b"x"[..], &b"1"[..]);
            commit_durably(&*context.store, batch).await.unwrap();
            assert_eq!(read(&context, b"a", 4).await, after);
        }
    }

    #[tokio::test]
    async fn what_was_read_before_a_write_is_not_kept_behind_it() {
        let context = context().await;
        let slow = context.remembered(Table::Campaign, b"a", async {
            let mut batch = Batch::main();
            batch.put(Table::Campaign, &b"x"[..], &b"1"[..]);
            commit_durably(&*context.store, batch).await.unwrap();
            Ok(1_u32)
        });
        assert_eq!(*slow.await.unwrap(), 1);
        assert_eq!(read(&context, b"a", 2).await, 2);
    }

    #[tokio::test]
    async fn the_memory_stays_bounded() {
        let context = context().await;
        for number in 0..10_000_u32 {
            read(&context, &number.to_be_bytes(), number).await;
        }
        let kinds = context.memory.kinds.lock().unwrap();
        assert!(kinds.values().all(|kind| kind.by_key.len() <= MOST_OF_A_KIND));
    }
}
