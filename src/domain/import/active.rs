//! Which imports there are, and which of them are not ended.

use bytes::{BufMut as _, Bytes, BytesMut};

use super::job::{Job, JobKey};
use crate::domain::{Context, Error, Result};
use crate::store::record::{Record as _, split_version};
use crate::store::{Entry, KeyRange, Order, Space, StoreError, Table};

const VERSION: u8 = 1;

/// Records read in one scan.
const AT_ONCE: usize = 1_000;

/// What is stored under the key of an active import: its number in its account.
pub fn value(number: u32) -> Bytes {
    let mut value = BytesMut::with_capacity(5);
    value.put_u8(VERSION);
    value.put_u32(number);
    value.freeze()
}

/// An import that is not ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Active {
    pub key: JobKey,
    pub number: u32,
}

/// The active imports of all accounts.
pub async fn all(context: &Context) -> Result<Vec<Active>> {
    let broken = |error| Error::store("list active imports", error);
    let entries = scan_all(context, Table::ActiveImport, KeyRange::all()).await.map_err(broken)?;
    let mut active = Vec::with_capacity(entries.len());
    for (key, value) in entries {
        let (_, number) = split_version(Table::ActiveImport, VERSION, &value).map_err(broken)?;
        if let (Some(key), Some(number)) = (JobKey::parse(&key), number.first_chunk()) {
            active.push(Active { key, number: u32::from_be_bytes(*number) });
        }
    }
    Ok(active)
}

/// The jobs in `range`, ended or not, in no useful order.
pub async fn jobs(context: &Context, range: KeyRange) -> Result<Vec<(JobKey, Job)>> {
    let broken = |error| Error::store("list imports", error);
    let entries = scan_all(context, Table::Import, range).await.map_err(broken)?;
    let mut jobs = Vec::with_capacity(entries.len());
    for (key, value) in entries {
        if let Some(key) = JobKey::parse(&key) {
            jobs.push((key, Job::decode(&value).map_err(broken)?));
        }
    }
    Ok(jobs)
}

async fn scan_all(
    context: &Context,
    table: Table,
    mut range: KeyRange,
) -> Result<Vec<Entry>, StoreError> {
    let mut all = Vec::new();
    loop {
        let scan = context.store.scan(Space::Main, table, range.clone(), Order::Ascending, AT_ONCE);
        let entries = scan.await?;
        let complete = entries.len() < AT_ONCE;
        if let Some((last, _)) = entries.last() {
            range = range.after(last);
        }
        all.extend(entries);
        if complete {
            return Ok(all);
        }
    }
}
