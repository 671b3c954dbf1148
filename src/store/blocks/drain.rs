//! Maps that are written once from front to back, and taken away in the same direction.

use bytes::Bytes;

use super::block::write_entry;
use super::edit::Merged;
use super::{Block, BlockMap};
use crate::store::seam::{Batch, Entry, KeyRange, Order, Space, Store, StoreError};

/// Blocks read at once.
const BLOCKS_AT_ONCE: usize = 64;

impl BlockMap {
    /// Adds to `batch` a map of these entries (ascending, at least one). For a prefix under which
    /// nothing is stored and nobody else writes: there are no conditions.
    pub fn fill<'e>(
        &self,
        batch: &mut Batch,
        entries: impl IntoIterator<Item = (&'e [u8], &'e [u8])>,
    ) -> Result<(), StoreError> {
        let (mut body, mut count) = (Vec::new(), 0);
        for (key, value) in entries {
            write_entry(&mut body, key, value)?;
            count += 1;
        }
        let mut block_key = self.prefix.clone();
        let mut pieces =
            Merged::in_order(body, count).cut(self.target_bytes).into_iter().peekable();
        while let Some(piece) = pieces.next() {
            batch.put(self.table, block_key, piece.bytes);
            block_key =
                pieces.peek().map(|next| self.block_key(&next.first_key)).unwrap_or_default();
        }
        Ok(())
    }

    /// Takes all entries below `end` out of the map, or all there are: adds to `batch` what makes
    /// them gone, on the condition that their blocks stay as they are, and returns them.
    pub async fn take_below(
        &self,
        store: &dyn Store,
        batch: &mut Batch,
        end: Option<&[u8]>,
    ) -> Result<Vec<Entry>, StoreError> {
        let whole = KeyRange::prefix(self.prefix.clone());
        let until = end.map_or(whole.end, |end| Some(self.block_key(end)));
        let mut range = KeyRange { start: whole.start, end: until };
        let mut taken = Vec::new();
        loop {
            let (table, order) = (self.table, Order::Ascending);
            let read = store.scan(Space::Main, table, range.clone(), order, BLOCKS_AT_ONCE).await?;
            let complete = read.len() < BLOCKS_AT_ONCE;
            if let Some((last, _)) = read.last() {
                range = range.after(last);
            }
            for (block_key, bytes) in read {
                self.take_from(&block_key, bytes, batch, end, &mut taken)?;
            }
            if complete {
                return Ok(taken);
            }
        }
    }

    /// The first block of a map stays while there are others.
    fn take_from(
        &self,
        block_key: &Bytes,
        bytes: Bytes,
        batch: &mut Batch,
        end: Option<&[u8]>,
        taken: &mut Vec<Entry>,
    ) -> Result<(), StoreError> {
        let block = Block::open(self.table, bytes)?;
        let below = |key: &[u8]| end.is_none_or(|end| key < end);
        let slots = block.slots().take_while(|slot| below(slot.key));
        let before = taken.len();
        taken.extend(slots.map(|slot| block.entry(&slot)));
        let count = taken.len() - before;
        let is_first = *block_key == self.prefix;
        if count == 0 && (end.is_some() || !is_first) {
            return Ok(());
        }
        batch.expect(self.table, block_key.clone(), Some(block.bytes().clone()));
        if count == block.count() && (end.is_none() || !is_first) {
            batch.delete(self.table, block_key.clone());
            return Ok(());
        }
        let rest = block.slots().nth(count).map_or(block.bytes().len(), |slot| slot.start);
        let body = block.bytes().get(rest..).unwrap_or_default();
        batch.put(self.table, block_key.clone(), Block::build(body, block.count() - count));
        Ok(())
    }
}
