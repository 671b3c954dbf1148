//! The engine for one machine: sled, made durable.
//!
//! What lies in the store's folder: `lock`, `format`, `main/` with one sled database, and
//! `bulk/<yyyy-mm-dd>/` with an append-only file for each day that has bulk data. A key's first
//! byte is its table.
//!
//! Reads are short and run where they are called, unless a commit is being applied to the sled
//! database: then they wait off the async threads. So do large commits and everything that opens
//! or removes a day.
//! Nothing outside of this folder names sled.

mod database;
mod days;
mod folder;
mod new;
mod room;
mod side_files;
mod sync;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock, TryLockError};

use bytes::Bytes;
use futures_util::future::BoxFuture;

use database::{Database, Tuning, sync_folder};
use days::{Day, Days};
use folder::FolderLock;
use lychgate_barrier as _;
use room::Room;
use sync::{SyncFailed, Synced, Syncer, Target as _};

use super::seam::{Batch, Durable, Entry, KeyRange, Order, Space, Store, StoreError, Table};

const MAIN_FOLDER: &str = "main";
const BULK_FOLDER: &str = "bulk";

/// Values of a commit, in bytes, up to which it is applied on the calling thread: some 100 µs.
const INLINE_COMMIT_BYTES: usize = 128 * 1024;
/// Writes of a commit up to which it is applied on the calling thread.
const INLINE_COMMIT_WRITES: usize = 32;
/// Entries of a scan up to which it runs on the calling thread.
const INLINE_SCAN_ENTRIES: usize = 256;
/// The same of bulk data, whose values have 64 KiB: some 100 µs.
const INLINE_DAY_ENTRIES: usize = 4;

/// sled writes a value several times: as a change of its node, and with its node.
const WRITES_OF_A_VALUE: u64 = 8;

/// Blocks are of 16 KiB at most, save for an entry that is larger by itself: nodes of those still
/// fit. sled also finds damage more surely in few large segments than in many small ones.
const MAIN_SEGMENT_BYTES: usize = 2 * 1024 * 1024;
/// How much memory the engine may keep for reading.
#[derive(Debug, Clone, Copy)]
pub struct SledOptions {
    pub main_cache_bytes: u64,
}

impl Default for SledOptions {
    fn default() -> Self {
        Self { main_cache_bytes: 24 * 1024 * 1024 }
    }
}

/// A store in a folder.
#[derive(Debug)]
pub struct SledStore {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    /// Held shared by reads and alone by a commit, from its conditions to its last write: a read
    /// sees a batch whole or not at all. `None` when the store is closed.
    open: RwLock<Option<Databases>>,
    days: Days,
    syncer: Syncer,
    room: Room,
    /// A batch may be applied in part: nothing read here is to be trusted.
    torn: AtomicBool,
}

#[derive(Debug)]
struct Databases {
    main: Arc<Database>,
    _lock: FolderLock,
}

/// The outcome of a call that was tried without waiting.
enum Tried<T> {
    Done(Result<T, StoreError>),
    WouldWait,
}

impl SledStore {
    /// Whether `folder` holds a store, of whatever format.
    pub fn is_in(folder: &Path) -> bool {
        folder.join(folder::FORMAT_FILE).is_file()
    }

    /// Opens the store in `folder`, or makes one. Blocks; call it off the async threads.
    pub fn open(folder: &Path, options: SledOptions) -> Result<Self, StoreError> {
        let lock = folder::claim(folder)?;
        let tuning =
            Tuning { cache_bytes: options.main_cache_bytes, segment_bytes: MAIN_SEGMENT_BYTES };
        let main = Database::open(&folder.join(MAIN_FOLDER), tuning)?;
        let bulk: PathBuf = folder.join(BULK_FOLDER);
        std::fs::create_dir_all(&bulk)
            .map_err(|error| database::io("make the folder of bulk data", error))?;
        sync_folder(folder)?;
        let databases = Databases { main: Arc::new(main), _lock: lock };
        let shared = Shared {
            open: RwLock::new(Some(databases)),
            days: Days::new(bulk)?,
            syncer: Syncer::start()?,
            room: Room::new(folder.to_owned()),
            torn: AtomicBool::new(false),
        };
        Ok(Self { shared: Arc::new(shared) })
    }

