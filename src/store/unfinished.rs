//! A store that is being filled: it is marked until it is whole, and nothing opens it before.

use bytes::Bytes;

use super::copy::{CopyError, reading_target, write};
use super::record::split_version;
use super::seam::{Batch, KeyRange, Order, Space, Store, StoreError, Table};
use super::sums::places;
use super::tables;

const VERSION: u8 = 1;

/// Stands for the source where a file is read, which cannot be gone on with.
pub(super) const OF_A_FILE: &[u8] = b"";

/// Marks an empty store as one that is filled from `source`. A store that is marked with the same
/// source is gone on with.
pub(super) async fn begin(to: &dyn Store, source: &[u8]) -> Result<(), CopyError> {
    let found = source_of(to).await.map_err(reading_target)?;
    match found {
        Some(found) if found == source && source != OF_A_FILE => Ok(()),
        None if is_empty(to).await.map_err(reading_target)? => {
            let mut batch = Batch::main();
            let mark = [&[VERSION], source].concat();
            batch.put_if_absent(Table::Meta, tables::unfinished(), mark);
            write(to, batch).await
        }
        Some(_) | None => Err(CopyError::NotEmpty),
    }
}

/// Takes the mark away: the store is whole.
pub(super) async fn end(to: &dyn Store) -> Result<(), CopyError> {
    let mut batch = Batch::main();
    batch.delete(Table::Meta, tables::unfinished());
    write(to, batch).await
}

/// Refuses a store that was not filled to its end.
///
/// # Errors
/// [`StoreError::Unfinished`], and what goes wrong with reading.
pub async fn refuse(store: &dyn Store) -> Result<(), StoreError> {
    match source_of(store).await? {
        Some(_) => Err(StoreError::Unfinished),
        None => Ok(()),
    }
}

async fn source_of(store: &dyn Store) -> Result<Option<Bytes>, StoreError> {
    let Some(mark) = store.get(Space::Main, Table::Meta, &tables::unfinished()).await? else {
        return Ok(None);
    };
    let (_, source) = split_version(Table::Meta, VERSION, &mark)?;
    Ok(Some(mark.slice_ref(source)))
}

async fn is_empty(store: &dyn Store) -> Result<bool, StoreError> {
    for (space, table) in places(store).await? {
        let first = store.scan(space, table, KeyRange::all(), Order::Ascending, 1).await?;
        if !first.is_empty() {
            return Ok(false);
        }
    }
    Ok(true)
}
