//! New databases, and what a power cut leaves of those that were being made.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::database::{SEQUENCE_TREE, Tuning, guarded, io, open_mark, open_sled, sync_folder};
use crate::store::seam::StoreError;

/// What the folder of a database is called until it is whole.
pub(super) const UNFINISHED_SUFFIX: &str = ".new";

/// What sled calls a snapshot until it is whole.
const UNFINISHED_SNAPSHOT_SUFFIX: &str = ".generating";

/// Makes an empty database in `folder`.
///
/// sled opens no folder whose settings file was cut short, and never syncs that file.
pub(super) fn make(folder: &Path, tuning: Tuning) -> Result<(), StoreError> {
    whole(folder, |unfinished| {
        let db = open_sled(unfinished, tuning)?;
        guarded(|| db.open_tree(SEQUENCE_TREE)?.flush())?;
        drop(db);
        open_mark(unfinished).map(drop)
    })
}

/// Makes `folder`, which is not there before and is there whole, with what `fill` puts into it.
pub(super) fn whole(
    folder: &Path,
    fill: impl FnOnce(&Path) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let doing = "make a folder of the store";
    let unfinished = unfinished(folder);
    match fs::remove_dir_all(&unfinished) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(io(doing, error)),
        _ => {}
    }
    fs::create_dir(&unfinished).map_err(|error| io(doing, error))?;
    fill(&unfinished)?;
    sync_all(&unfinished)?;
    fs::rename(&unfinished, folder).map_err(|error| io(doing, error))?;
    folder.parent().map_or(Ok(()), sync_folder)
}

/// Removes the snapshots that sled did not write to their end: it would take the latest for one
/// that is damaged, and open nothing.
pub(super) fn remove_unfinished_snapshots(folder: &Path) -> Result<(), StoreError> {
    let doing = "remove an unfinished snapshot";
    for entry in fs::read_dir(folder).map_err(|error| io(doing, error))? {
        let entry = entry.map_err(|error| io(doing, error))?;
        let name = entry.file_name();
        if name.to_str().is_some_and(|name| name.ends_with(UNFINISHED_SNAPSHOT_SUFFIX)) {
            fs::remove_file(entry.path()).map_err(|error| io(doing, error))?;
        }
    }
    Ok(())
}

fn unfinished(folder: &Path) -> PathBuf {
    let mut name: OsString = folder.to_owned().into_os_string();
    name.push(UNFINISHED_SUFFIX);
    name.into()
}

fn sync_all(folder: &Path) -> Result<(), StoreError> {
    let doing = "sync a new folder of the store";
    for entry in fs::read_dir(folder).map_err(|error| io(doing, error))? {
        let path = entry.map_err(|error| io(doing, error))?.path();
        let synced = File::open(path).and_then(|entry| entry.sync_all());
        synced.map_err(|error| io(doing, error))?;
    }
    sync_folder(folder)
}
