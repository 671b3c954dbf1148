//! One import from its cursor to its end.
//!
//! Two passes. The first counts rows and invalid addresses, so that the watchdog judges the whole
//! file before anything is written: a rejected import leaves nothing behind. The second imports.
//! Reading and judging by syntax run on a thread of their own, one batch ahead of the commits.

use std::io;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::runtime::Handle;
use tokio::sync::mpsc;
use tokio::task::spawn_blocking;
use tokio_util::sync::CancellationToken;

use super::batch::{self, Outcome};
use super::columns::{Columns, Header};
use super::job::{Job, JobKey, StoredJob};
use super::pieces::Pieces;
use super::prepare::{Prepared, has_address, prepare};
use super::source::{Source, SourceError};
use super::{Status, faults};
use crate::domain::{Context, Error, Limits, Refusal, Result};
use crate::store::tables::BulkFile;
use crate::store::{Batch, Durable, StoreError, Table, commit_durably};

/// Batches that an import may take in a row while other accounts wait for a worker: about half a
/// million rows, some seconds.
const SLICE_BATCHES: usize = 20;

/// When an import gives its worker back before its end.
#[derive(Debug, Clone)]
pub struct Yielding {
    pub stop: CancellationToken,
    /// Accounts that wait for a worker.
    pub waiting: Arc<AtomicUsize>,
}

impl Yielding {
    fn is_due(&self, batches: usize) -> bool {
        let crowded = || self.waiting.load(Ordering::Relaxed) > 0;
        self.stop.is_cancelled() || (batches >= SLICE_BATCHES && crowded())
    }
}

/// How a worker came back from an import.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// It has ended with this status, for good.
    Ended(Status),
    /// It goes on from its cursor another time.
    Parked,
    /// It or its account does not exist any more.
    Gone,
}

/// Works on an import until it ends or must yield.
pub async fn work(context: Arc<Context>, key: JobKey, yielding: Yielding) -> Result<End> {
    let Some(stored) = key.load(&context).await? else {
        return forget(&context, key).await;
    };
    if !stored.job.is_active() {
        return forget(&context, key).await;
    }
    let source = Source::new(Arc::clone(&context), Handle::current(), key, &stored.job);
    let Some(source) = source else {
        return end(&context, &stored, Status::InvalidFileFormat).await;
    };
    let stored = match survey(&context, stored, &source).await? {
        Surveyed::Ready(stored) => *stored,
        Surveyed::Ended(status) => return Ok(End::Ended(status)),
    };
    let mut import = Import { context, stored, pending: None, batches: 0, yielding };
    import.run(source).await
}

/// Takes an import out of the active ones although its job says nothing of it.
async fn forget(context: &Context, key: JobKey) -> Result<End> {
    let mut batch = Batch::main();
    batch.delete(Table::ActiveImport, key.bytes());
    commit_durably(context.store.as_ref(), batch)
        .await
        .map_err(|error| Error::store("forget an import", error))?;
    Ok(End::Gone)
}

/// Ends an import with `status`, whatever was done of it.
pub async fn end(context: &Context, stored: &StoredJob, status: Status) -> Result<End> {
    let job = Job { status, ended: Some(context.clock.now()), ..stored.job.clone() };
    replace(context, stored, job).await?;
    Ok(End::Ended(status))
}

async fn replace(context: &Context, stored: &StoredJob, job: Job) -> Result<StoredJob> {
    let broken = |error| Error::store("write an import's state", error);
    let mut batch = Batch::main();
    let replaced = stored.replace(&mut batch, job).map_err(broken)?;
    commit_durably(context.store.as_ref(), batch).await.map_err(broken)?;
    Ok(replaced)
}

enum Surveyed {
    Ready(Box<StoredJob>),
    Ended(Status),
}

/// What the first pass finds out.
struct Survey {
    header: Header,
    rows: u64,
    invalid: u64,
}

/// Makes the first pass, unless it was made before.
async fn survey(context: &Context, stored: StoredJob, source: &Source) -> Result<Surveyed> {
    if stored.job.rows_total.is_some() {
        return Ok(Surveyed::Ready(Box::new(stored)));
    }
    let counted = source.clone();
    let survey = match spawn_blocking(move || count(&counted)).await {
        Ok(Ok(survey)) => survey,
        Ok(Err(error)) => {
            let status = status_of(error)?;
            return end(context, &stored, status).await.map(|_| Surveyed::Ended(status));
        }
        // A parser that panics over a file has not understood it.
        Err(_panicked) => {
            let status = Status::InvalidFileFormat;
            return end(context, &stored, status).await.map(|_| Surveyed::Ended(status));
        }
    };
    let pieces = Pieces { key: stored.key, day: stored.job.day, file: BulkFile::Faults };
    let faults_pieces = pieces.write(context, 0, &faults::head(&survey.header)).await?;
    let job = Job {
        started: Some(context.clock.now()),
        rows_total: Some(survey.rows),
        faults_pieces,
        ..stored.job.clone()
    };
    let stored = replace(context, &stored, job).await?;
    if survey.is_rejected(&context.limits) {
        end(context, &stored, Status::RejectedByWatchdog).await?;
        return Ok(Surveyed::Ended(Status::RejectedByWatchdog));
    }
    Ok(Surveyed::Ready(Box::new(stored)))
}

