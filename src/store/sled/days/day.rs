//! The bulk data of one day: a file that is only ever appended to.

use std::fs::File;
use std::io::{Error, ErrorKind, IoSlice};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, TryLockError};

use bytes::Bytes;
use rustix::io::Errno;

use super::index::Index;
use super::record::{Record, wide};
use super::{open, read};
use crate::store::seam::{Batch, Condition, Entry, KeyRange, Order, StoreError, Table};
use crate::store::sled::database::{io, stored_key};
use crate::store::sled::sync::Target;

/// Slices that one call to the system takes.
const MOST_SLICES: usize = 1_024;

/// An open day.
pub(in crate::store::sled) struct Day {
    folder: PathBuf,
    data: File,
    mark: File,
    /// What reads see. Values are never changed where they lie: found once, they can be read
    /// without holding anything.
    index: RwLock<Index>,
    writer: Mutex<Writer>,
    /// Bytes of all commits.
    written: AtomicU64,
}

/// Held by the one commit that is being written.
#[derive(Debug)]
struct Writer {
    /// Where the next commit goes.
    end: u64,
    /// The number of the last commit.
    number: u64,
    is_closed: bool,
}

impl Day {
    /// Opens the day in `folder`, or makes it. Blocks.
    pub(super) fn open(folder: &Path) -> Result<Self, StoreError> {
        if !folder.exists() {
            open::make(folder)?;
        }
        let open::Opened { data, mark, found } = open::open(folder)?;
        let open::Found { index, end, number } = found;
        Ok(Self {
            folder: folder.to_owned(),
            data,
            mark,
            index: RwLock::new(index),
            writer: Mutex::new(Writer { end, number, is_closed: false }),
            written: AtomicU64::new(end),
        })
    }

    pub fn get(&self, table: Table, key: &[u8]) -> Result<Option<Bytes>, StoreError> {
        let key = stored_key(table, key);
        let place = self.index().find(&key);
        place.map(|place| read::value(&self.data, &key, place)).transpose()
    }

    pub fn scan(
        &self,
        table: Table,
        range: &KeyRange,
        order: Order,
        limit: usize,
    ) -> Result<Vec<Entry>, StoreError> {
        let start = stored_key(table, &range.start);
        let end = match &range.end {
            Some(end) => stored_key(table, end),
            None => vec![table.byte().saturating_add(1)],
        };
        let found = self.index().scan(&start, &end, order, limit);
        read::entries(&self.data, &found)
    }

    /// Writes `batch` whole when its conditions hold; not yet synced. `None` when another commit
    /// is being written and this one may not wait.
    pub fn commit(&self, batch: &Batch, may_wait: bool) -> Option<Result<(), StoreError>> {
        let mut writer = match self.writer.try_lock() {
            Ok(writer) => writer,
            Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
            Err(TryLockError::WouldBlock) if may_wait => self.writer(),
            Err(TryLockError::WouldBlock) => return None,
        };
        Some(self.commit_as(&mut writer, batch))
    }

    fn commit_as(&self, writer: &mut Writer, batch: &Batch) -> Result<(), StoreError> {
        if writer.is_closed {
            return Err(StoreError::Closed);
        }
        if !self.meets(&batch.conditions)? {
            return Err(StoreError::Conflict);
        }
        if batch.writes.is_empty() {
            return Ok(());
        }
        let record = Record::new(writer.number + 1, &batch.writes);
        if let Err(error) = write(&self.data, writer.end, &mut record.slices()) {
            // The next commit begins where this one did.
            let cut = self.data.set_len(writer.end);
            cut.map_err(|error| io("take a write to the data of a day back", error))?;
            return Err(error);
        }
        let values_offset = writer.end + record.values_offset();
        writer.end += record.bytes();
        writer.number += 1;
        let mut index = self.index.write().unwrap_or_else(PoisonError::into_inner);
        index.apply(record.changes, values_offset);
        self.written.store(writer.end, Ordering::Release);
        Ok(())
    }

    fn meets(&self, conditions: &[Condition]) -> Result<bool, StoreError> {
        for condition in conditions {
            let holds = match condition {
                Condition::Absent { table, key } => {
                    self.index().find(&stored_key(*table, key)).is_none()
                }
                Condition::Equals { table, key, value } => {
                    self.get(*table, key)?.as_ref() == Some(value)
                }
            };
            if !holds {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Takes no commit any more; waits for the one that is being written.
    pub(super) fn close(&self) {
        self.writer().is_closed = true;
    }

    fn index(&self) -> RwLockReadGuard<'_, Index> {
        self.index.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn writer(&self) -> MutexGuard<'_, Writer> {
        self.writer.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Target for Day {
    fn sync(&self) -> Result<(), StoreError> {
        let written = self.written.load(Ordering::Acquire);
        self.data.sync_data().map_err(|error| io("sync the data of a day", error))?;
        open::mark(&self.mark, written)
    }
}

/// Keys name accounts and jobs; values are people's.
impl std::fmt::Debug for Day {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Day").field("folder", &self.folder).finish_non_exhaustive()
    }
}

/// Writes all of `slices` one behind the other, from `offset` on.
fn write(data: &File, mut offset: u64, slices: &mut [IoSlice<'_>]) -> Result<(), StoreError> {
    let writing = |error: Error| io("write the data of a day", error);
    let mut rest = slices;
    while !rest.is_empty() {
        let some = rest.get(..MOST_SLICES).unwrap_or(rest);
        match rustix::io::pwritev(data, some, offset) {
            Ok(0) => return Err(writing(ErrorKind::WriteZero.into())),
            Ok(written) => {
                offset += wide(written);
                IoSlice::advance_slices(&mut rest, written);
            }
            Err(Errno::INTR) => {}
            Err(error) => return Err(writing(error.into())),
        }
    }
    Ok(())
}
