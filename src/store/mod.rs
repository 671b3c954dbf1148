//! Where everything is kept: ordered bytes with atomic, conditional commits.
//!
//! Above [`Store`] are records, below it bytes. `domain` is its only user; nothing here knows what
//! a contact is. Engines: `memory` for trials and tests, `sled` for one machine, which keeps the bulk
//! data of days in plain files, `postgres` for many gateways over one database.

pub mod blocks;
pub mod check;
pub mod copy;
pub mod export;
mod front;
pub mod hash_key;
pub mod memory;
pub mod postgres;
pub mod read_only;
pub mod record;
pub mod seam;
pub mod sled;
pub mod suite;
pub mod sums;
pub mod tables;
pub mod unfinished;
mod write_counts;

pub use blocks::{BlockMap, Change, Loaded, Walk};
pub use front::Front;
pub use hash_key::hash_key;
pub use memory::MemoryStore;
pub use postgres::{Migrated, PostgresOptions, PostgresStore};
pub use read_only::ReadOnlyStore;
pub use record::Record;
pub use seam::{
    Batch, Condition, Durable, Entry, KeyRange, MAX_VALUE_BYTES, Order, Space, Store, StoreError,
    Table, Write,
};

pub use sled::{SledOptions, SledStore};

/// Commits `batch` and waits until it is on disk.
pub async fn commit_durably(store: &dyn Store, batch: Batch) -> Result<(), StoreError> {
    store.commit(batch).await?.wait().await
}