    /// Reads the database here when nothing is in the way, else off the async threads.
    async fn read<T: Send + 'static>(
        &self,
        inline: bool,
        read: impl Fn(&Database) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        if inline && let Tried::Done(done) = self.shared.try_read(&read) {
            return done;
        }
        let shared = Arc::clone(&self.shared);
        off_the_async_threads(move || shared.read(&read)).await
    }

    /// Reads a day here when it is open, else off the async threads; nothing where there is none.
    async fn read_day<T: Default + Send + 'static>(
        &self,
        day: i32,
        inline: bool,
        read: impl Fn(&Day) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        if inline && let Some(day) = self.shared.days.get_open(day) {
            return read(&day);
        }
        let shared = Arc::clone(&self.shared);
        let reading = move || match shared.days.get(day, false)? {
            Some(day) => read(&day),
            None => Ok(T::default()),
        };
        off_the_async_threads(reading).await
    }
}

impl Shared {
    fn try_read<T>(&self, read: impl Fn(&Database) -> Result<T, StoreError>) -> Tried<T> {
        let guard = match self.open.try_read() {
            Ok(guard) => guard,
            Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
            Err(TryLockError::WouldBlock) => return Tried::WouldWait,
        };
        let Some(databases) = &*guard else { return Tried::Done(Err(StoreError::Closed)) };
        Tried::Done(self.ensure_whole().and_then(|()| read(&databases.main)))
    }

    fn read<T>(&self, read: impl Fn(&Database) -> Result<T, StoreError>) -> Result<T, StoreError> {
        let guard = self.open.read().unwrap_or_else(PoisonError::into_inner);
        let databases = guard.as_ref().ok_or(StoreError::Closed)?;
        self.ensure_whole()?;
        read(&databases.main)
    }

    /// Applies `batch` when the store is free this moment.
    fn try_apply(&self, batch: &Batch) -> Tried<Synced> {
        let guard = match self.open.try_write() {
            Ok(guard) => guard,
            Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
            Err(TryLockError::WouldBlock) => return Tried::WouldWait,
        };
        let Some(databases) = &*guard else { return Tried::Done(Err(StoreError::Closed)) };
        Tried::Done(self.apply_to(Arc::clone(&databases.main), batch))
    }

    fn apply(&self, batch: &Batch) -> Result<Synced, StoreError> {
        let guard = self.open.write().unwrap_or_else(PoisonError::into_inner);
        let applied = match &*guard {
            Some(databases) => self.apply_to(Arc::clone(&databases.main), batch),
            None => Err(StoreError::Closed),
        };
        drop(guard);
        self.syncer.tidy();
        applied
    }

    /// For who holds the store alone.
    fn apply_to(&self, database: Arc<Database>, batch: &Batch) -> Result<Synced, StoreError> {
        if self.syncer.has_failed() {
            return Err(StoreError::Poisoned);
        }
        if !database.meets(&batch.conditions)? {
            return Err(StoreError::Conflict);
        }
        if !batch.writes.is_empty() {
            database.apply(batch).inspect_err(|_| {
                self.torn.store(true, Ordering::Release);
                self.syncer.fail();
            })?;
        }
        Ok(self.syncer.ask(database))
    }

    /// Applies `batch` to its day when that is open and free this moment.
    fn try_apply_to_day(&self, day: i32, batch: &Batch) -> Tried<Synced> {
        let applied = self.days.get_open(day).and_then(|day| self.apply_to_day(day, batch, false));
        applied.map_or(Tried::WouldWait, Tried::Done)
    }

    fn wait_and_apply_to_day(&self, day: i32, batch: &Batch) -> Result<Synced, StoreError> {
        let applied = match self.days.get(day, true)? {
            Some(day) => self.apply_to_day(day, batch, true),
            None => None,
        };
        applied.unwrap_or(Err(StoreError::Closed))
    }

    /// `None` when another commit is in the way and this one may not wait.
    fn apply_to_day(
        &self,
        day: Arc<Day>,
        batch: &Batch,
        may_wait: bool,
    ) -> Option<Result<Synced, StoreError>> {
        if self.syncer.has_failed() {
            return Some(Err(StoreError::Poisoned));
        }
        let committed = day.commit(batch, may_wait)?;
        Some(committed.map(|()| self.syncer.ask(day)))
    }

    fn ensure_whole(&self) -> Result<(), StoreError> {
        if self.torn.load(Ordering::Acquire) { Err(StoreError::Poisoned) } else { Ok(()) }
    }

