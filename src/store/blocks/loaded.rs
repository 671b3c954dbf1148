//! Blocks of a map that were read together, to look into and to edit on what was seen.

use bytes::Bytes;

use super::edit::merge;
use super::fill::Filler;
use super::{Block, BlockMap, Change};
use crate::store::seam::{Batch, Entry, KeyRange, Order, Space, Store, StoreError};

/// Most blocks read in one scan: 2 MiB of the largest ordinary blocks.
const MAX_BLOCKS_AT_ONCE: usize = 128;

/// Some blocks of a [`BlockMap`]. Keys outside them read as absent.
#[derive(Debug)]
pub struct Loaded {
    map: BlockMap,
    /// Ascending by `first`, each once.
    held: Vec<Held>,
}

/// A block and the range of entry keys that it covers.
#[derive(Debug)]
struct Held {
    first: Bytes,
    /// Where the next block begins; `None` for the map's last block.
    until: Option<Bytes>,
    /// `None` for a map's first block that is not stored yet.
    stored: Option<Bytes>,
    block: Block,
}

impl Held {
    fn covers(&self, key: &[u8]) -> bool {
        *self.first <= *key && self.until.as_ref().is_none_or(|until| *key < **until)
    }

    /// Whether this is the map's last block and all of `changes` lie behind its last entry.
    fn ends_before(&self, changes: &[Change]) -> bool {
        let last = || self.block.slots().last();
        let lies_behind = |change: &Change| last().is_none_or(|last| last.key < &*change.key);
        self.until.is_none() && changes.first().is_some_and(lies_behind)
    }

    /// Whether the next block may hold keys that begin with `prefix`.
    fn goes_on_with(&self, prefix: &[u8]) -> bool {
        self.until.as_ref().is_some_and(|until| until.starts_with(prefix))
    }
}

/// How much a key to load asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reach {
    /// The block that covers the key.
    Key,
    /// Every block that may hold keys that begin with it.
    StartingWith,
}

impl Loaded {
    pub(super) fn new(map: BlockMap) -> Self {
        Self { map, held: Vec::new() }
    }

    /// Reads what is still missing to cover `keys` (ascending).
    pub async fn also_keys(&mut self, store: &dyn Store, keys: &[Bytes]) -> Result<(), StoreError> {
        self.also(store, keys.iter(), Reach::Key).await
    }

    /// Reads what is still missing of the entries that begin with one of `prefixes` (ascending).
    pub async fn also_starting_with(
        &mut self,
        store: &dyn Store,
        prefixes: &[Bytes],
    ) -> Result<(), StoreError> {
        self.also(store, prefixes.iter(), Reach::StartingWith).await
    }

    pub fn get(&self, key: &[u8]) -> Option<Bytes> {
        let (_, held) = self.covering(key)?;
        held.block.get(key)
    }

    /// The values of `keys` (ascending), in their order. One pass over the blocks.
    pub fn get_many(&self, keys: &[Bytes]) -> Vec<Option<Bytes>> {
        let mut found = Vec::with_capacity(keys.len());
        let (mut index, mut at) = (usize::MAX, 0);
        for key in keys {
            let Some((covering, held)) = self.covering_near(key, index) else {
                found.push(None);
                continue;
            };
            let resumed = covering == index;
            let mut slots = if resumed { held.block.slots_from(at) } else { held.block.slots() };
            let slot = slots.find(|slot| *slot.key >= **key);
            (index, at) = (covering, slot.map_or(slots.at(), |slot| slot.start));
            let hit = slot.filter(|slot| *slot.key == **key);
            found.push(hit.map(|slot| held.block.entry(&slot).1));
        }
        found
    }

    /// Every entry whose key begins with `prefix`.
    pub fn starting_with(&self, prefix: &[u8]) -> Vec<Entry> {
        let mut found = Vec::new();
        self.each_starting_with([prefix], |_, key, value| found.push((key, value)));
        found
    }

