//! Which jobs are not ended, so that a start finds them without a scan of all.

use bytes::{BufMut as _, Bytes, BytesMut};

use super::JobKey;
use crate::domain::{AccountId, Context, Error, Result};
use crate::store::record::{damaged, split_version};
use crate::store::{Batch, Entry, KeyRange, Order, Space, StoreError, Table, tables};

/// Version 1 has imports only and no kind.
const VERSION: u8 = 2;

/// Records read in one scan.
const AT_ONCE: usize = 1_000;

/// Where an active job's record lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// In [`Table::Import`], under its key.
    Import,
    /// In [`Table::Task`], under its number.
    Task,
}

/// A job that is not ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Active {
    pub key: JobKey,
    /// Counts the account's jobs.
    pub number: u32,
    pub kept: Kept,
}

impl Active {
    /// Notes in `batch` that the job is active.
    pub fn put(self, batch: &mut Batch) {
        let mut value = BytesMut::with_capacity(6);
        value.put_u8(VERSION);
        value.put_u32(self.number);
        value.put_u8(match self.kept {
            Kept::Import => 0,
            Kept::Task => 1,
        });
        batch.put(Table::ActiveImport, self.key.bytes(), value);
    }

    /// Where its record lies.
    pub fn record(self) -> (Table, Bytes) {
        match self.kept {
            Kept::Import => (Table::Import, self.key.bytes()),
            Kept::Task => (Table::Task, tables::numbered(self.key.account.0, self.number)),
        }
    }

    fn read((key, value): &Entry) -> Result<Self, StoreError> {
        let short = || damaged(Table::ActiveImport, "an entry is too short");
        let (_, body) = split_version(Table::ActiveImport, VERSION, value)?;
        let (number, kept) = body.split_first_chunk().ok_or_else(short)?;
        let kept = match kept.first() {
            None | Some(0) => Kept::Import,
            Some(1) => Kept::Task,
            Some(_) => return Err(damaged(Table::ActiveImport, "there is no such kind")),
        };
        let key = JobKey::parse(key).ok_or_else(short)?;
        Ok(Self { key, number: u32::from_be_bytes(*number), kept })
    }
}

/// Takes a job off the active ones.
pub fn delete(key: JobKey, batch: &mut Batch) {
    batch.delete(Table::ActiveImport, key.bytes());
}

/// The active jobs of all accounts.
pub async fn all(context: &Context) -> Result<Vec<Active>> {
    list(context, KeyRange::all()).await
}

/// How many jobs of an account are active. Their number is bounded, by the domain's limits.
pub async fn count(context: &Context, account: AccountId, kept: Kept) -> Result<usize> {
    let active = list(context, KeyRange::prefix(tables::account(account.0))).await?;
    Ok(active.into_iter().filter(|job| job.kept == kept).count())
}

async fn list(context: &Context, range: KeyRange) -> Result<Vec<Active>> {
    let mut active = Vec::new();
    each(context, Table::ActiveImport, range, |entry| {
        active.push(Active::read(entry)?);
        Ok(())
    })
    .await?;
    Ok(active)
}

/// Visits every entry of a range of `table`, a bounded number at a time.
pub async fn each(
    context: &Context,
    table: Table,
    mut range: KeyRange,
    mut visit: impl FnMut(&Entry) -> Result<(), StoreError>,
) -> Result<()> {
    let broken = |error| Error::store("list jobs", error);
    loop {
        let scan = context.store.scan(Space::Main, table, range.clone(), Order::Ascending, AT_ONCE);
        let entries = scan.await.map_err(broken)?;
        for entry in &entries {
            visit(entry).map_err(broken)?;
        }
        let Some((last, _)) = entries.last().filter(|_| entries.len() == AT_ONCE) else {
            return Ok(());
        };
        range = range.after(last);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::testing::context;

    #[tokio::test]
    async fn an_active_import_of_the_first_format_is_still_found() {
        let context = context().await;
        let key = JobKey { account: AccountId(7), id: context.ids.uuid() };
        let mut batch = Batch::main();
        batch.put(Table::ActiveImport, key.bytes(), vec![1, 0, 0, 0, 9]);
        let task =
            Active { key: JobKey { account: AccountId(8), ..key }, number: 3, kept: Kept::Task };
        task.put(&mut batch);
        context.store.commit(batch).await.unwrap().wait().await.unwrap();
        let old = Active { key, number: 9, kept: Kept::Import };
        assert_eq!(all(&context).await.unwrap(), [old, task]);
        assert_eq!(count(&context, AccountId(7), Kept::Import).await.unwrap(), 1);
        assert_eq!(count(&context, AccountId(7), Kept::Task).await.unwrap(), 0);
    }
}