    fn ensure_room(&self, batch: &Batch) -> Result<(), StoreError> {
        match batch.space {
            _ if batch.writes.is_empty() => Ok(()),
            Space::Main => self.room.ensure(batch.value_bytes(), WRITES_OF_A_VALUE),
            Space::Day(_) => self.room.ensure(batch.value_bytes(), 1),
        }
    }

    fn ensure_writable(&self) -> Result<(), StoreError> {
        self.ensure_whole()?;
        if self.syncer.has_failed() {
            return Err(StoreError::Poisoned);
        }
        self.room.ensure_some()
    }

    fn close(&self) -> Result<(), StoreError> {
        let mut guard = self.open.write().unwrap_or_else(PoisonError::into_inner);
        let Some(databases) = guard.take() else { return Ok(()) };
        drop(guard);
        self.days.close();
        self.syncer.stop();
        if self.syncer.has_failed() { Err(StoreError::Poisoned) } else { databases.main.sync() }
    }
}

async fn off_the_async_threads<T: Send + 'static>(
    call: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    // The task can only fail when the runtime is shutting down.
    tokio::task::spawn_blocking(call).await.unwrap_or(Err(StoreError::Closed))
}

impl Store for SledStore {
    fn get<'a>(
        &'a self,
        space: Space,
        table: Table,
        key: &'a [u8],
    ) -> BoxFuture<'a, Result<Option<Bytes>, StoreError>> {
        let key = Bytes::copy_from_slice(key);
        Box::pin(async move {
            match space {
                Space::Main => self.read(true, move |database| database.get(table, &key)).await,
                Space::Day(day) => self.read_day(day, true, move |day| day.get(table, &key)).await,
            }
        })
    }

    fn scan(
        &self,
        space: Space,
        table: Table,
        range: KeyRange,
        order: Order,
        limit: usize,
    ) -> BoxFuture<'_, Result<Vec<Entry>, StoreError>> {
        let inline = limit <= INLINE_SCAN_ENTRIES;
        Box::pin(async move {
            match space {
                Space::Main => {
                    let scan = move |main: &Database| main.scan(table, &range, order, limit);
                    self.read(inline, scan).await
                }
                Space::Day(day) => {
                    let inline = limit <= INLINE_DAY_ENTRIES;
                    let scan = move |day: &Day| day.scan(table, &range, order, limit);
                    self.read_day(day, inline, scan).await
                }
            }
        })
    }

    fn commit(&self, batch: Batch) -> BoxFuture<'_, Result<Durable, StoreError>> {
        Box::pin(async move {
            batch.ensure_value_sizes()?;
            self.shared.ensure_room(&batch)?;
            let inline = batch.writes.len() <= INLINE_COMMIT_WRITES
                && batch.value_bytes() <= INLINE_COMMIT_BYTES;
            let tried = match batch.space {
                _ if !inline => Tried::WouldWait,
                Space::Main => self.shared.try_apply(&batch),
                Space::Day(day) => self.shared.try_apply_to_day(day, &batch),
            };
            let synced = match tried {
                Tried::Done(done) => done?,
                Tried::WouldWait => {
                    let shared = Arc::clone(&self.shared);
                    let apply = move || match batch.space {
                        Space::Main => shared.apply(&batch),
                        Space::Day(day) => shared.wait_and_apply_to_day(day, &batch),
                    };
                    off_the_async_threads(apply).await?
                }
            };
            Ok(Durable::new(async move {
                match synced.await {
                    Ok(Ok(())) => Ok(()),
                    Ok(Err(SyncFailed(first))) => Err(first.unwrap_or(StoreError::Poisoned)),
                    Err(_) => Err(StoreError::Closed),
                }
            }))
        })
    }

    fn ensure_writable(&self) -> BoxFuture<'_, Result<(), StoreError>> {
        let shared = Arc::clone(&self.shared);
        Box::pin(off_the_async_threads(move || shared.ensure_writable()))
    }

    fn days(&self) -> BoxFuture<'_, Result<Vec<i32>, StoreError>> {
        let shared = Arc::clone(&self.shared);
        Box::pin(off_the_async_threads(move || shared.days.list()))
    }

    fn drop_day(&self, day: i32) -> BoxFuture<'_, Result<(), StoreError>> {
        let shared = Arc::clone(&self.shared);
        Box::pin(off_the_async_threads(move || shared.days.remove(day)))
    }

    fn close(&self) -> BoxFuture<'_, Result<(), StoreError>> {
        let shared = Arc::clone(&self.shared);
        Box::pin(off_the_async_threads(move || shared.close()))
    }
}
