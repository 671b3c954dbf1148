//! The key under which addresses are hashed, made once for each store.

use super::record::{damaged, split_version};
use super::seam::{Batch, Space, Store, StoreError, Table};
use super::{commit_durably, tables};

const VERSION: u8 = 1;

/// The store's key for address hashes; `fresh` becomes the key of a store that has none.
///
/// Secret and random, so that nobody can choose addresses that all fall into one block.
pub async fn hash_key(store: &dyn Store, fresh: [u8; 16]) -> Result<[u8; 16], StoreError> {
    if let Some(stored) = store.get(Space::Main, Table::Meta, &tables::hash_key()).await? {
        return read(&stored);
    }
    let mut batch = Batch::main();
    let record = [&[VERSION][..], &fresh].concat();
    batch.put_if_absent(Table::Meta, tables::hash_key(), record);
    match commit_durably(store, batch).await {
        Ok(()) => return Ok(fresh),
        Err(StoreError::Conflict) => {}
        Err(other) => return Err(other),
    }
    let stored = store.get(Space::Main, Table::Meta, &tables::hash_key()).await?;
    read(stored.as_deref().unwrap_or_default())
}

fn read(stored: &[u8]) -> Result<[u8; 16], StoreError> {
    let (_, key) = split_version(Table::Meta, VERSION, stored)?;
    key.try_into().map_err(|_| damaged(Table::Meta, "the hash key is not 16 bytes"))
}
