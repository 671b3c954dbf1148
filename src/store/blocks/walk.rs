//! A walk over a map's entries in order, with a bounded number of blocks in memory.

use std::collections::VecDeque;

use bytes::Bytes;

use super::{Block, BlockMap};
use crate::store::seam::{Entry, KeyRange, Order, Space, Store, StoreError};

/// Blocks read at once: about 1 MiB of contacts.
const BLOCKS_AT_ONCE: usize = 64;

/// Where a walk stands. It holds no lock: entries written behind it are not seen, those before it
/// are.
#[derive(Debug)]
pub struct Walk {
    map: BlockMap,
    /// Entries below this key are left out: not asked for, or already returned from a block that
    /// was split meanwhile.
    from: Bytes,
    blocks: VecDeque<Entry>,
    /// What of the map is still to be read; `None` before the first read.
    rest: Option<KeyRange>,
    at_once: usize,
}

impl Walk {
    pub(super) fn new(map: BlockMap, from: Bytes) -> Self {
        Self { map, from, blocks: VecDeque::new(), rest: None, at_once: 2 }
    }

    /// The entries of the next block that has any; `None` at the end.
    pub async fn next_entries(
        &mut self,
        store: &dyn Store,
    ) -> Result<Option<Vec<Entry>>, StoreError> {
        while let Some((_, bytes)) = self.next_block(store).await? {
            let block = Block::open(self.map.table, bytes)?;
            let slots = block.slots().skip_while(|slot| *slot.key < *self.from);
            let entries: Vec<Entry> = slots.map(|slot| block.entry(&slot)).collect();
            if let Some((last, _)) = entries.last() {
                self.pass(last);
                return Ok(Some(entries));
            }
        }
        Ok(None)
    }

    /// Passes over `count` entries and says how many there were. For a walk from the beginning.
    pub async fn skip(&mut self, store: &dyn Store, count: usize) -> Result<usize, StoreError> {
        let mut left = count;
        while left > 0 {
            let Some((key, bytes)) = self.next_block(store).await? else { break };
            let entries = Block::count_of(self.map.table, &bytes)?;
            if entries <= left {
                left -= entries;
                self.from = self.map.entry_key(&key);
                continue;
            }
            let block = Block::open(self.map.table, bytes)?;
            if let Some(last_skipped) = block.slots().nth(left - 1) {
                self.pass(last_skipped.key);
            }
            self.blocks.push_front((key, block.bytes().clone()));
            left = 0;
        }
        Ok(count - left)
    }

    fn pass(&mut self, key: &[u8]) {
        let mut next = Vec::with_capacity(key.len() + 1);
        next.extend_from_slice(key);
        next.push(0);
        self.from = next.into();
    }

    async fn next_block(&mut self, store: &dyn Store) -> Result<Option<Entry>, StoreError> {
        if self.blocks.is_empty() {
            self.read_on(store).await?;
        }
        Ok(self.blocks.pop_front())
    }

    async fn read_on(&mut self, store: &dyn Store) -> Result<(), StoreError> {
        let range = match self.rest.take() {
            Some(rest) => rest,
            None => self.first_range(store).await?,
        };
        if range.is_empty() {
            self.rest = Some(range);
            return Ok(());
        }
        let table = self.map.table;
        let at_once = self.at_once;
        let found =
            store.scan(Space::Main, table, range.clone(), Order::Ascending, at_once).await?;
        self.at_once = (at_once * 2).min(BLOCKS_AT_ONCE);
        let rest = match found.last() {
            Some((last, _)) if found.len() == at_once => range.after(last),
            _ => KeyRange { end: Some(range.start.clone()), start: range.start },
        };
        self.rest = Some(rest);
        self.blocks = found.into();
        Ok(())
    }

    async fn first_range(&self, store: &dyn Store) -> Result<KeyRange, StoreError> {
        let whole = KeyRange::prefix(self.map.prefix.clone());
        if self.from.is_empty() {
            return Ok(whole);
        }
        let covering = self.map.covering(store, &self.from).await?;
        let start = covering.map_or(whole.start, |(key, _)| key);
        Ok(KeyRange { start, end: whole.end })
    }
}
