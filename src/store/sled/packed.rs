//! Values as the database has them: packed (LZ4) when that makes them clearly smaller.
//!
//! A value begins with a version byte, of which there are few: one that begins with [`MARK`] is not
//! what was stored, but says how to get it back. Behind the mark come the length that the value
//! has (two bytes, big-endian; 0: it is not packed) and its bytes. Values that were written before
//! there was a mark are read as they are.
//!
//! Blocks of contacts, most of the data, become less than half as large. The log has values as they
//! are: it is rewritten all the time, and a commit waits for it.

use bytes::Bytes;
use lz4_flex::block::{
    CompressTable, compress_into_with_table, decompress_into, get_maximum_output_size,
};
use sled::IVec;

use super::database::damaged;
use crate::store::seam::StoreError;

const MARK: u8 = 0xff;
const HEADER_BYTES: usize = 3;
/// What stands for the length of a value that is not packed.
const AS_IT_IS: u16 = 0;

/// Shorter values are stored as they are: they share a page with others anyway.
const LEAST_BYTES: usize = 256;

/// Packs values, one after the other in the same memory.
#[derive(Default)]
pub(super) struct Packer {
    table: CompressTable,
    room: Vec<u8>,
}

impl Packer {
    /// What the database has for `value`.
    pub fn pack<'a>(&'a mut self, value: &'a [u8]) -> &'a [u8] {
        if value.len() >= LEAST_BYTES && self.shrinks(value) {
            return &self.room;
        }
        if value.first() != Some(&MARK) {
            return value;
        }
        self.room.clear();
        self.room.extend_from_slice(&header(AS_IT_IS));
        self.room.extend_from_slice(value);
        &self.room
    }

    /// Whether `value` has become smaller by an eighth or more, in the packer's room.
    fn shrinks(&mut self, value: &[u8]) -> bool {
        let Ok(length) = u16::try_from(value.len()) else { return false };
        self.room.clear();
        self.room.extend_from_slice(&header(length));
        self.room.resize(HEADER_BYTES + get_maximum_output_size(value.len()), 0);
        let (_, body) = self.room.split_at_mut(HEADER_BYTES);
        let Ok(packed) = compress_into_with_table(value, body, &mut self.table) else {
            return false;
        };
        self.room.truncate(HEADER_BYTES + packed);
        self.room.len() <= value.len() - value.len() / 8
    }
}

/// The value for which the database has `stored`.
pub(super) fn unpacked(stored: IVec) -> Result<Bytes, StoreError> {
    let Some((&[MARK, high, low], body)) = stored.split_first_chunk() else {
        return Ok(Bytes::from_owner(stored));
    };
    let length = u16::from_be_bytes([high, low]);
    if length == AS_IT_IS {
        return Ok(Bytes::copy_from_slice(body));
    }
    let mut value = vec![0; length.into()];
    match decompress_into(body, &mut value) {
        Ok(bytes) if bytes == value.len() => Ok(value.into()),
        _ => Err(damaged("a packed value does not fit together")),
    }
}

fn header(length: u16) -> [u8; HEADER_BYTES] {
    let [high, low] = length.to_be_bytes();
    [MARK, high, low]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn there_and_back(value: &[u8]) -> usize {
        let mut packer = Packer::default();
        let stored = packer.pack(value).to_vec();
        assert_eq!(unpacked(IVec::from(&stored[..])).unwrap(), value);
        stored.len()
    }

    #[test]
    fn a_value_comes_back_as_it_was_stored() {
        let random = |count: u32| {
            let mut state = 7_u64;
            let mut next = || {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                state.to_be_bytes()[0]
            };
            (0..count).map(|_| next()).collect::<Vec<u8>>()
        };
        let like_records = b"\x01contact-17@customers.example, ".repeat(120);
        assert!(there_and_back(&like_records) < like_records.len() / 4);
        assert_eq!(there_and_back(&random(4_000)), 4_000, "packing would not help");
        assert_eq!(there_and_back(b"\x01short"), 6);
        assert_eq!(there_and_back(b""), 0);
    }

    #[test]
    fn a_value_that_looks_packed_comes_back_as_it_was_stored() {
        for length in [1, 2, 3, 4, 255, 256, 4_000, 49_152] {
            let mut value = vec![MARK; length];
            there_and_back(&value);
            value.fill(0);
            value[0] = MARK;
            there_and_back(&value);
        }
    }

    #[test]
    fn a_value_that_was_stored_before_there_was_a_mark_is_read_as_it_is() {
        let stored = b"\x01".repeat(5_000);
        assert_eq!(unpacked(IVec::from(&stored[..])).unwrap(), stored);
    }

    #[test]
    fn what_does_not_fit_together_is_damaged() {
        let mut packer = Packer::default();
        let whole = packer.pack(&b"\x01one and the same ".repeat(60)).to_vec();
        let is_damaged =
            |stored: &[u8]| matches!(unpacked(IVec::from(stored)), Err(StoreError::Damaged { .. }));
        assert!(is_damaged(&whole[..whole.len() - 1]));
        let mut longer = whole.clone();
        longer[2] = longer[2].wrapping_add(1);
        assert!(is_damaged(&longer));
        let mut shorter = whole;
        shorter[2] = shorter[2].wrapping_sub(1);
        assert!(is_damaged(&shorter));
        assert!(is_damaged(&[MARK, 1, 0]));
    }
}
