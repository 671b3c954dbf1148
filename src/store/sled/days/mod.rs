//! Bulk data by day: a folder with an append-only file for each, dropped whole.
//!
//! Bulk data is written once, read a few times and gone with its day. So a commit is one write to
//! the end of a file, durable with one sync, and a read is one read of the file: what memory keeps
//! for reading is the system's own cache. What is deleted or replaced takes its space until its
//! day is dropped.

mod day;
mod index;
mod open;
mod read;
mod record;

use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock, RwLockWriteGuard};

use jiff::ToSpan;
use jiff::civil::{Date, date};

pub(super) use self::day::Day;
use super::database::{io, sync_folder};
use super::new::UNFINISHED_SUFFIX;
use crate::store::seam::StoreError;

/// Days open at once. Uploads and faults are of the last eight days, mostly of today.
const MAX_OPEN: usize = 3;

/// What a day's folder is renamed to before it is removed, so that none is ever found half gone.
const DROPPED_SUFFIX: &str = ".dropped";

/// The days of a store, opened when they are needed.
#[derive(Debug)]
pub(super) struct Days {
    folder: PathBuf,
    open: RwLock<OpenDays>,
    tick: AtomicU64,
}

#[derive(Debug, Default)]
struct OpenDays {
    by_day: BTreeMap<i32, OpenDay>,
    is_closed: bool,
}

#[derive(Debug)]
struct OpenDay {
    day: Arc<Day>,
    /// The tick of the last use.
    used: AtomicU64,
}

impl Days {
    /// The days in `folder`; removes what a drop has left behind. Blocks.
    pub fn new(folder: PathBuf) -> Result<Self, StoreError> {
        let days = Self { folder, open: RwLock::default(), tick: AtomicU64::new(0) };
        for name in days.names()? {
            if name.ends_with(DROPPED_SUFFIX) || name.ends_with(UNFINISHED_SUFFIX) {
                remove(&days.folder.join(name))?;
            }
        }
        Ok(days)
    }

    /// A day that is open already; `None` also while another is being opened.
    pub fn get_open(&self, day: i32) -> Option<Arc<Day>> {
        self.used(&*self.open.try_read().ok()?, day)
    }

    /// The data of `day`; `None` when it has none and `make` is false. Blocks.
    pub fn get(&self, day: i32, make: bool) -> Result<Option<Arc<Day>>, StoreError> {
        if let Some(found) = self.get_open(day) {
            return Ok(Some(found));
        }
        let mut open = self.open()?;
        if let Some(found) = self.used(&open, day) {
            return Ok(Some(found));
        }
        let folder = self.folder_of(day)?;
        if !make && !folder.exists() {
            return Ok(None);
        }
        open.close_unused(MAX_OPEN - 1);
        let opened = Arc::new(Day::open(&folder)?);
        let used = AtomicU64::new(self.next_tick());
        open.by_day.insert(day, OpenDay { day: Arc::clone(&opened), used });
        Ok(Some(opened))
    }

    fn used(&self, open: &OpenDays, day: i32) -> Option<Arc<Day>> {
        let found = open.by_day.get(&day)?;
        found.used.store(self.next_tick(), Ordering::Relaxed);
        Some(Arc::clone(&found.day))
    }

    fn next_tick(&self) -> u64 {
        self.tick.fetch_add(1, Ordering::Relaxed)
    }

    /// Days with a folder, ascending. Blocks.
    pub fn list(&self) -> Result<Vec<i32>, StoreError> {
        drop(self.open()?);
        let names = self.names()?;
        let mut days: Vec<i32> = names.iter().filter_map(|name| day_of(name)).collect();
        days.sort_unstable();
        Ok(days)
    }

    /// Removes the folder of `day`. Blocks.
    pub fn remove(&self, day: i32) -> Result<(), StoreError> {
        let mut open = self.open()?;
        let opened = open.by_day.remove(&day);
        let folder = self.folder_of(day)?;
        let mut dropped = folder.clone().into_os_string();
        dropped.push(DROPPED_SUFFIX);
        let dropped = PathBuf::from(dropped);
        match fs::rename(&folder, &dropped) {
            Ok(()) => {}
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(io("rename the folder of a day", error)),
        }
        sync_folder(&self.folder)?;
        drop(opened);
        remove(&dropped)
    }

    /// Takes no commits any more; waits for those that are being written.
    pub fn close(&self) {
        let mut open = self.open.write().unwrap_or_else(PoisonError::into_inner);
        open.is_closed = true;
        for (_, open) in std::mem::take(&mut open.by_day) {
            open.day.close();
        }
    }

    /// For who opens, drops or lists days.
    fn open(&self) -> Result<RwLockWriteGuard<'_, OpenDays>, StoreError> {
        let open = self.open.write().unwrap_or_else(PoisonError::into_inner);
        if open.is_closed { Err(StoreError::Closed) } else { Ok(open) }
    }

    fn folder_of(&self, day: i32) -> Result<PathBuf, StoreError> {
        let epoch = date(1970, 1, 1);
        let date = epoch.checked_add(day.days()).map_err(|_| StoreError::Damaged {
            what: format!("day {day} is outside of the calendar"),
        })?;
        Ok(self.folder.join(date.to_string()))
    }

    fn names(&self) -> Result<Vec<String>, StoreError> {
        let listing = match fs::read_dir(&self.folder) {
            Ok(listing) => listing,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(io("list the days of the store", error)),
        };
        let mut names = Vec::new();
        for entry in listing {
            let entry = entry.map_err(|error| io("list the days of the store", error))?;
            names.extend(entry.file_name().into_string().ok());
        }
        Ok(names)
    }
}

impl OpenDays {
    /// Closes the least used days until `keep` are left. One in use stays: there are no two writers
    /// of a file.
    fn close_unused(&mut self, keep: usize) {
        while self.by_day.len() > keep {
            let unused = self.by_day.iter().filter(|(_, open)| Arc::strong_count(&open.day) == 1);
            let used = |open: &OpenDay| open.used.load(Ordering::Relaxed);
            let Some(day) = unused.min_by_key(|(_, open)| used(open)).map(|(day, _)| *day) else {
                return;
            };
            self.by_day.remove(&day);
        }
    }
}

fn day_of(name: &str) -> Option<i32> {
    let named: Date = name.parse().ok()?;
    (named.to_string() == name)
        .then(|| date(1970, 1, 1).until(named).ok())?
        .map(|span| span.get_days())
}

fn remove(folder: &Path) -> Result<(), StoreError> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            Err(io("remove the folder of a day", error))
        }
        _ => Ok(()),
    }
}
