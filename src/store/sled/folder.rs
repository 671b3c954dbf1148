//! The store's folder: who holds it, and which format it is in.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{ErrorKind, Write as _};
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

use super::database::{io, sync_folder};
use crate::store::seam::StoreError;

/// The format of a store on disk: its folders, its engine's settings, the form of its keys and
/// values.
const FORMAT: u32 = 3;
/// The same with values that are not packed, which are read as they are.
const UNPACKED: u32 = 2;
pub(super) const FORMAT_FILE: &str = "format";
const LOCK_FILE: &str = "lock";

/// The lock on a store's folder, held until it is dropped or the process ends.
#[derive(Debug)]
pub(super) struct FolderLock {
    _file: File,
}

/// Takes the folder for this process, makes it when it is new, and checks its format.
pub(super) fn claim(folder: &Path) -> Result<FolderLock, StoreError> {
    fs::create_dir_all(folder).map_err(|error| io("make the store's folder", error))?;
    let lock = lock(folder)?;
    check_format(folder)?;
    Ok(lock)
}

fn lock(folder: &Path) -> Result<FolderLock, StoreError> {
    let doing = "lock the store's folder";
    let mut options = OpenOptions::new();
    let options = options.read(true).write(true).create(true).truncate(false);
    let file = options.open(folder.join(LOCK_FILE)).map_err(|error| io(doing, error))?;
    match file.try_lock() {
        Ok(()) => Ok(FolderLock { _file: file }),
        Err(TryLockError::WouldBlock) => Err(StoreError::Locked),
        Err(TryLockError::Error(error)) => Err(io(doing, error)),
    }
}

fn check_format(folder: &Path) -> Result<(), StoreError> {
    let text = match fs::read_to_string(folder.join(FORMAT_FILE)) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => return begin(folder),
        Err(error) if error.kind() == ErrorKind::InvalidData => String::new(),
        Err(error) => return Err(io("read the store's format", error)),
    };
    match text.trim().parse::<u32>() {
        Ok(FORMAT) => Ok(()),
        Ok(UNPACKED) => write_format(folder),
        Ok(found) if found > FORMAT => Err(StoreError::NewerFormat { found, known: FORMAT }),
        Ok(found @ 1..) => Err(older(folder, found)),
        _ => Err(unreadable(folder)),
    }
}

/// Writes the format of a new store.
fn begin(folder: &Path) -> Result<(), StoreError> {
    if folder.join(super::MAIN_FOLDER).exists() {
        return Err(unreadable(folder));
    }
    sync_the_way_to(folder)?;
    write_format(folder)
}

fn write_format(folder: &Path) -> Result<(), StoreError> {
    let doing = "write the store's format";
    let unfinished = folder.join("format.new");
    let written = File::create(&unfinished).and_then(|mut file| {
        writeln!(file, "{FORMAT}")?;
        file.sync_all()?;
        fs::rename(&unfinished, folder.join(FORMAT_FILE))
    });
    written.map_err(|error| io(doing, error))?;
    sync_folder(folder)
}

/// Makes the entry of a new store's folder last, whoever made it, and those of the folders that it
/// is in, as far as they are on one file system. Where this process may not look, it has made
/// nothing either.
fn sync_the_way_to(folder: &Path) -> Result<(), StoreError> {
    let doing = "sync the way to the store";
    let whole = folder.canonicalize().map_err(|error| io(doing, error))?;
    let device = whole.metadata().map_err(|error| io(doing, error))?.dev();
    for above in whole.ancestors().skip(1) {
        match above.metadata().and_then(|known| Ok((known.dev(), File::open(above)?))) {
            Ok((other, _)) if other != device => return Ok(()),
            Ok((_, above)) => above.sync_all().map_err(|error| io(doing, error))?,
            Err(error) if error.kind() == ErrorKind::PermissionDenied => return Ok(()),
            Err(error) => return Err(io(doing, error)),
        }
    }
    Ok(())
}

/// Format 1 had a sled database for each day of bulk data, too.
fn older(folder: &Path, found: u32) -> StoreError {
    let what = format!(
        "{} is in format {found}, this program's is {FORMAT}; export the store with the version \
         that wrote it, and import that",
        folder.display()
    );
    StoreError::Damaged { what }
}

fn unreadable(folder: &Path) -> StoreError {
    let file = folder.join(FORMAT_FILE);
    StoreError::Damaged { what: format!("{} does not hold the number of a format", file.display()) }
}