fn count(source: &Source) -> Result<Survey, SourceError> {
    let mut survey = Survey { header: source.header()?, rows: 0, invalid: 0 };
    let email = survey.header.email;
    source.read(0, &mut |rows| {
        let invalid = rows.iter().filter(|row| !has_address(*row, email)).count();
        survey.rows += u64::try_from(rows.len()).unwrap_or_default();
        survey.invalid += u64::try_from(invalid).unwrap_or_default();
        ControlFlow::Continue(())
    })?;
    Ok(survey)
}

impl Survey {
    /// A file of some size with too large a share of rows without a valid address.
    fn is_rejected(&self, limits: &Limits) -> bool {
        self.rows >= u64::from(limits.watchdog_min_rows)
            && self.invalid * 100 > self.rows * u64::from(limits.watchdog_invalid_percent)
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

/// The second pass.
struct Import {
    context: Arc<Context>,
    stored: StoredJob,
    /// The last batch's way to the disk; the next one is prepared meanwhile.
    pending: Option<Durable>,
    batches: usize,
    yielding: Yielding,
}

impl Import {
    async fn run(&mut self, source: Source) -> Result<End> {
        if self.yielding.is_due(0) {
            return Ok(End::Parked);
        }
        let columns = Arc::new(self.columns(&source).await?);
        let (give, take) = mpsc::channel(1);
        let (judged, skip) = (Arc::clone(&columns), self.stored.job.rows_done);
        let reading = spawn_blocking(move || {
            source.read(skip, &mut |rows| match give.blocking_send(prepare(rows, &judged)) {
                Ok(()) => ControlFlow::Continue(()),
                Err(_closed) => ControlFlow::Break(()),
            })
        });
        let committed = self.commit_all(&columns, take).await;
        let read = reading.await;
        self.durable().await?;
        match (committed?, read) {
            (Some(early), _) => self.finish(early).await,
            (None, Ok(Ok(()))) => self.finish(End::Ended(Status::Finished)).await,
            (None, Ok(Err(error))) => self.finish(End::Ended(status_of(error)?)).await,
            (None, Err(_panicked)) => self.finish(End::Ended(Status::InvalidFileFormat)).await,
        }
    }

    async fn columns(&self, source: &Source) -> Result<Columns> {
        let source = source.clone();
        let header = spawn_blocking(move || source.header()).await;
        let header = header.map_err(io::Error::other).map_err(SourceError::Stored);
        let schema = self.context.account(self.stored.key.account).fields().schema().await?;
        match header.and_then(|header| header) {
            Ok(header) => Ok(Columns::new(header, &schema)),
            Err(error) => {
                let doing = "read an import's header again";
                Err(crate::domain::Broken::new(doing, error).into())
            }
        }
    }

    /// Imports batch after batch; something when that ends before the file does.
    async fn commit_all(
        &mut self,
        columns: &Columns,
        mut batches: mpsc::Receiver<Prepared>,
    ) -> Result<Option<End>> {
        while let Some(prepared) = batches.recv().await {
            if !self.list_exists().await? {
                return Ok(Some(End::Ended(Status::Failed)));
            }
            match batch::import(&self.context, &self.stored, columns, &prepared).await? {
                Outcome::AccountFull => {
                    return Ok(Some(End::Ended(Status::ExceedsAllowedContactLimit)));
                }
                Outcome::Applied(stored, durable) => {
                    self.durable().await?;
                    self.pending = Some(durable);
                    self.count(&stored);
                    self.stored = *stored;
                }
            }
            self.batches += 1;
            if self.yielding.is_due(self.batches) {
                return Ok(Some(End::Parked));
            }
        }
        Ok(None)
    }

    async fn list_exists(&self) -> Result<bool> {
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
        self.context.import_activity.judged(rows, refused);
    }

    async fn finish(&mut self, how: End) -> Result<End> {
        match how {
            End::Ended(status) => end(&self.context, &self.stored, status).await,
            End::Parked | End::Gone => Ok(how),
        }
    }
}
