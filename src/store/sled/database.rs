//! One sled database in a folder of its own, filled by checkpoints.

use std::fs::{File, OpenOptions};
use std::io::ErrorKind;
use std::os::unix::fs::FileExt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use bytes::Bytes;
use sled::{Db, IVec, Tree};

use super::changes::{Changed, Over};
use super::new;
use super::packed::{Packer, unpacked};
use crate::store::seam::{Entry, KeyRange, Order, StoreError, Table};

/// What a database is tuned for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tuning {
    pub cache_bytes: u64,
    /// sled keeps up to 16 values in a node, 20 after a merge, and moves a message above a quarter
    /// of a segment to a side file that it never syncs: after a power cut the node is as it was
    /// before, beside neighbors that are not. So a quarter of a segment holds 20 of the largest
    /// values, and there are no side files. A buffer of this size stays in memory, as far as it is
    /// used.
    pub segment_bytes: usize,
}

/// sled looks at what to evict from one of its 256 cache shards after every 64 accesses to it. Its
/// nodes are a few KiB as a rule, ours 64 KiB and more, and a value that is written accesses its
/// node twice: some 40 MiB for each database would never have been counted. One access more for
/// each value from this size on brings the peak of a million rows from 190 MiB to 160.
const LARGE_VALUE_BYTES: usize = 1024;

/// How long a large commit waits for its garbage to be freed.
const COLLECT_PATIENCE: Duration = Duration::from_millis(20);
const COLLECT_POLL: Duration = Duration::from_micros(50);

/// How long a database that this process has just closed may still be held by sled's threads.
const RELEASE_PATIENCE: Duration = Duration::from_secs(5);
const RELEASE_POLL: Duration = Duration::from_millis(5);

/// Bytes of values after which a checkpoint lets some of its garbage be freed.
const COLLECT_EVERY_BYTES: usize = 1024 * 1024;

/// The tree that says which commits are here, beside sled's default tree, which holds all else.
pub(super) const SEQUENCE_TREE: &[u8] = b"sequence";
const SEQUENCE_KEY: &[u8] = b"applied";

/// The file that says what was acknowledged.
pub(super) const MARK_FILE: &str = "acknowledged";

/// An open sled database.
pub(super) struct Database {
    folder: PathBuf,
    db: Db,
    sequence: Tree,
    data: File,
}

impl Database {
    /// Opens the database in `folder`, or makes one. Blocks.
    pub fn open(folder: &Path, tuning: Tuning) -> Result<Self, StoreError> {
        if !folder.exists() {
            new::make(folder, tuning)?;
        }
        new::remove_unfinished_snapshots(folder)?;
        let db = open_sled(folder, tuning)?;
        let sequence = guarded(|| db.open_tree(SEQUENCE_TREE))?;
        let data = File::open(folder.join("db"));
        let data = data.map_err(|error| io("open a data file of the store", error))?;
        Ok(Self { folder: folder.to_owned(), db, sequence, data })
    }

    /// The number of the last commit of the last checkpoint.
    pub fn taken_over(&self) -> Result<u64, StoreError> {
        let number = guarded(|| self.sequence.get(SEQUENCE_KEY))?;
        let number = number.and_then(|number| (*number).try_into().ok());
        Ok(number.map(u64::from_be_bytes).unwrap_or_default())
    }

    pub fn get(&self, table: Table, key: &[u8]) -> Result<Option<Bytes>, StoreError> {
        let key = stored_key(table, key);
        guarded(|| self.db.get(&key))?.map(unpacked).transpose()
    }

    /// The entries of `range` with the changes in it, which come in `order`.
    pub fn scan(
        &self,
        (table, range): (Table, &KeyRange),
        (order, limit): (Order, usize),
        changes: impl Iterator<Item = Changed>,
    ) -> Result<Vec<Entry>, StoreError> {
        let start = stored_key(table, &range.start);
        let end = match &range.end {
            Some(end) => stored_key(table, end),
            None => vec![table.byte().saturating_add(1)],
        };
        let entry = |(key, value): (IVec, IVec)| {
            self.count_access(&key, value.len());
            let key = Bytes::copy_from_slice(key.get(1..).unwrap_or_default());
            Ok((key, Some(unpacked(value)?)))
        };
        let mut found = guarded(|| Ok(self.db.range(start..end)))?;
        let mut failed = Ok(());
        let stored = std::iter::from_fn(|| {
            let next = guarded(|| {
                let next = match order {
                    Order::Ascending => found.next(),
                    Order::Descending => found.next_back(),
                };
                next.transpose()
            });
            let entry = next.and_then(|next| next.map(entry).transpose());
            entry.map_err(|error| failed = Err(error)).ok().flatten()
        });
        let there = Over::new(changes, stored, order)
            .filter_map(|(key, value)| Some((key, value?)))
            .take(limit)
            .collect();
        failed.map(|()| there)
    }

