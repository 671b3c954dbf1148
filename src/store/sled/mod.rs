//! The engine for one machine: sled, made durable.
//!
//! What lies in the store's folder: `lock`, `format`, `redo/` with the log of what was committed
//! last, `main/` with one sled database, which gets it from there, and `bulk/<yyyy-mm-dd>/` with an append-only file for each day that has bulk data. A key's first
//! byte is its table.
//!
//! Reads are short and run where they are called, unless a commit has its turn that moment: then
//! they wait off the async threads. So do large commits and everything that opens or removes a
//! day.
//! Nothing outside of this folder names sled.

mod changes;
mod checkpoint;
mod database;
mod days;
mod folder;
mod main_space;
mod new;
mod packed;
mod redo;
mod room;
mod sync;
mod worker;

use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock, RwLockWriteGuard, TryLockError};
use std::time::Instant;

use bytes::Bytes;
use futures_util::future::BoxFuture;

use checkpoint::Checkpoints;
use database::{Tuning, sync_folder};
use days::{Day, Days};
use folder::FolderLock;
use lychgate_barrier as _;
use main_space::{MainSpace, Prepared};
use redo::Log;
use room::Room;
use sync::{SyncFailed, Synced, Syncer};

use super::seam::{Batch, Durable, Entry, KeyRange, Order, Space, Store, StoreError, Table};
use super::write_counts::WriteCounts;

const MAIN_FOLDER: &str = "main";
const LOG_FOLDER: &str = "redo";
const BULK_FOLDER: &str = "bulk";

/// Values of a commit, in bytes, up to which it is applied on the calling thread: some 100 µs.
const INLINE_COMMIT_BYTES: usize = 128 * 1024;
/// Writes of a commit up to which it is applied on the calling thread.
const INLINE_COMMIT_WRITES: usize = 32;
/// Entries of a scan up to which it runs on the calling thread.
const INLINE_SCAN_ENTRIES: usize = 256;
/// The same of bulk data, whose values have 48 KiB: some 100 µs.
const INLINE_DAY_ENTRIES: usize = 4;

/// A value is written several times: to the log, as a change of its node, and with its node.
const WRITES_OF_A_VALUE: u64 = 8;

/// Four times what a node can have, 20 values of the largest size: see [`Tuning::segment_bytes`].
const MAIN_SEGMENT_BYTES: usize = 4 * 1024 * 1024;
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
    checkpoints: Arc<Checkpoints>,
}

#[derive(Debug)]
struct Shared {
    /// Held shared by reads and alone by a commit, from its conditions to its last write: a read
    /// sees a batch whole or not at all. `None` when the store is closed.
    open: RwLock<Option<Open>>,
    log: Arc<Log>,
    counts: Arc<WriteCounts>,
    days: Days,
    syncer: Syncer,
    room: Room,
}

