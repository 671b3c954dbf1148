//! Reads values from a day's file: neighbors in one call, each checked.

use std::fs::File;
use std::os::unix::fs::FileExt as _;

use bytes::Bytes;
use rustix::buffer::spare_capacity;
use rustix::io::Errno;

use super::index::Place;
use super::record::{checked, stored_bytes, wide};
use crate::store::seam::{Entry, StoreError};
use crate::store::sled::database::io;

/// Bytes that are read at once at most, unless one value alone is larger.
const MOST_AT_ONCE: u64 = 1024 * 1024;

/// Bytes between two values that are read along with them: less work than a second call.
const SMALL_GAP: u64 = 4 * 1024;

/// The values of `found`, each with its key without the table.
pub(super) fn entries(data: &File, found: &[(Vec<u8>, Place)]) -> Result<Vec<Entry>, StoreError> {
    let mut entries = Vec::with_capacity(found.len());
    for group in found.chunk_by(|(_, one), (_, next)| are_neighbors(*one, *next)) {
        let mut rest = group;
        while let Some(((_, first), _)) = rest.split_first() {
            let fits = |(_, place): &&(Vec<u8>, Place)| {
                end(*place).saturating_sub(first.offset) <= MOST_AT_ONCE
            };
            let many = rest.iter().take_while(fits).count().max(1);
            let (now, later) = rest.split_at(many);
            read_together(data, now, &mut entries)?;
            rest = later;
        }
    }
    Ok(entries)
}

/// The value at `place`, which is that of `key`.
pub(super) fn value(data: &File, key: &[u8], place: Place) -> Result<Bytes, StoreError> {
    let stored = bytes(data, place.offset, end(place).saturating_sub(place.offset))?;
    whole(key, &stored)
}

fn are_neighbors(one: Place, next: Place) -> bool {
    next.offset.checked_sub(end(one)).is_some_and(|gap| gap <= SMALL_GAP)
}

fn end(place: Place) -> u64 {
    place.offset + stored_bytes(place.value_bytes)
}

fn read_together(
    data: &File,
    found: &[(Vec<u8>, Place)],
    entries: &mut Vec<Entry>,
) -> Result<(), StoreError> {
    let (Some((_, first)), Some((_, last))) = (found.first(), found.last()) else { return Ok(()) };
    let together = bytes(data, first.offset, end(*last).saturating_sub(first.offset))?;
    for (key, place) in found {
        let begin = usize::try_from(place.offset - first.offset).unwrap_or(usize::MAX);
        let bytes = usize::try_from(stored_bytes(place.value_bytes)).unwrap_or(usize::MAX);
        let value = whole(key, &together.slice(begin..begin.saturating_add(bytes)))?;
        entries.push((Bytes::copy_from_slice(key.get(1..).unwrap_or_default()), value));
    }
    Ok(())
}

fn whole(key: &[u8], stored: &Bytes) -> Result<Bytes, StoreError> {
    let value = checked(key, stored).ok_or_else(|| damaged("a value's checksum is wrong"))?;
    Ok(stored.slice_ref(value))
}

/// So many bytes at `offset`, all of which must be there.
fn bytes(data: &File, offset: u64, bytes: u64) -> Result<Bytes, StoreError> {
    let bytes = usize::try_from(bytes).unwrap_or(usize::MAX);
    let mut buffer = Vec::with_capacity(bytes);
    while buffer.len() < bytes {
        let at = offset + wide(buffer.len());
        match rustix::io::pread(data, spare_capacity(&mut buffer), at) {
            Ok(0) => return Err(damaged("a value is cut short")),
            Ok(_) | Err(Errno::INTR) => {}
            Err(error) => return Err(reading(error.into())),
        }
    }
    buffer.truncate(bytes);
    Ok(buffer.into())
}

fn reading(error: std::io::Error) -> StoreError {
    io("read the data of a day", error)
}

pub(super) fn damaged(what: &str) -> StoreError {
    StoreError::Damaged { what: format!("{what}, in the data of a day") }
}

/// A look at a file from its beginning to its end, some of it read ahead.
#[derive(Debug)]
pub(super) struct Ahead<'a> {
    data: &'a File,
    buffer: Vec<u8>,
    begin: u64,
}

/// Bytes read ahead: many heads of small commits, and little beside that of a large one.
const AHEAD_BYTES: usize = 16 * 1024;

impl<'a> Ahead<'a> {
    pub fn new(data: &'a File) -> Self {
        Self { data, buffer: Vec::new(), begin: 0 }
    }

    /// So many bytes at `offset`, or as many as the file has there.
    pub fn at(&mut self, offset: u64, bytes: usize) -> Result<&[u8], StoreError> {
        let end = self.begin + wide(self.buffer.len());
        if offset < self.begin || offset.saturating_add(wide(bytes)) > end {
            self.fill(offset, bytes.max(AHEAD_BYTES))?;
        }
        let from = usize::try_from(offset.saturating_sub(self.begin)).unwrap_or(usize::MAX);
        let rest = self.buffer.get(from..).unwrap_or_default();
        Ok(rest.get(..bytes).unwrap_or(rest))
    }

    fn fill(&mut self, offset: u64, bytes: usize) -> Result<(), StoreError> {
        (self.begin, self.buffer) = (offset, vec![0; bytes]);
        let mut read = 0;
        while let Some(rest) = self.buffer.get_mut(read..).filter(|rest| !rest.is_empty()) {
            match self.data.read_at(rest, offset + wide(read)) {
                Ok(0) => break,
                Ok(more) => read += more,
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Err(error) => return Err(reading(error)),
            }
        }
        self.buffer.truncate(read);
        Ok(())
    }
}
