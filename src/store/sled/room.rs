//! Room on the disk: commits are refused before it is full.
//!
//! sled takes an error of a write for the end: after one nothing more is accepted until a restart,
//! and a start writes too. A commit that is refused in time costs nothing, and the next one is
//! taken as soon as there is room again.

use std::io::{Error, ErrorKind};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};

use super::database::io;
use crate::store::seam::StoreError;

/// Bytes that stay free: for what sled does by itself, a start, and other programs' last writes.
const RESERVE_BYTES: u64 = 32 * 1024 * 1024;

/// Room that a commit which only deletes finds also in the reserve, since it makes some.
const DELETES_BYTES: u64 = 4 * 1024 * 1024;

/// Bytes that may be written before the disk is looked at again.
const LOOK_EVERY_BYTES: u64 = 4 * 1024 * 1024;

/// The room that a store's disk has.
#[derive(Debug)]
pub(super) struct Room {
    folder: PathBuf,
    /// Bytes that may be written without another look.
    unlooked: AtomicU64,
}

impl Room {
    pub fn new(folder: PathBuf) -> Self {
        Self { folder, unlooked: AtomicU64::new(0) }
    }

    /// Refuses a commit with values of so many bytes, each of which is written so many times; no
    /// bytes for one that deletes. `owed_bytes` is what will be written of earlier ones.
    pub fn ensure(
        &self,
        value_bytes: usize,
        writes_of_each: u64,
        owed_bytes: usize,
    ) -> Result<(), StoreError> {
        let value_bytes = u64::try_from(value_bytes).unwrap_or(u64::MAX);
        let needed = value_bytes.saturating_mul(writes_of_each).max(1);
        let taken = |left: u64| left.checked_sub(needed);
        if self.unlooked.fetch_update(Ordering::Relaxed, Ordering::Relaxed, taken).is_ok() {
            return Ok(());
        }
        let reserve = if value_bytes == 0 { DELETES_BYTES } else { RESERVE_BYTES };
        let owed = u64::try_from(owed_bytes).unwrap_or(u64::MAX);
        let least = needed.saturating_add(reserve).saturating_add(owed);
        let free = self.free_bytes()?;
        if free < least {
            let few = format!("{free} bytes are free, {least} are needed");
            return Err(StoreError::DiskFull(Error::new(ErrorKind::StorageFull, few)));
        }
        let spare = free.saturating_sub(needed.saturating_add(RESERVE_BYTES));
        self.unlooked.store((spare / 2).min(LOOK_EVERY_BYTES), Ordering::Relaxed);
        Ok(())
    }

    /// Refuses when a small commit would be.
    pub fn ensure_some(&self, owed_bytes: usize) -> Result<(), StoreError> {
        self.unlooked.store(0, Ordering::Relaxed);
        self.ensure(1, 1, owed_bytes)
    }

    fn free_bytes(&self) -> Result<u64, StoreError> {
        let disk = rustix::fs::statvfs(&self.folder)
            .map_err(|error| io("look for room on the disk", error.into()))?;
        Ok(disk.f_bavail.saturating_mul(disk.f_frsize))
    }
}
