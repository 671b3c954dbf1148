//! Bulk data by day: a folder with a database for each, dropped whole.

use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::ToSpan;
use jiff::civil::{Date, date};

use super::database::{Database, Tuning, io, sync_folder};
use super::new::UNFINISHED_SUFFIX;
use crate::store::seam::StoreError;

/// Days open at once. Uploads and faults are of the last eight days, mostly of today.
const MAX_OPEN: usize = 3;

/// What a day's folder is renamed to before it is removed, so that none is ever found half gone.
const DROPPED_SUFFIX: &str = ".dropped";

/// The databases of days, opened when they are needed.
#[derive(Debug)]
pub(super) struct Days {
    folder: PathBuf,
    tuning: Tuning,
    open: Mutex<OpenDays>,
}

#[derive(Debug, Default)]
struct OpenDays {
    /// With the tick of the last use.
    by_day: BTreeMap<i32, (u64, Arc<Database>)>,
    tick: u64,
}

impl Days {
    /// The days in `folder`; removes what a drop has left behind. Blocks.
    pub fn new(folder: PathBuf, tuning: Tuning) -> Result<Self, StoreError> {
        let days = Self { folder, tuning, open: Mutex::default() };
        for name in days.names()? {
            if name.ends_with(DROPPED_SUFFIX) || name.ends_with(UNFINISHED_SUFFIX) {
                remove(&days.folder.join(name))?;
            }
        }
        Ok(days)
    }

    /// A day that is open already; `None` also while another is being opened.
    pub fn get_open(&self, day: i32) -> Option<Arc<Database>> {
        let mut open = self.open.try_lock().ok()?;
        let tick = open.next_tick();
        open.by_day.get_mut(&day).map(|(used, database)| {
            *used = tick;
            Arc::clone(database)
        })
    }

    /// The database of `day`; `None` when it has none and `make` is false. Blocks.
    pub fn get(&self, day: i32, make: bool) -> Result<Option<Arc<Database>>, StoreError> {
        if let Some(database) = self.get_open(day) {
            return Ok(Some(database));
        }
        let mut open = self.open();
        if let Some((_, database)) = open.by_day.get(&day) {
            return Ok(Some(Arc::clone(database)));
        }
        let folder = self.folder_of(day)?;
        if !make && !folder.exists() {
            return Ok(None);
        }
        open.close_unused(MAX_OPEN - 1);
        let database = Arc::new(Database::open(&folder, self.tuning)?);
        let tick = open.next_tick();
        open.by_day.insert(day, (tick, Arc::clone(&database)));
        Ok(Some(database))
    }

    /// Days with a folder, ascending. Blocks.
    pub fn list(&self) -> Result<Vec<i32>, StoreError> {
        let names = self.names()?;
        let mut days: Vec<i32> = names.iter().filter_map(|name| day_of(name)).collect();
        days.sort_unstable();
        Ok(days)
    }

    /// Removes the folder of `day`. Blocks.
    pub fn remove(&self, day: i32) -> Result<(), StoreError> {
        let mut open = self.open();
        let database = open.by_day.remove(&day);
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
        drop(database);
        remove(&dropped)
    }

    /// Closes every day that nobody uses.
    pub fn close(&self) {
        self.open().close_unused(0);
    }

    fn open(&self) -> MutexGuard<'_, OpenDays> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
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
    fn next_tick(&mut self) -> u64 {
        self.tick += 1;
        self.tick
    }

    /// Closes the least used days until `keep` are left. One in use stays: a second handle on its
    /// folder could not be opened beside it.
    fn close_unused(&mut self, keep: usize) {
        let unused = |database: &Arc<Database>| Arc::strong_count(database) == 1;
        while self.by_day.len() > keep {
            let candidates = self.by_day.iter().filter(|(_, (_, database))| unused(database));
            let Some(day) = candidates.min_by_key(|(_, (used, _))| *used).map(|(day, _)| *day)
            else {
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
