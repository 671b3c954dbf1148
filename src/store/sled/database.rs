//! One sled database in a folder of its own, and the mark that its tail is whole.

use std::fs::{self, File, OpenOptions};
use std::io::ErrorKind;
use std::os::unix::fs::FileExt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use bytes::Bytes;
use sled::{Db, IVec, Tree};

use crate::store::seam::{Batch, Condition, Entry, KeyRange, Order, StoreError, Table, Write};

/// sled keeps about 16 values in a node, writes a node as one message every few changes, and
/// moves a message above a quarter of a segment to a side file that it never syncs. At the
/// largest value, 64 KiB, a node of 20 (16, and 4 from a merge) must stay below 2 MiB. With
/// sled's own 512 KiB, values of 16 KiB already went to side files.
const SEGMENT_BYTES: usize = 8 * 1024 * 1024;

/// How long a database that this process has just closed may still be held by sled's threads.
const RELEASE_PATIENCE: Duration = Duration::from_secs(5);
const RELEASE_POLL: Duration = Duration::from_millis(5);

/// The tree that counts applied batches, beside sled's default tree, which holds everything else.
const SEQUENCE_TREE: &[u8] = b"sequence";
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
}

impl Database {
    /// Opens the database in `folder`, or makes one. Blocks.
    pub fn open(folder: &Path, cache_bytes: u64) -> Result<Self, StoreError> {
        let is_new = !folder.join("db").exists();
        fs::create_dir_all(folder).map_err(|error| io("make a folder of the store", error))?;
        let db = open_sled(folder, cache_bytes)?;
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
        let database = Self { folder: folder.to_owned(), db, sequence, applied, data, mark };
        if is_new {
            database.sync()?;
            sync_folder(folder)?;
        }
        Ok(database)
    }

    pub fn get(&self, table: Table, key: &[u8]) -> Result<Option<Bytes>, StoreError> {
        let key = stored_key(table, key);
        Ok(guarded(|| self.db.get(key))?.map(Bytes::from_owner))
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
                        self.db.get(stored_key(*table, key))?.as_deref() == Some(&**value)
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
        Ok(())
    }

    /// Makes everything that is applied durable. Blocks.
    ///
    /// sled's flush on Linux writes the log out without a barrier (`sync_file_range`), hence the
    /// sync of the data file behind it.
    pub fn sync(&self) -> Result<(), StoreError> {
        let applied = self.applied.load(Ordering::Acquire);
        guarded(|| self.db.flush())?;
        self.data.sync_data().map_err(|error| io("sync the store", error))?;
        // Not synced: after a power loss an older mark is as true, only less strict.
        self.mark
            .write_all_at(&applied.to_be_bytes(), 0)
            .map_err(|error| io("mark the store as synced", error))
    }

    pub fn folder(&self) -> &Path {
        &self.folder
    }
}

/// sled's own `Debug` prints every record.
impl std::fmt::Debug for Database {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Database").field("folder", &self.folder).finish_non_exhaustive()
    }
}

fn open_sled(folder: &Path, cache_bytes: u64) -> Result<Db, StoreError> {
    let config = sled::Config::new()
        .path(folder)
        .cache_capacity(cache_bytes)
        .segment_size(SEGMENT_BYTES)
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

/// Runs a call of sled's, which panics on some damage instead of returning an error.
fn guarded<T>(call: impl FnOnce() -> sled::Result<T>) -> Result<T, StoreError> {
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

fn stored_key(table: Table, key: &[u8]) -> Vec<u8> {
    let mut stored = Vec::with_capacity(1 + key.len());
    stored.push(table.byte());
    stored.extend_from_slice(key);
    stored
}

fn open_mark(folder: &Path) -> Result<File, StoreError> {
    let mut options = OpenOptions::new();
    let opened = options.read(true).write(true).create(true).truncate(false);
    opened.open(folder.join(MARK_FILE)).map_err(|error| io("open the mark of the store", error))
}

fn read_mark(mark: &File) -> Result<u64, StoreError> {
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
