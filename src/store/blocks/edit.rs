//! What becomes of one block when some of its keys change.

use bytes::Bytes;

use super::block::{HEADER_BYTES, Slot, Slots, write_entry};
use super::{Block, Change};
use crate::store::seam::StoreError;

/// The entries of a changed block, encoded but not yet cut to size.
#[derive(Debug)]
pub(super) struct Merged {
    body: Vec<u8>,
    count: usize,
    /// Everything new lies behind everything old.
    appended: bool,
}

/// A part of a changed block that becomes a block.
#[derive(Debug)]
pub(super) struct Piece {
    pub first_key: Bytes,
    pub bytes: Bytes,
}

/// Merges `changes` (ascending, each key once) into the entries of `block`.
pub(super) fn merge(block: &Block, changes: &[Change]) -> Result<Merged, StoreError> {
    let old: &[u8] = block.bytes();
    let new_bytes: usize = changes
        .iter()
        .map(|change| change.key.len() + change.value.as_ref().map_or(0, Bytes::len) + 6)
        .sum();
    let mut body = Vec::with_capacity(old.len() + new_bytes);
    let mut count = block.count();
    let mut slots = block.slots();
    let mut next = slots.next();
    let mut appended = None;
    // Unchanged entries are copied in runs; `copied` is where the next run starts.
    let mut copied = HEADER_BYTES;
    for change in changes {
        while let Some(slot) = next
            && *slot.key < *change.key
        {
            next = slots.next();
        }
        appended.get_or_insert(next.is_none());
        let run_end = next.map_or(old.len(), |slot| slot.start);
        body.extend_from_slice(old.get(copied..run_end).unwrap_or_default());
        copied = run_end;
        let replaced = next.filter(|slot| *slot.key == *change.key);
        if let Some(slot) = replaced {
            copied = slot.end;
            next = slots.next();
            count -= 1;
        }
        if let Some(value) = &change.value {
            write_entry(&mut body, &change.key, value)?;
            count += 1;
        }
    }
    body.extend_from_slice(old.get(copied..).unwrap_or_default());
    Ok(Merged { body, count, appended: appended.unwrap_or(true) })
}

impl Merged {
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Cuts the entries into pieces of about `target_bytes`: full ones when entries come in
    /// order, since the full ones are not touched again; else of equal size, to leave room.
    pub fn cut(&self, target_bytes: usize) -> Vec<Piece> {
        let room = target_bytes.saturating_sub(HEADER_BYTES).max(1);
        if self.body.len() <= room {
            return vec![self.piece(0, self.body.len(), self.count)];
        }
        let even = self.body.len().div_ceil(self.body.len().div_ceil(room));
        let enough = if self.appended { room } else { even };
        let mut pieces = Vec::with_capacity(self.body.len() / room + 1);
        let (mut start, mut count) = (0, 0);
        for slot in self.slots(0) {
            let size = slot.start - start;
            if count > 0 && (size >= enough || slot.end - start > room) {
                pieces.push(self.piece(start, slot.start, count));
                (start, count) = (slot.start, 0);
            }
            count += 1;
        }
        pieces.push(self.piece(start, self.body.len(), count));
        pieces
    }

    fn slots(&self, at: usize) -> Slots<'_> {
        Slots::over(&self.body, at)
    }

    fn piece(&self, start: usize, end: usize, count: usize) -> Piece {
        let first: Option<Slot<'_>> = self.slots(start).next();
        let first_key = first.map(|slot| Bytes::copy_from_slice(slot.key)).unwrap_or_default();
        let body = self.body.get(start..end).unwrap_or_default();
        Piece { first_key, bytes: Block::build(body, count) }
    }
}