    /// Calls `visit` for every entry that begins with one of `prefixes` (ascending), with the
    /// prefix's number among them. One pass over the blocks.
    pub fn each_starting_with<'p>(
        &self,
        prefixes: impl IntoIterator<Item = &'p [u8]>,
        mut visit: impl FnMut(usize, Bytes, Bytes),
    ) {
        let (mut index, mut at) = (usize::MAX, 0);
        for (number, prefix) in prefixes.into_iter().enumerate() {
            let Some((covering, _)) = self.covering_near(prefix, index) else { continue };
            if covering != index {
                (index, at) = (covering, super::block::HEADER_BYTES);
            }
            let held = self.held.get(covering..).unwrap_or_default();
            let mut from = at;
            for (number_of_block, held) in held.iter().enumerate() {
                let slots = held.block.slots_from(from);
                let mut here = slots.skip_while(|slot| slot.key < prefix).peekable();
                if number_of_block == 0 {
                    at = here.peek().map_or(held.block.bytes().len(), |slot| slot.start);
                }
                for slot in here.take_while(|slot| slot.key.starts_with(prefix)) {
                    let (key, value) = held.block.entry(&slot);
                    visit(number, key, value);
                }
                if !held.goes_on_with(prefix) {
                    break;
                }
                from = super::block::HEADER_BYTES;
            }
        }
    }

    /// As [`BlockMap::edit`], on the condition that the touched blocks are still what was read
    /// here.
    pub async fn edit(
        &mut self,
        store: &dyn Store,
        batch: &mut Batch,
        changes: &[Change],
    ) -> Result<(), StoreError> {
        self.also(store, changes.iter().map(|change| &change.key), Reach::Key).await?;
        let mut rest = changes;
        let mut index = 0;
        while let Some(change) = rest.first() {
            let covering = self.covering_near(&change.key, index);
            let Some((found, held)) = covering else { return Err(StoreError::Conflict) };
            index = found;
            let until = held.until.as_ref();
            let inside = |change: &&Change| until.is_none_or(|until| change.key < *until);
            let count = rest.iter().take_while(inside).count().max(1);
            let (here, behind) = rest.split_at_checked(count).unwrap_or((rest, &[]));
            self.change_block(held, here, batch)?;
            rest = behind;
        }
        Ok(())
    }

    /// Makes `batch` conflict when the block that covers `key` has changed since it was read, for
    /// a decision that rests on what was not found.
    pub fn guard(&self, batch: &mut Batch, key: &[u8]) {
        if let Some((_, held)) = self.covering(key) {
            let block_key = self.map.block_key(&held.first);
            batch.expect(self.map.table, block_key, held.stored.clone());
        }
    }

    fn change_block(
        &self,
        held: &Held,
        changes: &[Change],
        batch: &mut Batch,
    ) -> Result<(), StoreError> {
        let table = self.map.table;
        let block_key = self.map.block_key(&held.first);
        batch.expect(table, block_key.clone(), held.stored.clone());
        if held.ends_before(changes) {
            return self.append(held, changes, batch);
        }
        let merged = merge(&held.block, changes)?;
        if merged.is_empty() && !held.first.is_empty() {
            batch.delete(table, block_key);
            return Ok(());
        }
        let mut pieces = merged.cut(self.map.target_bytes).into_iter();
        if let Some(first) = pieces.next()
            && first.bytes != *held.block.bytes()
        {
            batch.put(table, block_key, first.bytes);
        }
        for piece in pieces {
            batch.put(table, self.map.block_key(&piece.first_key), piece.bytes);
        }
        Ok(())
    }

    /// Adds changes behind the map's last entry.
    fn append(&self, last: &Held, changes: &[Change], batch: &mut Batch) -> Result<(), StoreError> {
        let block_key = self.map.block_key(&last.first);
        let mut filler = Filler::behind(&self.map, batch, block_key, &last.block);
        for change in changes {
            if let Some(value) = &change.value {
                filler.push(&change.key, value)?;
            }
        }
        filler.finish();
        Ok(())
    }

    /// The block that covers `key`, with its index.
    fn covering(&self, key: &[u8]) -> Option<(usize, &Held)> {
        let index = self.held.partition_point(|held| *held.first <= *key).checked_sub(1)?;
        self.held.get(index).filter(|held| held.covers(key)).map(|held| (index, held))
    }

    /// As [`Loaded::covering`], but looks at the block at `index` and the next one first.
    fn covering_near(&self, key: &[u8], index: usize) -> Option<(usize, &Held)> {
        for near in [index, index.wrapping_add(1)] {
            if let Some(held) = self.held.get(near).filter(|held| held.covers(key)) {
                return Some((near, held));
            }
        }
        self.covering(key)
    }

    /// Where everything that `key` asks for begins, looking near `index` first; `None` when some
    /// of it is not here.
    fn holds(&self, key: &[u8], reach: Reach, index: usize) -> Option<usize> {
        let (first, mut held) = self.covering_near(key, index)?;
        let mut last = first;
        while reach == Reach::StartingWith && held.goes_on_with(key) {
            last += 1;
            let next = self.held.get(last)?;
            if Some(&next.first) != held.until.as_ref() {
                return None;
            }
            held = next;
        }
        Some(first)
    }

    async fn also(
        &mut self,
        store: &dyn Store,
        keys: impl Iterator<Item = &Bytes>,
        reach: Reach,
    ) -> Result<(), StoreError> {
        let mut near = 0;
        let mut missing = Vec::new();
        for key in keys {
            match self.holds(key, reach, near) {
                Some(index) => near = index,
                None => missing.push(key),
            }
        }
        if missing.is_empty() {
            return Ok(());
        }
        let fresh = Reading::new(&self.map, reach, missing.len()).read(store, &missing).await?;
        // A block that is here already stays: what was looked into is what is edited on. The sort
        // is stable, so the older one comes first.
        self.held.extend(fresh);
        self.held.sort_by(|one, other| one.first.cmp(&other.first));
        self.held.dedup_by(|later, earlier| later.first == earlier.first);
        Ok(())
    }
}

