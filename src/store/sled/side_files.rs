//! The files that sled moves very large nodes to, and never syncs.

use std::fs::{self, File};
use std::io::ErrorKind;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use super::database::{io, sync_folder};
use crate::store::seam::StoreError;

const DOING: &str = "sync the side files of the store";

/// sled's folder of side files. Segments are large enough that there are none in ordinary use; a
/// row of neighbors that each have tens of KiB makes some.
#[derive(Debug)]
pub(super) struct SideFiles {
    folder: PathBuf,
    synced: Mutex<Synced>,
}

/// Names are numbers that grow.
#[derive(Debug, Default)]
struct Synced {
    /// The highest name at the last sync. The file may have been half written then.
    seen: Option<u64>,
    /// The highest name at the sync before: the flush between has waited for that file's end.
    whole: Option<u64>,
}

impl SideFiles {
    pub fn new(folder: PathBuf) -> Self {
        Self { folder, synced: Mutex::default() }
    }

    /// Makes the side files durable that the log speaks of; it has been flushed before.
    pub fn sync(&self) -> Result<(), StoreError> {
        let mut synced = self.synced.lock().unwrap_or_else(PoisonError::into_inner);
        let numbers = self.numbers()?;
        let unsure = numbers.iter().filter(|number| Some(**number) > synced.whole);
        let mut any = false;
        for number in unsure {
            any = true;
            match File::open(self.folder.join(number.to_string())) {
                Ok(file) => file.sync_data().map_err(|error| io(DOING, error))?,
                // sled removes a file when its node has been written anew.
                Err(error) if error.kind() == ErrorKind::NotFound => {}
                Err(error) => return Err(io(DOING, error)),
            }
        }
        if any {
            sync_folder(&self.folder)?;
        }
        let seen = numbers.into_iter().max().max(synced.seen);
        *synced = Synced { seen, whole: synced.seen };
        Ok(())
    }

    fn numbers(&self) -> Result<Vec<u64>, StoreError> {
        let listing = fs::read_dir(&self.folder).map_err(|error| io(DOING, error))?;
        let mut numbers = Vec::new();
        for entry in listing {
            let name = entry.map_err(|error| io(DOING, error))?.file_name();
            numbers.extend(name.to_str().and_then(|name| name.parse::<u64>().ok()));
        }
        Ok(numbers)
    }
}
