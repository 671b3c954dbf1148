//! One sled database in a folder of its own, and the mark that its tail is whole.

use std::fs::{File, OpenOptions};
use std::io::ErrorKind;
use std::os::unix::fs::FileExt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use bytes::Bytes;
use sled::{Db, IVec, Tree};

use super::new;
use super::side_files::SideFiles;
use super::sync::Target;
use crate::store::seam::{Batch, Condition, Entry, KeyRange, Order, StoreError, Table, Write};

/// What a database is tuned for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tuning {
    pub cache_bytes: u64,
    /// sled keeps about 16 values in a node, writes a node as one message every few changes, and
    /// moves a message above a quarter of a segment to a side file that it never syncs. So a
    /// segment is at least 80 times the usual largest value (16, and 4 from a merge, times 4).
    /// With sled's own 512 KiB, values of 16 KiB already went to side files. A buffer of this
    /// size stays in memory.
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

/// The tree that counts applied batches, beside sled's default tree, which holds everything else.
pub(super) const SEQUENCE_TREE: &[u8] = b"sequence";
const SEQUENCE_KEY: &[u8] = b"applied";

/// The file that says how many batches were acknowledged. sled takes a damaged tail for one that
/// was never acknowledged and cuts it off; this tells the two apart.
const MARK_FILE: &str = "acknowledged";

/// An open sled database.
pub(super) struct Database {
    folder: PathBuf,
    db: Db,
    sequence: Tree,
    applied: AtomicU64,
    data: File,
    mark: File,
    side_files: SideFiles,
}

impl Database {
    /// Opens the database in `folder`, or makes one. Blocks.
    pub fn open(folder: &Path, tuning: Tuning) -> Result<Self, StoreError> {
        if !folder.exists() {
            new::make(folder, tuning)?;
        }
        new::remove_unfinished_snapshots(folder)?;
        let db = open_sled(folder, tuning)?;
        let (sequence, applied) = guarded(|| {
            let sequence = db.open_tree(SEQUENCE_TREE)?;
            let applied = sequence.get(SEQUENCE_KEY)?;
            Ok((sequence, applied))
        })?;
        let applied = number(applied.as_deref().unwrap_or_default());
        let data = File::open(folder.join("db"));
        let data = data.map_err(|error| io("open a data file of the store", error))?;
        let mark = open_mark(folder)?;
        let acknowledged = read_mark(&mark)?;
        if applied < acknowledged {
            return Err(tail_lost(folder, acknowledged - applied));
        }
        let applied = AtomicU64::new(applied);
        let side_files = SideFiles::new(folder.join("blobs"));
        let folder_path = folder.to_owned();
        Ok(Self { folder: folder_path, db, sequence, applied, data, mark, side_files })
    }

    pub fn get(&self, table: Table, key: &[u8]) -> Result<Option<Bytes>, StoreError> {
        let key = stored_key(table, key);
        let found = guarded(|| self.db.get(&key))?;
        Ok(found.map(Bytes::from_owner))
    }

    pub fn scan(
        &self,
        table: Table,
        range: &KeyRange,
        order: Order,
        limit: usize,
    ) -> Result<Vec<Entry>, StoreError> {
        if range.is_empty() {
            return Ok(Vec::new());
        }
        let start = stored_key(table, &range.start);
        let end = match &range.end {
            Some(end) => stored_key(table, end),
            None => vec![table.byte().saturating_add(1)],
        };
        let entry = |(key, value): (IVec, IVec)| {
            self.count_access(&key, value.len());
            (Bytes::copy_from_slice(key.get(1..).unwrap_or_default()), Bytes::from_owner(value))
        };
        guarded(|| {
            let found = self.db.range(start..end);
            match order {
                Order::Ascending => found.take(limit).map(|found| found.map(entry)).collect(),
                Order::Descending => {
                    found.rev().take(limit).map(|found| found.map(entry)).collect()
                }
            }
        })
    }

    /// Whether the conditions of `batch` hold now.
    pub fn meets(&self, conditions: &[Condition]) -> Result<bool, StoreError> {
        guarded(|| {
            for condition in conditions {
                let held = match condition {
                    Condition::Absent { table, key } => {
                        !self.db.contains_key(stored_key(*table, key))?
                    }
                    Condition::Equals { table, key, value } => {
                        let found = self.db.get(stored_key(*table, key))?;
                        found.is_some_and(|found| is_same(&found, value))
                    }
                };
                if !held {
                    return Ok(false);
                }
            }
            Ok(true)
        })
    }

    /// Applies the writes of `batch` whole. Only one thread at a time may do so.
    pub fn apply(&self, batch: &Batch) -> Result<(), StoreError> {
        let mut writes = sled::Batch::default();
        for write in &batch.writes {
            match write {
                Write::Put { table, key, value } => {
                    writes.insert(stored_key(*table, key), IVec::from(&**value));
                }
                Write::Delete { table, key } => writes.remove(stored_key(*table, key)),
            }
        }
        let applied = self.applied.load(Ordering::Relaxed) + 1;
        guarded(|| {
            self.db.apply_batch(writes)?;
            // Behind the batch in the log: where this is found, the batch is.
            self.sequence.insert(SEQUENCE_KEY, &applied.to_be_bytes())
        })?;
        self.applied.store(applied, Ordering::Release);
        for write in &batch.writes {
            if let Write::Put { table, key, value } = write {
                self.count_access(&stored_key(*table, key), value.len());
            }
        }
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

impl Target for Database {
    /// sled's flush is a barrier by itself only where `lychgate_barrier` is linked: the sync of the
    /// data file behind it holds what is acknowledged also where that should fail.
    fn sync(&self) -> Result<(), StoreError> {
        let applied = self.applied.load(Ordering::Acquire);
        guarded(|| self.db.flush())?;
        collect_some_garbage();
        self.side_files.sync()?;
        self.data.sync_data().map_err(|error| io("sync the store", error))?;
        // Not synced: after a power loss an older mark is as true, only less strict.
        self.mark
            .write_all_at(&applied.to_be_bytes(), 0)
            .map_err(|error| io("mark the store as synced", error))
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

fn damaged(what: &str) -> StoreError {
    StoreError::Damaged { what: what.to_owned() }
}

/// Whether a value is still what was read: by its place in memory, else byte for byte.
fn is_same(found: &IVec, value: &Bytes) -> bool {
    let in_one_place = found.as_ptr() == value.as_ptr() && found.len() == value.len();
    in_one_place || **found == **value
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

fn number(bytes: &[u8]) -> u64 {
    bytes.try_into().map(u64::from_be_bytes).unwrap_or_default()
}

fn tail_lost(folder: &Path, batches: u64) -> StoreError {
    let mark = folder.join(MARK_FILE);
    StoreError::Damaged {
        what: format!(
            "the last {batches} acknowledged writes are missing from {}; restore a backup, or \
             remove {} to go on without them",
            folder.display(),
            mark.display()
        ),
    }
}