    /// Takes over changes, ascending by key, which are all up to commit `last`. Durable when it
    /// returns; before that they can be here in part. Blocks; only one thread at a time may do so.
    ///
    /// One by one: sled lets nothing go that a batch replaces until all of that is there.
    ///
    /// sled's flush is a barrier by itself only where `lychgate_barrier` is linked: the sync of the
    /// data file behind it holds what is here also where that should fail.
    pub fn take_over<'a>(
        &self,
        changes: impl Iterator<Item = (Table, &'a Bytes, &'a Option<Bytes>)>,
        last: u64,
    ) -> Result<(), StoreError> {
        let (mut packer, mut uncollected) = (Packer::default(), 0);
        for (table, key, value) in changes {
            let key = stored_key(table, key);
            let value = value.as_ref().map(|value| packer.pack(value));
            guarded(|| match value {
                Some(value) => self.db.insert(&key, value),
                None => self.db.remove(&key),
            })?;
            let value_bytes = value.map_or(0, <[u8]>::len);
            self.count_access(&key, value_bytes);
            uncollected += value_bytes;
            if uncollected > COLLECT_EVERY_BYTES {
                collect_some_garbage();
                uncollected = 0;
            }
        }
        // Behind the changes in the log: where this is found, they are.
        guarded(|| self.sequence.insert(SEQUENCE_KEY, &last.to_be_bytes()))?;
        guarded(|| self.db.flush())?;
        self.data.sync_data().map_err(|error| io("sync the store", error))?;
        collect_garbage();
        Ok(())
    }

    /// See [`LARGE_VALUE_BYTES`].
    fn count_access(&self, key: &[u8], value_bytes: usize) {
        if value_bytes < LARGE_VALUE_BYTES {
            return;
        }
        // What is wrong with the node is for the call that wants its content to say.
        drop(self.db.get(key));
    }
}

/// sled's own `Debug` prints every record.
impl std::fmt::Debug for Database {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Database").field("folder", &self.folder).finish_non_exhaustive()
    }
}

pub(super) fn open_sled(folder: &Path, tuning: Tuning) -> Result<Db, StoreError> {
    let config = sled::Config::new()
        .path(folder)
        .cache_capacity(tuning.cache_bytes)
        .segment_size(tuning.segment_bytes)
        .flush_every_ms(None);
    let begun = Instant::now();
    loop {
        match guarded(|| config.open()) {
            // The store's own lock is ours, so this can only be an earlier handle of this process.
            Err(StoreError::Io { source, .. })
                if source.to_string().contains("could not acquire lock")
                    && begun.elapsed() < RELEASE_PATIENCE =>
            {
                std::thread::sleep(RELEASE_POLL);
            }
            Err(StoreError::Damaged { what }) => {
                let what = format!("{what}, in {}", folder.display());
                return Err(StoreError::Damaged { what });
            }
            other => return other,
        }
    }
}

/// Frees some of what sled has put aside until no thread can see it any more: old nodes, and write
/// buffers of a segment each. Left to itself it frees in passing, and too rarely for values this
/// large: an import of a million contacts kept every one of its buffers, 300 MiB.
pub(super) fn collect_some_garbage() {
    crossbeam_epoch::pin().flush();
}

/// Frees what sled has put aside so far, unless other threads look at it for too long. Blocks.
pub(super) fn collect_garbage() {
    // Garbage is freed in the order in which it was put aside: when this is, all of it was.
    let freed = Arc::new(AtomicBool::new(false));
    let of_garbage = Arc::clone(&freed);
    crossbeam_epoch::pin().defer(move || of_garbage.store(true, Ordering::Release));
    let begun = Instant::now();
    while begun.elapsed() < COLLECT_PATIENCE {
        for _ in 0..4 {
            collect_some_garbage();
        }
        if freed.load(Ordering::Acquire) {
            return;
        }
        std::thread::sleep(COLLECT_POLL);
    }
}

/// Runs a call of sled's, which panics on some damage instead of returning an error.
pub(super) fn guarded<T>(call: impl FnOnce() -> sled::Result<T>) -> Result<T, StoreError> {
    match catch_unwind(AssertUnwindSafe(call)) {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(error)) => Err(translated(error)),
        Err(_) => Err(damaged("the data file does not fit together")),
    }
}

fn translated(error: sled::Error) -> StoreError {
    match error {
        sled::Error::Io(source) => match source.kind() {
            ErrorKind::UnexpectedEof => damaged("the data file is cut short"),
            _ => io("read or write the store", source),
        },
        sled::Error::Corruption { .. } => damaged("a checksum of the data file is wrong"),
        sled::Error::Unsupported(why) | sled::Error::ReportableBug(why) => damaged(&why),
        sled::Error::CollectionNotFound(_) => damaged("a tree is missing"),
    }
}

pub(super) fn damaged(what: &str) -> StoreError {
    StoreError::Damaged { what: what.to_owned() }
}

/// An error of the file system, with a full disk told apart.
pub(super) fn io(doing: &'static str, source: std::io::Error) -> StoreError {
    match source.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => StoreError::DiskFull(source),
        _ => StoreError::Io { doing, source },
    }
}

pub(super) fn sync_folder(folder: &Path) -> Result<(), StoreError> {
    let synced = File::open(folder).and_then(|folder| folder.sync_all());
    synced.map_err(|error| io("sync a folder of the store", error))
}

pub(super) fn stored_key(table: Table, key: &[u8]) -> Vec<u8> {
    let mut stored = Vec::with_capacity(1 + key.len());
    stored.push(table.byte());
    stored.extend_from_slice(key);
    stored
}

pub(super) fn open_mark(folder: &Path) -> Result<File, StoreError> {
    let mut options = OpenOptions::new();
    let opened = options.read(true).write(true).create(true).truncate(false);
    opened.open(folder.join(MARK_FILE)).map_err(|error| io("open the mark of the store", error))
}

pub(super) fn read_mark(mark: &File) -> Result<u64, StoreError> {
    let mut bytes = [0; 8];
    match mark.read_exact_at(&mut bytes, 0) {
        Ok(()) => Ok(u64::from_be_bytes(bytes)),
        Err(error) if error.kind() == ErrorKind::UnexpectedEof => Ok(0),
        Err(error) => Err(io("read the mark of the store", error)),
    }
}
