//! One block: a version byte, the count of entries, then the entries by key.
//!
//! An entry is the length of its key, the length of its value (both LEB128), its key, its value.

use bytes::{BufMut, Bytes};

use crate::store::record::{damaged, split_version};
use crate::store::seam::{Entry, MAX_VALUE_BYTES, StoreError, Table};

const VERSION: u8 = 1;
/// Version byte and count.
pub const HEADER_BYTES: usize = 3;

/// A block whose every entry has been found whole.
#[derive(Debug, Clone)]
pub struct Block {
    bytes: Bytes,
    count: usize,
}

/// An entry and where it lies in its block.
#[derive(Debug, Clone, Copy)]
pub struct Slot<'a> {
    pub key: &'a [u8],
    pub value: &'a [u8],
    pub start: usize,
    pub end: usize,
}

/// The entries of a block from some offset on.
#[derive(Debug, Clone)]
pub struct Slots<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Iterator for Slots<'a> {
    type Item = Slot<'a>;

    fn next(&mut self) -> Option<Slot<'a>> {
        let start = self.at;
        let (key_bytes, at) = read_length(self.bytes, start)?;
        let (value_bytes, at) = read_length(self.bytes, at)?;
        let (key, rest) = self.bytes.get(at..)?.split_at_checked(key_bytes)?;
        let value = rest.get(..value_bytes)?;
        self.at = at + key_bytes + value_bytes;
        Some(Slot { key, value, start, end: self.at })
    }
}

impl<'a> Slots<'a> {
    /// The entries encoded in `bytes` from offset `at` on.
    pub fn over(bytes: &'a [u8], at: usize) -> Self {
        Self { bytes, at }
    }

    /// The offset of the next entry.
    pub fn at(&self) -> usize {
        self.at
    }
}

impl Block {
    pub fn empty() -> Self {
        let bytes = Self::build(&[], 0);
        Self { bytes, count: 0 }
    }

    /// The block in a stored value. Walks it once, so that reading it later cannot fail.
    pub fn open(table: Table, bytes: Bytes) -> Result<Self, StoreError> {
        let count = Self::count_of(table, &bytes)?;
        let block = Self { bytes, count };
        let mut slots = block.slots();
        let found = slots.by_ref().count();
        if found != count || slots.at() != block.bytes.len() {
            return Err(damaged(table, "a block is cut short or its count is wrong"));
        }
        Ok(block)
    }

    /// The count in a block's header, without a look at the entries.
    pub fn count_of(table: Table, bytes: &[u8]) -> Result<usize, StoreError> {
        let (version, rest) = split_version(table, VERSION, bytes)?;
        if version != VERSION {
            return Err(damaged(table, "a block has a format that never was"));
        }
        let count = rest.first_chunk().ok_or_else(|| damaged(table, "a block has no count"))?;
        Ok(u16::from_be_bytes(*count).into())
    }

    /// The stored form of `count` entries that are encoded in `body`.
    pub fn build(body: &[u8], count: usize) -> Bytes {
        let mut bytes = Vec::with_capacity(HEADER_BYTES + body.len());
        bytes.put_slice(&header(count));
        bytes.put_slice(body);
        bytes.into()
    }

    pub fn count(&self) -> usize {
        self.count
    }

    pub fn bytes(&self) -> &Bytes {
        &self.bytes
    }

    pub fn slots(&self) -> Slots<'_> {
        self.slots_from(HEADER_BYTES)
    }

    /// The entries from `at`, an offset where an entry starts.
    pub fn slots_from(&self, at: usize) -> Slots<'_> {
        Slots { bytes: &self.bytes, at }
    }

    /// The value under `key`, sharing the block's memory.
    pub fn get(&self, key: &[u8]) -> Option<Bytes> {
        let slot = self.slots().find(|slot| slot.key >= key)?;
        (slot.key == key).then(|| self.bytes.slice_ref(slot.value))
    }

    /// Key and value of `slot`, sharing the block's memory.
    pub fn entry(&self, slot: &Slot<'_>) -> Entry {
        (self.bytes.slice_ref(slot.key), self.bytes.slice_ref(slot.value))
    }
}

/// A block that is written entry by entry.
#[derive(Debug)]
pub struct Writer {
    /// Room for the header, then the entries.
    bytes: Vec<u8>,
    count: usize,
}

impl Writer {
    /// No entries yet, and room for so many bytes.
    pub fn with_room(bytes: usize) -> Self {
        let mut room = Vec::with_capacity(bytes);
        room.put_slice(&header(0));
        Self { bytes: room, count: 0 }
    }

    /// Begins with the entries of `block`.
    pub fn copy(&mut self, block: &Block) {
        self.bytes.clear();
        self.bytes.put_slice(&block.bytes);
        self.count = block.count;
    }

    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Bytes of the block as it is.
    pub fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Bytes of the block with one entry more.
    pub fn len_with(&self, key: &[u8], value: &[u8]) -> usize {
        let lengths = length_bytes(key.len()) + length_bytes(value.len());
        self.bytes.len() + lengths + key.len() + value.len()
    }

    pub fn push(&mut self, key: &[u8], value: &[u8]) -> Result<(), StoreError> {
        self.count += 1;
        write_entry(&mut self.bytes, key, value)
    }

    /// The stored form.
    pub fn finish(mut self) -> Bytes {
        for (to, from) in self.bytes.iter_mut().zip(header(self.count)) {
            *to = from;
        }
        self.bytes.into()
    }
}

fn header(count: usize) -> [u8; HEADER_BYTES] {
    // Two bytes at least make an entry, and a block is at most 48 KiB: the count always fits.
    let [high, low] = u16::try_from(count).unwrap_or(u16::MAX).to_be_bytes();
    [VERSION, high, low]
}

/// Appends an entry to a block's body.
pub fn write_entry(body: &mut Vec<u8>, key: &[u8], value: &[u8]) -> Result<(), StoreError> {
    let before = body.len();
    write_length(body, key.len());
    write_length(body, value.len());
    body.put_slice(key);
    body.put_slice(value);
    let bytes = HEADER_BYTES + body.len() - before;
    if bytes > MAX_VALUE_BYTES {
        return Err(StoreError::ValueTooLarge { bytes });
    }
    Ok(())
}

fn write_length(body: &mut Vec<u8>, length: usize) {
    let mut rest = length;
    while rest >= 0x80 {
        body.put_u8(low_seven_bits(rest) | 0x80);
        rest >>= 7;
    }
    body.put_u8(low_seven_bits(rest));
}

/// Bytes of a length as it is written.
fn length_bytes(length: usize) -> usize {
    match length {
        0..0x80 => 1,
        0x80..0x4000 => 2,
        _ => 3,
    }
}

fn low_seven_bits(number: usize) -> u8 {
    u8::try_from(number & 0x7f).unwrap_or_default()
}

/// A length of at most three bytes and the offset behind it.
fn read_length(bytes: &[u8], at: usize) -> Option<(usize, usize)> {
    let first = usize::from(*bytes.get(at)?);
    if first < 0x80 {
        return Some((first, at + 1));
    }
    let second = usize::from(*bytes.get(at + 1)?);
    let low = first & 0x7f | (second & 0x7f) << 7;
    if second < 0x80 {
        return Some((low, at + 2));
    }
    let third = usize::from(*bytes.get(at + 2)?);
    (third < 0x80).then_some((low | third << 14, at + 3))
}
