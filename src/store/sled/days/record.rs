//! One commit as it lies in a day's file: a head that is enough to find everything, then values.
//!
//! ```text
//! head     4 bytes "Day1", entries' length (4), values' length (8), number of the commit (8),
//!          CRC-32 of all this and of the entries (4)
//! entries  for each: key length (4), value length (4, all ones for a deletion), key
//! values   for each: CRC-32 of key and value (4), value
//! ```
//!
//! Numbers have their highest byte first. A key begins with its table.

use std::collections::BTreeMap;
use std::io::IoSlice;

use bytes::{BufMut as _, Bytes};

use crate::store::seam::Write;
use crate::store::sled::database::stored_key;

/// What every head begins with.
const MAGIC: [u8; 4] = *b"Day1";

/// Bytes of a head without its entries.
pub(super) const HEAD_BYTES: usize = 28;

/// Bytes in front of each value.
pub(super) const SUM_BYTES: usize = 4;

/// A length that stands for a deletion: no value is that long.
const DELETED: u32 = u32::MAX;

/// A change of one key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Change {
    /// The table's byte and the key.
    pub key: Vec<u8>,
    /// Bytes of its value; `None` deletes.
    pub value_bytes: Option<u32>,
}

/// A commit that is to be written.
#[derive(Debug)]
pub(super) struct Record {
    /// Ascending by key, each key once.
    pub changes: Vec<Change>,
    head: Vec<u8>,
    values: Vec<([u8; SUM_BYTES], Bytes)>,
}

impl Record {
    /// `writes` as commit `number` of their day. Of several writes of a key the last one counts.
    pub fn new(number: u64, writes: &[Write]) -> Self {
        let mut last = BTreeMap::new();
        for write in writes {
            match write {
                Write::Put { table, key, value } => {
                    last.insert(stored_key(*table, key), Some(value.clone()));
                }
                Write::Delete { table, key } => {
                    last.insert(stored_key(*table, key), None);
                }
            }
        }
        let (mut changes, mut values) = (Vec::with_capacity(last.len()), Vec::new());
        for (key, value) in last {
            let value_bytes = value.as_ref().map(|value| length(value.len()));
            values.extend(value.map(|value| (sum(&key, &value).to_be_bytes(), value)));
            changes.push(Change { key, value_bytes });
        }
        let head = head(number, &changes, &values);
        Self { changes, head, values }
    }

    /// Where the first value begins, behind the record's beginning.
    pub fn values_offset(&self) -> u64 {
        wide(self.head.len())
    }

    /// Bytes of the whole record.
    pub fn bytes(&self) -> u64 {
        wide(self.head.len()) + values_bytes(&self.values)
    }

    /// The record, in order.
    pub fn slices(&self) -> Vec<IoSlice<'_>> {
        let mut slices = Vec::with_capacity(1 + 2 * self.values.len());
        slices.push(IoSlice::new(&self.head));
        for (sum, value) in &self.values {
            slices.push(IoSlice::new(sum));
            slices.push(IoSlice::new(value));
        }
        slices
    }
}

fn head(number: u64, changes: &[Change], values: &[([u8; SUM_BYTES], Bytes)]) -> Vec<u8> {
    let mut entries = Vec::with_capacity(changes.iter().map(|change| 8 + change.key.len()).sum());
    for Change { key, value_bytes } in changes {
        entries.put_u32(length(key.len()));
        entries.put_u32(value_bytes.unwrap_or(DELETED));
        entries.put_slice(key);
    }
    let mut head = Vec::with_capacity(HEAD_BYTES + entries.len());
    head.put_slice(&MAGIC);
    head.put_u32(length(entries.len()));
    head.put_u64(values_bytes(values));
    head.put_u64(number);
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(&head);
    hasher.update(&entries);
    head.put_u32(hasher.finalize());
    head.put_slice(&entries);
    head
}

/// A head without its entries, as it was read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Head {
    pub entries_bytes: u32,
    pub values_bytes: u64,
    pub number: u64,
    sum: u32,
}

impl Head {
    /// `None` where no head begins. Whether it is whole, [`Head::changes`] says.
    pub fn read(bytes: &[u8]) -> Option<Self> {
        let bytes = bytes.strip_prefix(&MAGIC)?;
        let (entries_bytes, bytes) = bytes.split_first_chunk()?;
        let (values_bytes, bytes) = bytes.split_first_chunk()?;
        let (number, bytes) = bytes.split_first_chunk()?;
        let (sum, _) = bytes.split_first_chunk()?;
        Some(Self {
            entries_bytes: u32::from_be_bytes(*entries_bytes),
            values_bytes: u64::from_be_bytes(*values_bytes),
            number: u64::from_be_bytes(*number),
            sum: u32::from_be_bytes(*sum),
        })
    }

    /// The entries of `bytes`, which are the head and its entries; `None` when they do not fit.
    pub fn changes(&self, bytes: &[u8]) -> Option<Vec<Change>> {
        let (head, mut rest) = bytes.split_at_checked(HEAD_BYTES)?;
        let mut hasher = crc32fast::Hasher::new();
        hasher.update(head.get(..HEAD_BYTES - SUM_BYTES)?);
        hasher.update(rest);
        if hasher.finalize() != self.sum {
            return None;
        }
        let (mut changes, mut values_bytes) = (Vec::new(), 0);
        while !rest.is_empty() {
            let (key_bytes, behind) = rest.split_first_chunk()?;
            let (value_bytes, behind) = behind.split_first_chunk()?;
            let key_bytes = usize::try_from(u32::from_be_bytes(*key_bytes)).ok()?;
            let (key, behind) = behind.split_at_checked(key_bytes)?;
            let value_bytes = Some(u32::from_be_bytes(*value_bytes)).filter(|it| *it != DELETED);
            values_bytes += value_bytes.map_or(0, stored_bytes);
            changes.push(Change { key: key.to_vec(), value_bytes });
            rest = behind;
        }
        (values_bytes == self.values_bytes).then_some(changes)
    }
}

/// Bytes that a value takes in the file.
pub(super) fn stored_bytes(value_bytes: u32) -> u64 {
    wide(SUM_BYTES) + u64::from(value_bytes)
}

fn values_bytes(values: &[([u8; SUM_BYTES], Bytes)]) -> u64 {
    values.iter().map(|(_, value)| wide(SUM_BYTES + value.len())).sum()
}

/// The checksum of a value. Its key goes into it: a misplaced value is a damaged one.
fn sum(key: &[u8], value: &[u8]) -> u32 {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(key);
    hasher.update(value);
    hasher.finalize()
}

/// The value in `stored`, a value with its sum, when it is whole and of this key.
pub(super) fn checked<'a>(key: &[u8], stored: &'a [u8]) -> Option<&'a [u8]> {
    let (found, value) = stored.split_first_chunk()?;
    (u32::from_be_bytes(*found) == sum(key, value)).then_some(value)
}

/// Lengths in a batch are far below four gigabytes: values by the seam's limit.
fn length(bytes: usize) -> u32 {
    u32::try_from(bytes).unwrap_or(DELETED)
}

pub(super) fn wide(bytes: usize) -> u64 {
    u64::try_from(bytes).unwrap_or(u64::MAX)
}
