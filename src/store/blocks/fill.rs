//! Blocks that are filled from front to back.

use bytes::Bytes;

use super::block::Writer;
use super::{Block, BlockMap};
use crate::store::seam::{Batch, StoreError};

/// Puts entries that come in order into full blocks: those are not touched again.
#[derive(Debug)]
pub(super) struct Filler<'a> {
    map: &'a BlockMap,
    batch: &'a mut Batch,
    /// Of the block that is being filled.
    block_key: Bytes,
    block: Writer,
    /// The block is stored already as long as it has this many bytes.
    stored_bytes: usize,
}

impl<'a> Filler<'a> {
    /// Begins with the first block of an empty map.
    pub fn new(map: &'a BlockMap, batch: &'a mut Batch) -> Self {
        let block_key = map.prefix.clone();
        let block = Writer::with_room(map.target_bytes);
        Self { map, batch, block_key, block, stored_bytes: 0 }
    }

    /// Goes on behind the last entry of `last`, the map's last block.
    pub fn behind(map: &'a BlockMap, batch: &'a mut Batch, block_key: Bytes, last: &Block) -> Self {
        let mut block = Writer::with_room(map.target_bytes);
        block.copy(last);
        let stored_bytes = block.len();
        Self { map, batch, block_key, block, stored_bytes }
    }

    /// Adds an entry behind all others.
    pub fn push(&mut self, key: &[u8], value: &[u8]) -> Result<(), StoreError> {
        if !self.block.is_empty() && self.block.len_with(key, value) > self.map.target_bytes {
            self.close();
            self.block_key = self.map.block_key(key);
        }
        self.block.push(key, value)
    }

    /// Puts the last block; the map has one even when there was no entry.
    pub fn finish(mut self) {
        self.close();
    }

    fn close(&mut self) {
        let fresh = Writer::with_room(self.map.target_bytes);
        let block = std::mem::replace(&mut self.block, fresh);
        let is_stored = std::mem::take(&mut self.stored_bytes) == block.len();
        if !is_stored {
            self.batch.put(self.map.table, self.block_key.clone(), block.finish());
        }
    }
}
