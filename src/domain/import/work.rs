//! One import from its cursor to its end.
//!
//! Two passes. The first counts rows and invalid addresses, so that the watchdog judges the whole
//! file before anything is written: a rejected import leaves nothing behind. The second imports.
//! Reading and judging by syntax run on a thread of their own, one batch ahead of the commits.

use std::io;
use std::ops::ControlFlow;
use std::sync::Arc;

use futures_util::future::BoxFuture;
use tokio::runtime::Handle;
use tokio::sync::mpsc;
use tokio::task::{JoinHandle, spawn_blocking};

use super::batch::{self, Outcome as Batched};
use super::columns::Columns;
use super::extras::Extras;
use super::job::{Job, StoredJob, load};
use super::pieces::Pieces;
use super::prepare::{Prepared, prepare};
use super::source::{Source, SourceError};
use super::survey::Survey;
use super::{Status, faults};
use crate::domain::address_index::{AddressesInMemory, MAX_RUNS};
use crate::domain::jobs::{JobKey, JobKind, Opened, Outcome, Step};
use crate::domain::lease::Claim;
use crate::domain::{Context, Error, Refusal, Result};
use crate::store::tables::BulkFile;
use crate::store::{Batch, Durable, StoreError, commit_durably};

/// Rows from which on it pays to read the whole address index before: three batches.
const LARGE_ROWS: u64 = 48 * 1024;

/// An import in the hands of a worker.
struct Import {
    context: Arc<Context>,
    claim: Claim,
    stored: StoredJob,
    reading: Option<Reading>,
    /// The last batch's way to the disk; the next one is prepared meanwhile.
    pending: Option<Durable>,
}

/// The thread that reads the file, and what it has read.
struct Reading {
    columns: Arc<Columns>,
    batches: mpsc::Receiver<Prepared>,
    thread: JoinHandle<Result<(), SourceError>>,
    /// For a large import.
    _known: Option<AddressesInMemory>,
}

/// The import that `key` names.
pub async fn open(context: &Arc<Context>, key: JobKey, claim: &Claim) -> Result<Opened> {
    let Some(stored) = load(context, key).await? else { return Ok(Opened::Over(None)) };
    if !stored.job.is_active() {
        return Ok(Opened::Over(Some(stored.stored)));
    }
    let (context, claim) = (Arc::clone(context), claim.clone());
    Ok(Opened::Active(Box::new(Import { context, claim, stored, reading: None, pending: None })))
}

impl JobKind for Import {
    fn step(&mut self) -> BoxFuture<'_, Result<Step>> {
        Box::pin(async move {
            match self.advance().await? {
                None => Ok(Step::More),
                Some(status) => {
                    self.merge_addresses(1).await?;
                    Ok(Step::Ended(self.end(status).await?))
                }
            }
        })
    }

    fn settle(&mut self) -> BoxFuture<'_, Result<()>> {
        Box::pin(async move {
            if let Some(Reading { batches, thread, .. }) = self.reading.take() {
                // Without a receiver the thread stops at its next batch.
                drop(batches);
                drop(thread.await);
            }
            self.durable().await
        })
    }

    fn give_up(&mut self) -> BoxFuture<'_, Result<Outcome>> {
        Box::pin(self.end(Status::Failed))
    }
}

impl Import {
    /// The survey or a batch; something when the import ends with that.
    async fn advance(&mut self) -> Result<Option<Status>> {
        let (runtime, job) = (Handle::current(), &self.stored.job);
        let source = Source::new(Arc::clone(&self.context), runtime, self.stored.key, job);
        let Some(source) = source else { return Ok(Some(Status::InvalidFileFormat)) };
        if self.stored.job.rows_total.is_none() {
            return self.survey(&source).await;
        }
        let mut reading = match self.reading.take() {
            Some(reading) => reading,
            None => self.read(source).await?,
        };
        let Some(mut prepared) = reading.batches.recv().await else {
            return Ok(Some(how_read(reading.thread.await)?));
        };
        let columns = Arc::clone(&reading.columns);
        self.reading = Some(reading);
        self.commit(&columns, &mut prepared).await
    }

    /// Starts to read the file behind the cursor.
    async fn read(&mut self, source: Source) -> Result<Reading> {
        let columns = Arc::new(self.columns(&source).await?);
        let known = self.know_addresses().await?;
        let (give, batches) = mpsc::channel(1);
        let (judged, skip) = (Arc::clone(&columns), self.stored.job.rows_done);
        let (context, import) = (Arc::clone(&self.context), self.stored.job.number);
        let account = self.stored.key.account;
        let thread = spawn_blocking(move || {
            let prepare = |rows| prepare(context.account(account), rows, &judged, import);
            source.read(skip, &mut |rows| match give.blocking_send(prepare(rows)) {
                Ok(()) => ControlFlow::Continue(()),
                Err(_closed) => ControlFlow::Break(()),
            })
        });
        Ok(Reading { columns, batches, thread, _known: known })
    }

    async fn know_addresses(&mut self) -> Result<Option<AddressesInMemory>> {
        let job = &self.stored.job;
        let rows = job.rows_total.unwrap_or_default().saturating_sub(job.rows_done);
        if rows < LARGE_ROWS {
            return Ok(None);
        }
        AddressesInMemory::read(&self.context, self.stored.key.account, rows).await.map(Some)
    }

