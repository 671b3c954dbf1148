//! Imports whose rows come in several calls, by number.
//!
//! Each call's rows become one import of the pipeline; it is registered and joins its batched import
//! in one commit, so that neither is there without the other. The batched import sums the counters
//! of its imports: of those that have ended in its own record, of the others when it is asked.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::job::{Job, load};
use super::rows_written::{ADDRESS_HEADING, PHONE_HEADING, RowsWritten};
use super::{
    DeclaredFormat, FILE_LIMIT_BYTES, Imports, MergeOption, NewImport, PHONE, Report, Status,
    Wording,
};
use crate::domain::edit::Edit;
use crate::domain::jobs::JobKey;
use crate::domain::{Error, FieldName, ImportId, ListId, Refusal, Result};
use crate::store::{Record, Space, Table, tables};

/// Most columns of a batched import, and most bytes of their names, so that its record fits into
/// one stored value.
const MAX_COLUMNS: usize = 250;
const MAX_NAMES_BYTES: usize = 32 * 1024;

/// What a column of a batched import is, as the one who begins it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NewColumn {
    Address,
    Phone,
    /// The data field of this label or name, in any case; made as a text if there is none.
    Field,
}

/// A column of a batched import.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BatchColumn {
    /// Its name as it was given.
    pub name: String,
    pub(super) kind: ColumnKind,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum ColumnKind {
    Address,
    Phone,
    Field(FieldName),
}

impl BatchColumn {
    pub(super) fn heading(&self) -> &str {
        match &self.kind {
            ColumnKind::Address => ADDRESS_HEADING,
            ColumnKind::Phone => PHONE_HEADING,
            ColumnKind::Field(name) => name.as_str(),
        }
    }
}

/// A batched import as it is stored, by account and number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Batched {
    list: ListId,
    /// The first one holds the addresses.
    columns: Vec<BatchColumn>,
    begun: Timestamp,
    /// Batches so far, those without rows among them.
    batches: u32,
    /// Rows of all batches.
    rows: u64,
    /// Of imports that have ended.
    ended: Ended,
    /// Imports that were not known to have ended when the last batch came. As few as an account
    /// may have active at once, and one.
    open: Vec<ImportId>,
}

/// What imports that have ended add up to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Ended {
    counters: Report,
    rows_done: u64,
    last: Option<Timestamp>,
    /// Imports that ended as anything but [`Status::Finished`].
    failed: u32,
}

impl Record for Batched {
    const TABLE: Table = Table::BatchedImport;
    const VERSION: u8 = 1;
}

/// Where a batched import stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BatchedStatus {
    /// No batch came yet.
    Waiting,
    /// Rows are waiting or being imported.
    Running,
    /// Every row that came is judged. A further batch makes it run again.
    Finished,
    /// As `Finished`, but some rows were left: the account is full, or a file damaged.
    Failed,
}

/// A batched import as its account sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BatchedState {
    /// Counts among the account's imports.
    pub number: u32,
    pub list: ListId,
    pub columns: Vec<BatchColumn>,
    pub status: BatchedStatus,
    pub begun: Timestamp,
    /// When the last batch was done with; `None` while rows are left.
    pub ended: Option<Timestamp>,
    pub rows: u64,
    /// Rows judged and committed so far.
    pub rows_done: u64,
    /// The sums as of `rows_done`.
    pub counters: Report,
}

impl BatchedState {
    /// How much of what came is done, 0 to 100.
    pub fn percent(&self) -> u8 {
        match self.status {
            BatchedStatus::Waiting => 0,
            BatchedStatus::Finished | BatchedStatus::Failed => 100,
            BatchedStatus::Running => {
                let percent = self.rows_done.saturating_mul(100) / self.rows.max(1);
                u8::try_from(percent).unwrap_or(100).min(99)
            }
        }
    }

    /// An empty batch for this import's columns.
    pub fn batch(&self) -> RowsWritten {
        RowsWritten::new(self.columns.iter().map(BatchColumn::heading))
    }
}

