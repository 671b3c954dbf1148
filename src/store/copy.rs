//! Makes one store like another, whatever engines they have.
//!
//! Works on bytes between two seams, so it knows neither engines nor records. Both stores are walked
//! side by side, and only what differs is written: a copy that was cut off goes on where it was, and
//! one made while others wrote is made equal by a second one in a fraction of the time. Until it is
//! known to be equal the target is marked as unfinished, and nothing opens it.

use std::cmp::Ordering;
use std::collections::VecDeque;

use super::export::EXPORT_FORMAT;
use super::seam::{Batch, Entry, Space, Store, StoreError, Table};
use super::sums::{Scan, Sums, places, sums_but};
use super::{commit_durably, tables, unfinished};

/// Writes committed at once, and bytes of their values after which they are: some MiB.
const WRITES_AT_ONCE: usize = 1_000;
const BYTES_AT_ONCE: usize = 4 * 1024 * 1024;

/// Entries compared between two reports of progress.
const REPORT_EVERY: u64 = 1_000;

/// Why a copy did not succeed.
#[derive(Debug, thiserror::Error)]
pub enum CopyError {
    #[error("the target holds something already that is no unfinished copy of this source")]
    NotEmpty,
    #[error(
        "what was copied differs from the source, in table {}: was the source changed meanwhile? \
         Copy again when nobody writes to it; only what differs is copied then",
        .table.name()
    )]
    Differs { table: Table },
    #[error("could not {doing}")]
    Store {
        doing: &'static str,
        #[source]
        source: StoreError,
    },
    #[error("could not {doing}")]
    File {
        doing: &'static str,
        #[source]
        source: std::io::Error,
    },
    #[error("the export is damaged at line {line}: {what}")]
    Damaged { line: u64, what: &'static str },
    #[error("the export has format {found}; this program knows {EXPORT_FORMAT}")]
    UnknownFormat { found: u32 },
}

/// What a copy did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Copied {
    /// Entries that were put or deleted.
    pub written: u64,
    /// What both stores hold now.
    pub sums: Sums,
}

/// Makes `to` like `from`, reads both, and compares their sums. `to` must be empty, or an unfinished
/// copy of `from`.
///
/// `progress` hears from time to time how many entries were compared and how many of them written.
///
/// # Errors
/// [`CopyError::NotEmpty`] for another target; [`CopyError::Differs`] when somebody wrote to the
/// source. After any error the target is unfinished, and the same copy can be made again.
pub async fn copy(
    from: &dyn Store,
    to: &dyn Store,
    progress: &mut (dyn FnMut(u64, u64) + Send),
) -> Result<Copied, CopyError> {
    unfinished::refuse(from).await.map_err(reading_source)?;
    let identity = from.get(Space::Main, Table::Meta, &tables::hash_key()).await;
    let identity = identity.map_err(reading_source)?.unwrap_or_else(|| "none".into());
    unfinished::begin(to, &identity).await?;
    drop_other_days(from, to).await?;
    let mut counted = Counted { compared: 0, written: 0, progress };
    for (space, table) in places(from).await.map_err(reading_source)? {
        copy_table(from, to, (space, table), &mut counted).await?;
    }
    let written = counted.written;
    let sums = ensure_same(from, to).await?;
    unfinished::end(to).await?;
    Ok(Copied { written, sums })
}

fn reading_source(source: StoreError) -> CopyError {
    CopyError::Store { doing: "read the source", source }
}

pub(super) fn reading_target(source: StoreError) -> CopyError {
    CopyError::Store { doing: "read the target", source }
}

struct Counted<'a> {
    compared: u64,
    written: u64,
    progress: &'a mut (dyn FnMut(u64, u64) + Send),
}

impl Counted<'_> {
    fn compared(&mut self) {
        self.compared += 1;
        if self.compared.is_multiple_of(REPORT_EVERY) {
            (self.progress)(self.compared, self.written);
        }
    }
}