#[derive(Debug)]
struct Open {
    main: MainSpace,
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
        let main = MainSpace::open(&folder.join(MAIN_FOLDER), &folder.join(LOG_FOLDER), tuning)?;
        let bulk: PathBuf = folder.join(BULK_FOLDER);
        std::fs::create_dir_all(&bulk)
            .map_err(|error| database::io("make the folder of bulk data", error))?;
        sync_folder(folder)?;
        let (log, counts) = (Arc::clone(main.log()), Arc::clone(main.counts()));
        let shared = Shared {
            open: RwLock::new(Some(Open { main, _lock: lock })),
            log: Arc::clone(&log),
            counts,
            days: Days::new(bulk)?,
            syncer: Syncer::start()?,
            room: Room::new(folder.to_owned()),
        };
        let shared = Arc::new(shared);
        let checkpoints = Arc::new(Checkpoints::start(Arc::clone(&shared), log)?);
        Ok(Self { shared, checkpoints })
    }

    /// Reads the main space off the async threads.
    async fn read<T: Send + 'static>(
        &self,
        read: impl Fn(&MainSpace) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
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
    fn try_read<T>(&self, read: impl Fn(&MainSpace) -> Result<T, StoreError>) -> Tried<T> {
        let guard = match self.open.try_read() {
            Ok(guard) => guard,
            Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
            Err(TryLockError::WouldBlock) => return Tried::WouldWait,
        };
        let Some(open) = &*guard else { return Tried::Done(Err(StoreError::Closed)) };
        Tried::Done(read(&open.main))
    }

    fn read<T>(&self, read: impl Fn(&MainSpace) -> Result<T, StoreError>) -> Result<T, StoreError> {
        let guard = self.open.read().unwrap_or_else(PoisonError::into_inner);
        read(&guard.as_ref().ok_or(StoreError::Closed)?.main)
    }

    /// Holds the store alone. Blocks.
    fn alone(&self) -> RwLockWriteGuard<'_, Option<Open>> {
        self.open.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// Commits when the store is free this moment; else gives back what would have to wait.
    fn try_commit(&self, prepared: Prepared) -> Result<Result<Synced, StoreError>, Prepared> {
        if !self.log.pace().has_room() {
            return Err(prepared);
        }
        match self.open.try_write() {
            Ok(mut guard) => Ok(self.commit_to(guard.as_mut(), prepared)),
            Err(TryLockError::Poisoned(poisoned)) => {
                Ok(self.commit_to(poisoned.into_inner().as_mut(), prepared))
            }
            Err(TryLockError::WouldBlock) => Err(prepared),
        }
    }

    fn wait_and_commit(&self, prepared: Prepared) -> Result<Synced, StoreError> {
        self.log.pace().wait_for_room();
        self.commit_to(self.alone().as_mut(), prepared)
    }

    /// For who holds the store alone.
    fn commit_to(&self, open: Option<&mut Open>, prepared: Prepared) -> Result<Synced, StoreError> {
        let open = open.ok_or(StoreError::Closed)?;
        if self.syncer.has_failed() {
            return Err(StoreError::Poisoned);
        }
        open.main.commit(prepared)?;
        let log: Arc<Log> = Arc::clone(&self.log);
        Ok(self.syncer.ask(log))
    }

    async fn commit_to_main(self: Arc<Self>, batch: Batch) -> Result<Synced, StoreError> {
        let prepared = if is_small(&batch) {
            match self.try_commit(Prepared::new(batch)?) {
                Ok(committed) => return committed,
                Err(prepared) => Ok(prepared),
            }
        } else {
            Err(batch)
        };
        off_the_async_threads(move || {
            let prepared = prepared.or_else(Prepared::new)?;
            self.wait_and_commit(prepared)
        })
        .await
    }

    async fn commit_to_day(self: Arc<Self>, day: i32, batch: Batch) -> Result<Synced, StoreError> {
        if is_small(&batch)
            && let Tried::Done(done) = self.try_apply_to_day(day, &batch)
        {
            return done;
        }
        off_the_async_threads(move || self.wait_and_apply_to_day(day, &batch)).await
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

    fn ensure_room(&self, batch: &Batch) -> Result<(), StoreError> {
        match batch.space {
            _ if batch.writes.is_empty() => Ok(()),
            Space::Main => {
                let owed_bytes = self.log.pace().owed_bytes();
                self.room.ensure(batch.value_bytes(), WRITES_OF_A_VALUE, owed_bytes)
            }
            Space::Day(_) => self.room.ensure(batch.value_bytes(), 1, 0),
        }
    }

    fn ensure_writable(&self) -> Result<(), StoreError> {
        if self.syncer.has_failed() {
            return Err(StoreError::Poisoned);
        }
        self.ensure_some_room()
    }

    fn ensure_some_room(&self) -> Result<(), StoreError> {
        self.room.ensure_some(self.log.pace().owed_bytes())
    }

    /// For who has stopped the checkpoints.
    fn close(&self) -> Result<(), StoreError> {
        let Some(open) = self.alone().take() else { return Ok(()) };
        self.days.close();
        self.syncer.stop();
        if self.syncer.has_failed() {
            return Err(StoreError::Poisoned);
        }
        // Without room on the disk it is the next start's, from the log.
        if self.ensure_some_room().is_ok() { open.main.finish() } else { Ok(()) }
    }
}

/// Whether `batch` is committed on the calling thread.
fn is_small(batch: &Batch) -> bool {
    batch.writes.len() <= INLINE_COMMIT_WRITES && batch.value_bytes() <= INLINE_COMMIT_BYTES
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
        Box::pin(async move {
            if space == Space::Main
                && let Tried::Done(done) = self.shared.try_read(|main| main.get(table, key))
            {
                return done;
            }
            let key = Bytes::copy_from_slice(key);
            match space {
                Space::Main => self.read(move |main| main.get(table, &key)).await,
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
        Box::pin(async move {
            match space {
                Space::Main => {
                    // Most scans without a bound are of a few records.
                    let first = limit.min(INLINE_SCAN_ENTRIES + 1);
                    let few = |main: &MainSpace| main.scan(table, &range, order, first);
                    let is_all = |found: &Vec<Entry>| first == limit || found.len() < first;
                    if let Tried::Done(done) = self.shared.try_read(few)
                        && done.as_ref().map_or(true, is_all)
                    {
                        return done;
                    }
                    self.read(move |main| main.scan(table, &range, order, limit)).await
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
            let shared = Arc::clone(&self.shared);
            let synced = match batch.space {
                Space::Main => shared.commit_to_main(batch).await?,
                Space::Day(day) => shared.commit_to_day(day, batch).await?,
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

    fn changes(
        &self,
        table: Table,
        _since: Instant,
    ) -> BoxFuture<'_, Result<Option<u64>, StoreError>> {
        Box::pin(std::future::ready(Ok(self.shared.counts.of(table))))
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
        let (shared, checkpoints) = (Arc::clone(&self.shared), Arc::clone(&self.checkpoints));
        Box::pin(off_the_async_threads(move || {
            checkpoints.stop();
            shared.close()
        }))
    }
}