impl<'a> Imports<'a> {
    /// Begins an import into `list`. Columns named twice are taken once; without a column of
    /// addresses it gets one, called `address_name`.
    ///
    /// Refuses a list that is not there or cannot be written, names that no data field can have
    /// with `DataFieldInvalid`, and too many of them.
    pub async fn begin_batched(
        &self,
        list: ListId,
        columns: Vec<(String, NewColumn)>,
        address_name: &str,
    ) -> Result<BatchedState> {
        self.ensure_writable(Some(list)).await?;
        let columns = self.columns(columns, address_name).await?;
        let begun = self.account.context.clock.now();
        let batched = Batched {
            list,
            columns,
            begun,
            batches: 0,
            rows: 0,
            ended: Ended::default(),
            open: Vec::new(),
        };
        let (account, value) = (self.account, encoded(&batched)?);
        let register = async |mut edit: Edit<'a>| {
            let number = edit.next_import_number();
            let key = tables::numbered(account.id.0, number);
            edit.batch.put_if_absent(Table::BatchedImport, key, value.clone());
            Ok((edit, number))
        };
        let number = account.change("begin an import", register).await?;
        self.state(number, batched).await
    }

    /// Takes a further batch in; when this returns, it is on disk. Refuses as [`Imports::accept`].
    pub async fn add_batch(&self, number: u32, rows: RowsWritten) -> Result<BatchedState> {
        let Batched { list, .. } = self.load_batched(number).await?.1;
        self.ensure_writable(Some(list)).await?;
        if rows.count() == 0 {
            return self.add_empty(number).await;
        }
        let count = u64::from(rows.count());
        let new = NewImport {
            list: Some(list),
            file: vec![rows.into_csv()],
            format: DeclaredFormat::Csv,
            // A row need not have every column: what it does not say stays.
            merge: MergeOption::OnlyOverwriteIfNotEmpty,
            limit_bytes: FILE_LIMIT_BYTES,
        };
        let wording = Wording {
            description: format!("Batch of import {number}"),
            aliases: [(PHONE_HEADING.to_owned(), PHONE.to_owned())].into(),
            batch_of: Some(BatchOf { number, rows: count }),
            ..Wording::default()
        };
        self.accept_worded(new, wording).await?;
        self.batched(number).await
    }

    async fn add_empty(&self, number: u32) -> Result<BatchedState> {
        let imports = *self;
        let add = async |edit: Edit<'a>| Ok((imports.join(edit, number, 0, None).await?, ()));
        self.account.change("add an empty batch", add).await?;
        self.batched(number).await
    }

    /// The batched import of this number; refuses with `ImportNotFound`.
    pub async fn batched(&self, number: u32) -> Result<BatchedState> {
        let (_, batched) = self.load_batched(number).await?;
        self.state(number, batched).await
    }

    /// Puts an import that is being registered into the batched import that it belongs to.
    pub(super) async fn join_batched(
        &self,
        edit: Edit<'a>,
        batch_of: BatchOf,
        import: ImportId,
    ) -> Result<Edit<'a>> {
        self.join(edit, batch_of.number, batch_of.rows, Some(import)).await
    }

    async fn join(
        &self,
        mut edit: Edit<'a>,
        number: u32,
        rows: u64,
        import: Option<ImportId>,
    ) -> Result<Edit<'a>> {
        let (stored, mut batched) = self.load_batched(number).await?;
        self.fold(&mut batched).await?;
        batched.batches = batched.batches.saturating_add(1);
        batched.rows = batched.rows.saturating_add(rows);
        batched.open.extend(import);
        if import.is_none() {
            batched.ended.last = Some(self.account.context.clock.now());
        }
        let key = tables::numbered(self.account.id.0, number);
        edit.batch.replace(Table::BatchedImport, key, Some(stored), encoded(&batched)?);
        Ok(edit)
    }

    /// Adds up the imports that have ended meanwhile; the others stay open.
    async fn fold(&self, batched: &mut Batched) -> Result<()> {
        for id in std::mem::take(&mut batched.open) {
            match self.part(id).await? {
                Some(job) if job.is_active() => batched.open.push(id),
                job => batched.ended.add(job.as_ref()),
            }
        }
        Ok(())
    }

    async fn state(&self, number: u32, mut batched: Batched) -> Result<BatchedState> {
        let mut running = Vec::new();
        for id in std::mem::take(&mut batched.open) {
            match self.part(id).await? {
                Some(job) if job.is_active() => running.push(job),
                job => batched.ended.add(job.as_ref()),
            }
        }
        let Batched { list, columns, begun, batches, rows, ended, .. } = batched;
        let status = match (batches, running.is_empty(), ended.failed) {
            (0, ..) => BatchedStatus::Waiting,
            (_, false, _) => BatchedStatus::Running,
            (_, true, 0) => BatchedStatus::Finished,
            (_, true, _) => BatchedStatus::Failed,
        };
        let mut counters = ended.counters;
        for job in &running {
            counters.add(job.counters);
        }
        let rows_done = ended.rows_done + running.iter().map(|job| job.rows_done).sum::<u64>();
        let ended = ended.last.filter(|_| running.is_empty());
        Ok(BatchedState { number, list, columns, status, begun, ended, rows, rows_done, counters })
    }

    async fn part(&self, id: ImportId) -> Result<Option<Job>> {
        let key = JobKey { account: self.account.id, id: id.0 };
        Ok(load(self.account.context, key).await?.map(|stored| stored.job))
    }

    async fn load_batched(&self, number: u32) -> Result<(bytes::Bytes, Batched)> {
        let broken = |error| Error::store("read an import", error);
        let key = tables::numbered(self.account.id.0, number);
        let store = &self.account.context.store;
        let stored = store.get(Space::Main, Table::BatchedImport, &key).await.map_err(broken)?;
        let stored = stored.ok_or(Refusal::ImportNotFound)?;
        let batched = Batched::decode(&stored).map_err(broken)?;
        Ok((stored, batched))
    }

    /// The columns with the data fields that they are; missing fields are made.
    async fn columns(
        &self,
        wanted: Vec<(String, NewColumn)>,
        address_name: &str,
    ) -> Result<Vec<BatchColumn>> {
        let names_bytes: usize = wanted.iter().map(|(name, _)| name.len()).sum();
        if wanted.len() > MAX_COLUMNS || names_bytes > MAX_NAMES_BYTES {
            return Err(Refusal::ParameterInvalid { parameter: "the list of fields" }.into());
        }
        let address = wanted.iter().find(|(_, column)| *column == NewColumn::Address);
        let name = address.map_or(address_name, |(name, _)| name.as_str()).to_owned();
        let mut columns = vec![BatchColumn { name, kind: ColumnKind::Address }];
        for (name, column) in wanted {
            let kind = match column {
                NewColumn::Address => ColumnKind::Address,
                NewColumn::Phone => ColumnKind::Phone,
                NewColumn::Field => {
                    ColumnKind::Field(self.account.fields().called_or_made(&name).await?)
                }
            };
            if columns.iter().all(|known| known.kind != kind) {
                columns.push(BatchColumn { name, kind });
            }
        }
        Ok(columns)
    }
}

/// Which batched import an import is part of, and how many rows it adds.
#[derive(Debug, Clone, Copy)]
pub struct BatchOf {
    pub number: u32,
    pub rows: u64,
}

impl Ended {
    /// `None` is an import that is gone, of which nothing is known.
    fn add(&mut self, job: Option<&Job>) {
        let Some(job) = job else {
            self.failed = self.failed.saturating_add(1);
            return;
        };
        self.counters.add(job.counters);
        self.rows_done = self.rows_done.saturating_add(job.rows_done);
        self.last = self.last.max(job.ended);
        self.failed = self.failed.saturating_add(u32::from(job.status != Status::Finished));
    }
}

fn encoded(batched: &Batched) -> Result<bytes::Bytes> {
    batched.encode().map_err(|error| Error::store("write an import", error))
}
