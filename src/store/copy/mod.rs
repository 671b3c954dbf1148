//! Everything of a store, as it is: to another engine, to a file and back, or looked over.
//!
//! For the `store` commands, on a store that no server uses. Nothing here knows what a record
//! means; memory stays bounded whatever the size of the store.

mod check;
mod file;

use std::collections::BTreeMap;
use std::hash::Hasher;

use siphasher::sip::SipHasher13;

pub use check::{Checked, Problem, check};
pub use file::{export, import};

use super::commit_durably;
use super::seam::{Batch, Entry, KeyRange, Order, Space, Store, StoreError, Table};

/// Entries read at once: 16 MiB at the very most.
const ENTRIES_AT_ONCE: usize = 256;
/// Values written at once, in bytes.
const BATCH_BYTES: usize = 2 * 1024 * 1024;
const BATCH_WRITES: usize = 4096;

/// Why a copy, an export or an import ended early.
#[derive(Debug, thiserror::Error)]
pub enum CopyError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("the store to write to is not empty")]
    NotEmpty,
    #[error("what was written does not read back the same, in table {}", .table.name())]
    Differs { table: Table },
    #[error("the file is not an export of a store")]
    NotAnExport,
    #[error(
        "the export was written by a newer version (format {found}, this program knows {known})"
    )]
    NewerExport { found: u32, known: u32 },
    #[error("the export is damaged: {what}")]
    DamagedExport { what: &'static str },
    #[error("could not {doing}")]
    File {
        doing: &'static str,
        #[source]
        source: std::io::Error,
    },
}

/// What was done so far; reported after each batch.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Progress {
    pub entries: u64,
    /// Bytes of keys and values.
    pub bytes: u64,
}

/// Told of progress.
pub type OnProgress<'a> = &'a mut (dyn FnMut(Progress) + Send);

/// Count, size and checksum of the entries of one table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TableSum {
    pub entries: u64,
    /// Bytes of keys and values.
    pub bytes: u64,
    /// Over all keys and values in order. Finds accidents, not intent.
    pub checksum: u64,
}

/// What was copied, by table; tables without entries are left out.
pub type Summary = BTreeMap<(Space, Table), TableSum>;

/// Copies everything of `from` to `to`, which is empty, and reads it back.
pub async fn copy(
    from: &dyn Store,
    to: &dyn Store,
    on_progress: OnProgress<'_>,
) -> Result<Summary, CopyError> {
    ensure_empty(to).await?;
    let mut writer = Writer::new(to, on_progress);
    for (space, table) in places(from).await? {
        let mut scan = Scan::new(space, table);
        while let Some(entries) = scan.next(from).await? {
            for entry in entries {
                writer.write(space, table, entry).await?;
            }
        }
    }
    let summary = writer.finish().await?;
    ensure_same(to, &summary).await?;
    Ok(summary)
}

/// Count, size and checksum of every table.
pub async fn summarize(store: &dyn Store) -> Result<Summary, StoreError> {
    let mut sums = Sums::default();
    for (space, table) in places(store).await? {
        let mut scan = Scan::new(space, table);
        while let Some(entries) = scan.next(store).await? {
            for entry in &entries {
                sums.add(space, table, entry);
            }
        }
    }
    Ok(sums.finish())
}

async fn ensure_empty(store: &dyn Store) -> Result<(), CopyError> {
    for (space, table) in places(store).await? {
        let found = store.scan(space, table, KeyRange::all(), Order::Ascending, 1).await?;
        if !found.is_empty() {
            return Err(CopyError::NotEmpty);
        }
    }
    Ok(())
}

async fn ensure_same(store: &dyn Store, written: &Summary) -> Result<(), CopyError> {
    let read = summarize(store).await?;
    let differs = |(place, sum): &(&(Space, Table), &TableSum)| written.get(place) != Some(*sum);
    let missing = written.keys().find(|place| !read.contains_key(place));
    match read.iter().find(differs).map(|(place, _)| place).or(missing) {
        Some((_, table)) => Err(CopyError::Differs { table: *table }),
        None => Ok(()),
    }
}

