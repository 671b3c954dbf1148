//! Makes days and opens them: a torn end is cut off, damage before it refused.
//!
//! `acknowledged` in the day's folder says how much of the file was synced. What lies before is
//! taken by its heads, and its values are checked when they are read; a head that does not fit there
//! is damage. What lies behind was acknowledged to nobody, unless the mark is older than it could
//! be: it is read in full, and ends where the first commit is not whole.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::ErrorKind;
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};

use super::index::Index;
use super::read::Ahead;
use super::record::{Change, HEAD_BYTES, Head, checked, stored_bytes, wide};
use crate::store::seam::StoreError;
use crate::store::sled::database::{io, open_mark, read_mark, sync_folder};
use crate::store::sled::new::UNFINISHED_SUFFIX;

/// The file of a day's values, only ever appended to.
pub(super) const DATA_FILE: &str = "data";

/// An opened day.
#[derive(Debug)]
pub(super) struct Opened {
    pub data: File,
    pub mark: File,
    pub found: Found,
}

/// What a day's file holds.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub index: Index,
    /// Where the next commit goes.
    pub end: u64,
    /// The number of the last commit.
    pub number: u64,
}

/// Makes an empty day in `folder`, which is not there before and is there whole.
pub(super) fn make(folder: &Path) -> Result<(), StoreError> {
    let mut unfinished: OsString = folder.to_owned().into_os_string();
    unfinished.push(UNFINISHED_SUFFIX);
    let unfinished = PathBuf::from(unfinished);
    let made = match fs::remove_dir_all(&unfinished) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => fs::create_dir(&unfinished)
            .and_then(|()| File::create_new(unfinished.join(DATA_FILE)))
            .and_then(|data| data.sync_all()),
    };
    made.map_err(making)?;
    open_mark(&unfinished)?.sync_all().map_err(making)?;
    sync_folder(&unfinished)?;
    fs::rename(&unfinished, folder).map_err(making)?;
    folder.parent().map_or(Ok(()), sync_folder)
}

fn making(error: std::io::Error) -> StoreError {
    io("make the folder of a day", error)
}

/// Opens the day in `folder`, which is there.
pub(super) fn open(folder: &Path) -> Result<Opened, StoreError> {
    let opening = |error| io("open the data of a day", error);
    let data = OpenOptions::new().read(true).write(true).open(folder.join(DATA_FILE));
    let data = match data {
        Err(error) if error.kind() == ErrorKind::NotFound => {
            return Err(damaged(folder, "its file of data is missing"));
        }
        data => data.map_err(opening)?,
    };
    let mark = open_mark(folder)?;
    let acknowledged = read_mark(&mark)?;
    let length = data.metadata().map_err(opening)?.len();
    if length < acknowledged {
        let mark = folder.join("acknowledged");
        let what = format!(
            "{} acknowledged bytes are missing at its end; restore a backup, or remove {} to go on \
             without them",
            acknowledged - length,
            mark.display()
        );
        return Err(damaged(folder, &what));
    }
    let found = Look { file: Ahead::new(&data), length, acknowledged }.read_on(folder)?;
    if found.end < length {
        tracing::warn!(
            "{} bytes that were never acknowledged are cut off {}",
            length - found.end,
            folder.display()
        );
        let cut = data.set_len(found.end).and_then(|()| data.sync_data());
        cut.map_err(|error| io("cut the end off the data of a day", error))?;
    }
    Ok(Opened { data, mark, found })
}

/// Marks the first `end` bytes as synced. The mark itself is not: after a power loss an older one is
/// as true, only less strict.
pub(super) fn mark(mark: &File, end: u64) -> Result<(), StoreError> {
    let marked = mark.write_all_at(&end.to_be_bytes(), 0);
    marked.map_err(|error| io("mark a day as synced", error))
}

fn damaged(folder: &Path, what: &str) -> StoreError {
    StoreError::Damaged { what: format!("{what}, in {}", folder.display()) }
}

/// A look over a day's file.
struct Look<'a> {
    file: Ahead<'a>,
    length: u64,
    acknowledged: u64,
}

/// A commit that was found.
struct Commit {
    changes: Vec<Change>,
    values_offset: u64,
    end: u64,
}

impl Look<'_> {
    fn read_on(mut self, folder: &Path) -> Result<Found, StoreError> {
        let mut found = Found::default();
        while found.end < self.length {
            let number = found.number + 1;
            let Some(commit) = self.commit(found.end, number)? else {
                if found.end < self.acknowledged {
                    let what = format!("commit {number} at byte {} is damaged", found.end);
                    return Err(damaged(folder, &what));
                }
                break;
            };
            found.index.apply(commit.changes, commit.values_offset);
            (found.end, found.number) = (commit.end, number);
        }
        Ok(found)
    }

    /// The commit at `offset` when it is whole.
    fn commit(&mut self, offset: u64, number: u64) -> Result<Option<Commit>, StoreError> {
        let Some(head) = Head::read(self.file.at(offset, HEAD_BYTES)?) else { return Ok(None) };
        let values_offset = offset + wide(HEAD_BYTES) + u64::from(head.entries_bytes);
        let Some(end) = values_offset.checked_add(head.values_bytes) else { return Ok(None) };
        if head.number != number || end > self.length {
            return Ok(None);
        }
        let bytes = usize::try_from(values_offset - offset).unwrap_or(usize::MAX);
        let Some(changes) = head.changes(self.file.at(offset, bytes)?) else { return Ok(None) };
        if end > self.acknowledged && !self.are_whole(&changes, values_offset)? {
            return Ok(None);
        }
        Ok(Some(Commit { changes, values_offset, end }))
    }

    fn are_whole(&mut self, changes: &[Change], mut offset: u64) -> Result<bool, StoreError> {
        for Change { key, value_bytes } in changes {
            let Some(value_bytes) = value_bytes else { continue };
            let bytes = stored_bytes(*value_bytes);
            let stored = self.file.at(offset, usize::try_from(bytes).unwrap_or(usize::MAX))?;
            if checked(key, stored).is_none() {
                return Ok(false);
            }
            offset += bytes;
        }
        Ok(true)
    }
}
