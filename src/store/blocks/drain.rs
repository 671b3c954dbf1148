//! Maps that are written once from front to back, and taken away in the same direction.

use bytes::Bytes;

use super::fill::Filler;
use super::{Block, BlockMap};
use crate::store::seam::{Batch, KeyRange, Order, Space, Store, StoreError};

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
        let mut filler = Filler::new(self, batch);
        for (key, value) in entries {
            filler.push(key, value)?;
        }
        filler.finish();
        Ok(())
    }

    /// Takes all entries below `end` out of the map, or all there are: adds to `batch` what makes
    /// them gone, on the condition that their blocks stay as they are, and returns them.
    pub async fn take_below(
        &self,
        store: &dyn Store,
        batch: &mut Batch,
        end: Option<&[u8]>,
        mut taken: impl FnMut(&[u8]) + Send,
    ) -> Result<(), StoreError> {
        let whole = KeyRange::prefix(self.prefix.clone());
        let until = end.map_or(whole.end, |end| Some(self.block_key(end)));
        let mut range = KeyRange { start: whole.start, end: until };
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
                return Ok(());
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
        taken: &mut impl FnMut(&[u8]),
    ) -> Result<(), StoreError> {
        let block = Block::open(self.table, bytes)?;
        let below = |key: &[u8]| end.is_none_or(|end| key < end);
        let slots = block.slots().take_while(|slot| below(slot.key));
        let count = slots.inspect(|slot| taken(slot.key)).count();
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