/// Drops days of the target that the source does not have any more.
async fn drop_other_days(from: &dyn Store, to: &dyn Store) -> Result<(), CopyError> {
    let kept = from.days().await.map_err(reading_source)?;
    let there = to.days().await.map_err(reading_target)?;
    for day in there.into_iter().filter(|day| !kept.contains(day)) {
        let dropped = to.drop_day(day).await;
        dropped.map_err(|source| CopyError::Store { doing: "drop a day of the target", source })?;
    }
    Ok(())
}

/// Makes a table of `to` like that of `from`.
async fn copy_table(
    from: &dyn Store,
    to: &dyn Store,
    (space, table): (Space, Table),
    counted: &mut Counted<'_>,
) -> Result<(), CopyError> {
    let (mut source, mut target) = (Entries::of(space, table), Entries::of(space, table));
    let mut batch = Batch::new(space);
    loop {
        source.read_on(from).await.map_err(reading_source)?;
        target.read_on(to).await.map_err(reading_target)?;
        let order = match (source.first(), target.first()) {
            (None, None) => break,
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (Some((one, _)), Some((other, _))) => one.cmp(other),
        };
        let wanted = source.take_if(order != Ordering::Greater);
        let there = target.take_if(order != Ordering::Less);
        counted.compared();
        match (wanted, there) {
            (Some(wanted), there) if there.as_ref() != Some(&wanted) => {
                batch.put(table, wanted.0, wanted.1);
            }
            (None, Some((key, _))) if !is_mark(table, &key) => batch.delete(table, key),
            _ => {}
        }
        if batch.writes.len() >= WRITES_AT_ONCE || batch.value_bytes() >= BYTES_AT_ONCE {
            flush(to, &mut batch, counted).await?;
        }
    }
    flush(to, &mut batch, counted).await
}

async fn flush(
    to: &dyn Store,
    batch: &mut Batch,
    counted: &mut Counted<'_>,
) -> Result<(), CopyError> {
    let full = std::mem::replace(batch, Batch::new(batch.space));
    counted.written += u64::try_from(full.writes.len()).unwrap_or_default();
    write(to, full).await
}

/// Commits a batch to a target.
pub(super) async fn write(to: &dyn Store, batch: Batch) -> Result<(), CopyError> {
    if batch.is_empty() {
        return Ok(());
    }
    let written = commit_durably(to, batch).await;
    written.map_err(|source| CopyError::Store { doing: "write to the target", source })
}

/// The target's own mark is no part of what is copied.
fn is_mark(table: Table, key: &[u8]) -> bool {
    table == Table::Meta && *key == *tables::unfinished()
}

async fn ensure_same(from: &dyn Store, to: &dyn Store) -> Result<Sums, CopyError> {
    let expected = sums_but(from, is_mark).await.map_err(reading_source)?;
    let found = sums_but(to, is_mark).await.map_err(reading_target)?;
    let mut places = expected.keys().chain(found.keys());
    match places.find(|place| expected.get(place) != found.get(place)) {
        Some((_, table)) => Err(CopyError::Differs { table: *table }),
        None => Ok(expected),
    }
}

/// The entries of a table, one by one. What is put before the first one is never read.
struct Entries {
    scan: Scan,
    read: VecDeque<Entry>,
}

impl Entries {
    fn of(space: Space, table: Table) -> Self {
        Self { scan: Scan::new(space, table), read: VecDeque::new() }
    }

    /// Reads some more where there is no first entry.
    async fn read_on(&mut self, store: &dyn Store) -> Result<(), StoreError> {
        if self.read.is_empty() {
            self.read = self.scan.next(store).await?.unwrap_or_default().into();
        }
        Ok(())
    }

    fn first(&self) -> Option<&Entry> {
        self.read.front()
    }

    fn take_if(&mut self, is_wanted: bool) -> Option<Entry> {
        if is_wanted { self.read.pop_front() } else { None }
    }
}