    async fn merge_addresses(&mut self, least: usize) -> Result<()> {
        self.context.account(self.stored.key.account).merge_address_runs(least).await
    }

    async fn commit(
        &mut self,
        columns: &Columns,
        prepared: &mut Prepared,
    ) -> Result<Option<Status>> {
        if !self.list_exists().await? {
            return Ok(Some(Status::Failed));
        }
        let Self { context, claim, stored, .. } = self;
        match batch::import(context, claim, stored, columns, prepared).await? {
            Batched::AccountFull => Ok(Some(Status::ExceedsAllowedContactLimit)),
            Batched::Applied(stored, durable) => {
                self.durable().await?;
                self.pending = Some(durable);
                self.count(&stored);
                self.stored = *stored;
                self.merge_addresses(MAX_RUNS).await?;
                Ok(None)
            }
        }
    }

    /// Ends the import, whatever was done of it.
    async fn end(&mut self, status: Status) -> Result<Outcome> {
        self.settle().await?;
        let ended = Some(self.context.clock.now());
        let job = Job { status, ended, ..self.stored.job.clone() };
        self.stored = self.replace(job).await?;
        Ok(status.outcome())
    }

    /// Makes the first pass.
    async fn survey(&mut self, source: &Source) -> Result<Option<Status>> {
        let source = source.clone();
        let look = move || {
            let header = source.header()?;
            let survey = Survey::of(&source, header.email)?;
            Ok((header, survey))
        };
        let (header, survey) = match spawn_blocking(look).await {
            Ok(Ok(found)) => found,
            Ok(Err(error)) => return status_of(error).map(Some),
            // A parser that panics over a file has not understood it.
            Err(_panicked) => return Ok(Some(Status::InvalidFileFormat)),
        };
        let day = self.stored.job.day;
        let pieces = Pieces { key: self.stored.key, day, file: BulkFile::Faults };
        let head = faults::head(&header).into();
        let faults_pieces = pieces.extend(&self.context, &self.claim, 0, head).await?;
        let job = Job {
            started: Some(self.context.clock.now()),
            rows_total: Some(survey.rows),
            faults_pieces,
            ..self.stored.job.clone()
        };
        self.stored = self.replace(job).await?;
        let is_rejected = !self.stored.job.unwatched && survey.is_rejected(&self.context.limits);
        Ok(is_rejected.then_some(Status::RejectedByWatchdog))
    }

    async fn replace(&mut self, job: Job) -> Result<StoredJob> {
        let broken = |error| Error::store("write an import's state", error);
        let mut batch = Batch::main();
        self.claim.guard(&mut batch);
        let replaced = self.stored.replace(&mut batch, job).map_err(broken)?;
        commit_durably(self.context.store.as_ref(), batch).await.map_err(broken)?;
        Ok(replaced)
    }

    async fn columns(&mut self, source: &Source) -> Result<Columns> {
        let source = source.clone();
        let header = spawn_blocking(move || source.header()).await;
        let header = header.map_err(io::Error::other).map_err(SourceError::Stored);
        let account = self.context.account(self.stored.key.account);
        let schema = account.fields().schema().await?;
        match header.and_then(|header| header) {
            Ok(header) => {
                let mut columns = Columns::new(header, &schema, &self.stored.job.aliases);
                if Extras::may_be_in(&columns.header) {
                    let tree = account.preferences().tree().await?;
                    columns.extras = Extras::new(&columns.header, &schema, &tree);
                }
                Ok(columns)
            }
            Err(error) => {
                let doing = "read an import's header again";
                Err(crate::domain::Broken::new(doing, error).into())
            }
        }
    }

    async fn list_exists(&mut self) -> Result<bool> {
        let Some(list) = self.stored.job.list else { return Ok(true) };
        match self.context.account(self.stored.key.account).lists().get(list).await {
            Ok(_) => Ok(true),
            Err(Error::Refused(Refusal::ListNotFound)) => Ok(false),
            Err(error) => Err(error),
        }
    }

    async fn durable(&mut self) -> Result<()> {
        let Some(pending) = self.pending.take() else { return Ok(()) };
        pending.wait().await.map_err(|error| Error::store("import a batch", error))
    }

    fn count(&self, now: &StoredJob) {
        let (before, now) = (&self.stored.job, &now.job);
        let rows = now.rows_done - before.rows_done;
        let refused = now.counters.refused() - before.counters.refused();
        self.context.job_activity.judged(rows, refused);
    }
}

/// The status of an import whose file was read to its end, or as far as that goes.
fn how_read(read: Result<Result<(), SourceError>, tokio::task::JoinError>) -> Result<Status> {
    match read {
        Ok(Ok(())) => Ok(Status::Finished),
        Ok(Err(error)) => status_of(error),
        Err(_panicked) => Ok(Status::InvalidFileFormat),
    }
}

/// The status of an import whose file cannot be read; an error when reading may work later.
fn status_of(error: SourceError) -> Result<Status> {
    let SourceError::Stored(error) = error else { return Ok(Status::InvalidFileFormat) };
    match error.downcast::<StoreError>() {
        Ok(StoreError::Damaged { what }) => {
            tracing::error!("an import fails, its file is damaged: {what}");
            Ok(Status::Failed)
        }
        Ok(error) => Err(Error::store("read an import's file", error)),
        Err(error) => {
            let doing = "read an import's file";
            Err(Error::store(doing, StoreError::Io { doing, source: error }))
        }
    }
}
