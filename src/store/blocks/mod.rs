//! Sorted maps of small entries, packed into blocks.
//!
//! One record per entry is what costs an ordered store most, so entries that come by the million
//! (contacts, addresses, members) share values. A block's key is the map's prefix and the key of
//! the first entry that it had when it was made; the first block's key is the bare prefix. So the
//! block that covers an entry is the last one whose key is not above the entry's.
//!
//! Blocks split when they outgrow the map's target and never merge; one that is emptied is
//! deleted, except the first. Entries only ever move to the right, so that a walk which reads
//! block after block while others write meets every entry that stays exactly once, in order.

mod block;
mod drain;
mod edit;
mod fill;
mod loaded;
mod walk;

use bytes::Bytes;

pub use block::Block;
pub use loaded::Loaded;
pub use walk::Walk;

use super::seam::{Batch, Entry, KeyRange, Order, Space, Store, StoreError, Table};

/// A map of entries within one prefix of one table, in [`Space::Main`].
///
/// All maps of a table have prefixes of the same length.
#[derive(Debug, Clone)]
pub struct BlockMap {
    table: Table,
    prefix: Bytes,
    /// A block above this many bytes is split. An entry above it has a block of its own.
    target_bytes: usize,
}

/// What is to become of one key.
#[derive(Debug, Clone)]
pub struct Change {
    pub key: Bytes,
    /// `None` deletes.
    pub value: Option<Bytes>,
}

impl Change {
    pub fn put(key: impl Into<Bytes>, value: impl Into<Bytes>) -> Self {
        Self { key: key.into(), value: Some(value.into()) }
    }

    pub fn delete(key: impl Into<Bytes>) -> Self {
        Self { key: key.into(), value: None }
    }
}

impl BlockMap {
    pub fn new(table: Table, prefix: impl Into<Bytes>, target_bytes: usize) -> Self {
        Self { table, prefix: prefix.into(), target_bytes }
    }

    /// Reads the blocks that cover `keys` (ascending), to look into and then edit on what was
    /// seen: the edit conflicts when one of them has changed since.
    pub async fn load(&self, store: &dyn Store, keys: &[Bytes]) -> Result<Loaded, StoreError> {
        let mut loaded = Loaded::new(self.clone());
        loaded.also_keys(store, keys).await?;
        Ok(loaded)
    }

    /// As [`BlockMap::load`], with every entry whose key begins with one of `prefixes`
    /// (ascending).
    pub async fn load_starting_with(
        &self,
        store: &dyn Store,
        prefixes: &[Bytes],
    ) -> Result<Loaded, StoreError> {
        let mut loaded = Loaded::new(self.clone());
        loaded.also_starting_with(store, prefixes).await?;
        Ok(loaded)
    }

    /// Nothing read yet.
    pub fn unread(&self) -> Loaded {
        Loaded::new(self.clone())
    }

    pub async fn get(&self, store: &dyn Store, key: &[u8]) -> Result<Option<Bytes>, StoreError> {
        let Some((_, bytes)) = self.covering(store, key).await? else { return Ok(None) };
        Ok(Block::open(self.table, bytes)?.get(key))
    }

    /// The values of `keys` (ascending), in their order.
    pub async fn get_many(
        &self,
        store: &dyn Store,
        keys: &[Bytes],
    ) -> Result<Vec<Option<Bytes>>, StoreError> {
        let loaded = self.load(store, keys).await?;
        Ok(loaded.get_many(keys))
    }

    /// Every entry whose key begins with `prefix`.
    pub async fn starting_with(
        &self,
        store: &dyn Store,
        prefix: &[u8],
    ) -> Result<Vec<Entry>, StoreError> {
        // As a rule the last block that can have any begins before all of them.
        let end = KeyRange::prefix(self.block_key(prefix)).end;
        let range = KeyRange { start: self.prefix.clone(), end };
        let last = store.scan(Space::Main, self.table, range, Order::Descending, 1).await?;
        let Some((block_key, bytes)) = last.into_iter().next() else { return Ok(Vec::new()) };
        if *self.entry_key(&block_key) <= *prefix {
            let block = Block::open(self.table, bytes)?;
            let slots = block.slots().skip_while(|slot| slot.key < prefix);
            let slots = slots.take_while(|slot| slot.key.starts_with(prefix));
            return Ok(slots.map(|slot| block.entry(&slot)).collect());
        }
        let prefix = Bytes::copy_from_slice(prefix);
        let loaded = self.load_starting_with(store, std::slice::from_ref(&prefix)).await?;
        Ok(loaded.starting_with(&prefix))
    }