/// Every place that may hold entries.
async fn places(store: &dyn Store) -> Result<Vec<(Space, Table)>, StoreError> {
    let days = store.days().await?.into_iter().map(Space::Day);
    let spaces = [Space::Main].into_iter().chain(days);
    Ok(spaces.flat_map(|space| Table::ALL.map(|table| (space, table))).collect())
}

/// A scan of a whole table, some entries at a time.
#[derive(Debug)]
struct Scan {
    space: Space,
    table: Table,
    rest: Option<KeyRange>,
}

impl Scan {
    fn new(space: Space, table: Table) -> Self {
        Self { space, table, rest: Some(KeyRange::all()) }
    }

    async fn next(&mut self, store: &dyn Store) -> Result<Option<Vec<Entry>>, StoreError> {
        let Some(range) = self.rest.take() else { return Ok(None) };
        let (order, limit) = (Order::Ascending, ENTRIES_AT_ONCE);
        let found = store.scan(self.space, self.table, range.clone(), order, limit).await?;
        let Some((last, _)) = found.last() else { return Ok(None) };
        if found.len() == limit {
            self.rest = Some(range.after(last));
        }
        Ok(Some(found))
    }
}

/// Sums in the making.
#[derive(Debug, Default)]
struct Sums {
    by_place: BTreeMap<(Space, Table), (TableSum, SipHasher13)>,
}

impl Sums {
    fn add(&mut self, space: Space, table: Table, (key, value): &Entry) {
        let none = TableSum { entries: 0, bytes: 0, checksum: 0 };
        let place = self.by_place.entry((space, table));
        let (sum, hasher) = place.or_insert_with(|| (none, SipHasher13::new()));
        sum.entries += 1;
        sum.bytes += length(key) + length(value);
        hasher.write_u64(length(key));
        hasher.write(key);
        hasher.write_u64(length(value));
        hasher.write(value);
    }

    fn finish(self) -> Summary {
        let finished = self
            .by_place
            .into_iter()
            .map(|(place, (sum, hasher))| (place, TableSum { checksum: hasher.finish(), ..sum }));
        finished.collect()
    }
}

fn length(bytes: &[u8]) -> u64 {
    u64::try_from(bytes.len()).unwrap_or(u64::MAX)
}

/// Writes entries in batches, each of one space.
struct Writer<'a> {
    store: &'a dyn Store,
    on_progress: OnProgress<'a>,
    batch: Batch,
    batch_bytes: usize,
    progress: Progress,
    sums: Sums,
}

impl<'a> Writer<'a> {
    fn new(store: &'a dyn Store, on_progress: OnProgress<'a>) -> Self {
        let (progress, sums) = (Progress::default(), Sums::default());
        Self { store, on_progress, batch: Batch::main(), batch_bytes: 0, progress, sums }
    }

    async fn write(&mut self, space: Space, table: Table, entry: Entry) -> Result<(), StoreError> {
        let full = self.batch_bytes >= BATCH_BYTES || self.batch.writes.len() >= BATCH_WRITES;
        if full || self.batch.space != space {
            self.flush().await?;
            self.batch.space = space;
        }
        self.sums.add(space, table, &entry);
        self.progress.entries += 1;
        self.progress.bytes += length(&entry.0) + length(&entry.1);
        self.batch_bytes += entry.1.len();
        self.batch.put(table, entry.0, entry.1);
        Ok(())
    }

    async fn flush(&mut self) -> Result<(), StoreError> {
        if self.batch.writes.is_empty() {
            return Ok(());
        }
        let next = Batch::new(self.batch.space);
        commit_durably(self.store, std::mem::replace(&mut self.batch, next)).await?;
        self.batch_bytes = 0;
        (self.on_progress)(self.progress);
        Ok(())
    }

    async fn finish(mut self) -> Result<Summary, StoreError> {
        self.flush().await?;
        Ok(self.sums.finish())
    }
}