/// A pass over a map that reads the blocks which cover some keys: block by block where they lie
/// far apart, in long scans where they lie close together.
#[derive(Debug)]
struct Reading<'a> {
    map: &'a BlockMap,
    reach: Reach,
    at_once: usize,
    /// Where the next scan starts, a block's entry key, when the last one ended close by.
    next_start: Option<Bytes>,
    found: Vec<Held>,
}

impl<'a> Reading<'a> {
    fn new(map: &'a BlockMap, reach: Reach, keys: usize) -> Self {
        let at_once = keys.clamp(1, MAX_BLOCKS_AT_ONCE);
        Self { map, reach, at_once, next_start: None, found: Vec::new() }
    }

    async fn read(mut self, store: &dyn Store, keys: &[&Bytes]) -> Result<Vec<Held>, StoreError> {
        let mut rest = keys;
        while let Some(key) = rest.first() {
            let blocks = match self.next_start.take() {
                Some(start) => self.from(store, &start).await?,
                None => Some(self.around(store, key).await?),
            };
            let Some(blocks) = blocks else { continue };
            rest = self.take_wanted(blocks, rest);
        }
        Ok(self.found)
    }

    /// The blocks from the one at `start` on; `None` when that one vanished meanwhile.
    async fn from(
        &self,
        store: &dyn Store,
        start: &Bytes,
    ) -> Result<Option<Vec<Held>>, StoreError> {
        let (map, key) = (self.map, self.map.block_key(start));
        let range = KeyRange { start: key.clone(), end: self.whole().end };
        let limit = self.limit();
        let found = store.scan(Space::Main, map.table, range, Order::Ascending, limit).await?;
        let is_there = found.first().is_some_and(|(first, _)| *first == key);
        is_there.then(|| self.blocks(found)).transpose()
    }

    /// The blocks from the one on that covers `key`; that of a map without any is its first one.
    async fn around(&self, store: &dyn Store, key: &Bytes) -> Result<Vec<Held>, StoreError> {
        let around = self.map.block_key(key);
        let found = store.scan_around(self.map.table, self.whole(), &around, self.limit()).await?;
        let mut blocks = self.blocks(found)?;
        if blocks.first().is_none_or(|block| block.first > *key) {
            let (first, until) = (Bytes::new(), blocks.first().map(|block| block.first.clone()));
            blocks.insert(0, Held { first, until, stored: None, block: Block::empty() });
        }
        Ok(blocks)
    }

    fn whole(&self) -> KeyRange {
        KeyRange::prefix(self.map.prefix.clone())
    }

    /// One more than asked for, to know where the last one ends.
    fn limit(&self) -> usize {
        self.at_once + 1
    }

    /// Stored blocks with the ranges that they cover.
    fn blocks(&self, entries: Vec<Entry>) -> Result<Vec<Held>, StoreError> {
        let map = self.map;
        let complete = entries.len() < self.limit();
        let mut blocks: Vec<Held> = Vec::with_capacity(entries.len() + 1);
        for (block_key, bytes) in entries {
            let first = map.entry_key(&block_key);
            let stored = Some(bytes.clone());
            blocks.push(Held { first, until: None, stored, block: Block::open(map.table, bytes)? });
        }
        let mut until = None;
        for block in blocks.iter_mut().rev() {
            block.until = until.replace(block.first.clone());
        }
        if !complete {
            blocks.pop();
        }
        Ok(blocks)
    }

    /// Keeps the blocks that cover the first of `keys`, and returns the other keys.
    fn take_wanted<'k>(&mut self, blocks: Vec<Held>, keys: &'k [&'k Bytes]) -> &'k [&'k Bytes] {
        let (mut rest, read, kept) = (keys, blocks.len(), self.found.len());
        let end = blocks.last().and_then(|block| block.until.clone());
        for block in blocks {
            let reach = self.reach;
            let mut wanted = false;
            while let Some(key) = rest.first() {
                let covered = block.covers(key);
                let continued = reach == Reach::StartingWith && block.first.starts_with(key);
                if !covered && !continued {
                    break;
                }
                wanted = true;
                if reach == Reach::StartingWith && block.goes_on_with(key) {
                    break;
                }
                rest = rest.get(1..).unwrap_or_default();
            }
            if wanted {
                self.found.push(block);
            }
        }
        let used = self.found.len() - kept;
        let dense = used * 4 >= read;
        let (more, fewer) = (self.at_once * 2, self.at_once / 2);
        self.at_once = if dense { more.min(MAX_BLOCKS_AT_ONCE) } else { fewer.max(1) };
        let in_the_middle = end.as_ref().is_some_and(|end| {
            rest.first().is_some_and(|key| end.starts_with(key) || **key < **end)
        });
        if dense || in_the_middle {
            self.next_start = end;
        }
        rest
    }
}