    /// At most `limit` entries from `from` on.
    pub async fn scan_from(
        &self,
        store: &dyn Store,
        from: &[u8],
        limit: usize,
    ) -> Result<Vec<Entry>, StoreError> {
        let mut walk = self.walk_from(from);
        let mut found = Vec::new();
        while found.len() < limit {
            let Some(mut entries) = walk.next_entries(store).await? else { break };
            entries.truncate(limit - found.len());
            found.append(&mut entries);
        }
        Ok(found)
    }

    /// At most `limit` entries behind the first `skip`. Whole blocks are skipped by their counts.
    pub async fn page(
        &self,
        store: &dyn Store,
        skip: usize,
        limit: usize,
    ) -> Result<Vec<Entry>, StoreError> {
        let mut walk = self.walk();
        walk.skip(store, skip).await?;
        let mut found = Vec::new();
        while found.len() < limit {
            let Some(mut entries) = walk.next_entries(store).await? else { break };
            entries.truncate(limit - found.len());
            found.append(&mut entries);
        }
        Ok(found)
    }

    /// Entries in the map; reads all of its blocks.
    pub async fn count(&self, store: &dyn Store) -> Result<usize, StoreError> {
        self.walk().skip(store, usize::MAX).await
    }

    /// Walks all entries, a few blocks at a time.
    pub fn walk(&self) -> Walk {
        self.walk_from(&[])
    }

    /// Walks the entries from `from` on, a few blocks at a time.
    pub fn walk_from(&self, from: &[u8]) -> Walk {
        Walk::new(self.clone(), Bytes::copy_from_slice(from))
    }

    /// Adds to `batch` what makes `changes` (ascending, each key once) true, on the condition
    /// that the touched blocks stay as they are now.
    ///
    /// A batch takes one edit of a map; edits of different maps go together.
    pub async fn edit(
        &self,
        store: &dyn Store,
        batch: &mut Batch,
        changes: &[Change],
    ) -> Result<(), StoreError> {
        Loaded::new(self.clone()).edit(store, batch, changes).await
    }

    /// Adds to `batch` the deletion of the map's last `limit` blocks; says whether there are more.
    pub async fn delete_last_blocks(
        &self,
        store: &dyn Store,
        batch: &mut Batch,
        limit: usize,
    ) -> Result<bool, StoreError> {
        let range = KeyRange::prefix(self.prefix.clone());
        let order = Order::Descending;
        let blocks =
            store.scan(Space::Main, self.table, range, order, limit.saturating_add(1)).await?;
        let more = blocks.len() > limit;
        for (key, value) in blocks.into_iter().take(limit) {
            batch.expect(self.table, key.clone(), Some(value));
            batch.delete(self.table, key);
        }
        Ok(more)
    }

    /// The stored key of the block that begins at an entry's key.
    fn block_key(&self, entry_key: &[u8]) -> Bytes {
        let mut key = Vec::with_capacity(self.prefix.len() + entry_key.len());
        key.extend_from_slice(&self.prefix);
        key.extend_from_slice(entry_key);
        key.into()
    }

    /// The entry key at which the block under a stored key begins.
    fn entry_key(&self, block_key: &Bytes) -> Bytes {
        block_key.slice(self.prefix.len().min(block_key.len())..)
    }

    /// The stored block that covers `key`; `None` when no block begins at or before it.
    async fn covering(&self, store: &dyn Store, key: &[u8]) -> Result<Option<Entry>, StoreError> {
        let mut behind = self.block_key(key).to_vec();
        behind.push(0);
        let range = KeyRange { start: self.prefix.clone(), end: Some(behind.into()) };
        let found = store.scan(Space::Main, self.table, range, Order::Descending, 1).await?;
        Ok(found.into_iter().next())
    }
}
