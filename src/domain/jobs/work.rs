//! One job from its cursor to its end, whatever its kind.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;
use futures_util::future::BoxFuture;
use tokio_util::sync::CancellationToken;

use super::active::{self, Active, Kept};
use super::task;
use crate::domain::lease::Claim;
use crate::domain::{Context, Error, Result, import};
use crate::store::{Batch, commit_durably};

/// Steps that a job may take in a row while other accounts wait for a worker: of an import about
/// a third of a million rows, some seconds.
const SLICE_STEPS: usize = 20;

/// What a job does, part by part.
pub trait JobKind: Send {
    /// Does the next part and commits it together with the cursor behind it.
    fn step(&mut self) -> BoxFuture<'_, Result<Step>>;

    /// Waits until the steps so far are on disk.
    fn settle(&mut self) -> BoxFuture<'_, Result<()>>;

    /// Ends the job as failed; it could not go on too often.
    fn give_up(&mut self) -> BoxFuture<'_, Result<Outcome>>;
}

/// A job's record, found.
pub enum Opened {
    /// The job with all that it needs to go on.
    Active(Box<dyn JobKind>),
    /// There is no record, or this one, of a job that has ended or is another one.
    Over(Option<Bytes>),
}

/// What came of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    More,
    Ended(Outcome),
}

/// How a job ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outcome {
    pub succeeded: bool,
    /// The status, for the log.
    pub name: &'static str,
}

/// When a job gives its worker back before its end.
#[derive(Debug, Clone)]
pub struct Yielding {
    pub stop: CancellationToken,
    /// Accounts that wait for a worker.
    pub waiting: Arc<AtomicUsize>,
}

impl Yielding {
    fn is_due(&self, steps: usize) -> bool {
        let crowded = || self.waiting.load(Ordering::Relaxed) > 0;
        self.stop.is_cancelled() || (steps >= SLICE_STEPS && crowded())
    }
}

/// How a worker came back from a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    Ended(Outcome),
    /// It goes on from its cursor another time.
    Parked,
    /// It or its account does not exist any more.
    Gone,
    /// Another gateway is at work for its account.
    Elsewhere,
}

/// Works on a job until it ends, must yield, or is taken over by another gateway.
pub async fn work(
    context: Arc<Context>,
    job: Active,
    claim: Claim,
    yielding: Yielding,
) -> Result<End> {
    let end = go_on(&context, job, &claim, yielding).await;
    // Whatever went wrong: the job is another's, and so is its end.
    let is_lost = end.is_err() && matches!(claim.is_lost(&context).await, Ok(true));
    if is_lost { Ok(End::Elsewhere) } else { end }
}

async fn go_on(
    context: &Arc<Context>,
    job: Active,
    claim: &Claim,
    yielding: Yielding,
) -> Result<End> {
    let mut kind = match open(context, job, claim).await? {
        Opened::Active(kind) => kind,
        Opened::Over(record) => return forget(context, job, record, claim).await,
    };
    let mut steps = 0;
    while !yielding.is_due(steps) && !claim.is_known_lost() {
        match kind.step().await {
            Ok(Step::More) => steps += 1,
            Ok(Step::Ended(outcome)) => return Ok(End::Ended(outcome)),
            Err(error) => {
                kind.settle().await?;
                return Err(error);
            }
        }
    }
    kind.settle().await?;
    Ok(End::Parked)
}

/// Ends a job that could not go on too often.
pub async fn give_up(
    context: &Arc<Context>,
    job: Active,
    claim: &Claim,
) -> Result<Option<Outcome>> {
    match open(context, job, claim).await? {
        Opened::Active(mut kind) => kind.give_up().await.map(Some),
        Opened::Over(_) => Ok(None),
    }
}

async fn open(context: &Arc<Context>, job: Active, claim: &Claim) -> Result<Opened> {
    match job.kept {
        Kept::Import => import::open(context, job.key, claim).await,
        Kept::Task => task::open(context, job, claim).await,
    }
}

/// Takes a job off the active ones although its record, as it was found, says nothing of it.
///
/// Where the database has a new leader, the old one may still answer a question, of a time before
/// the job was there. The commit goes by what the new one has.
async fn forget(
    context: &Context,
    job: Active,
    found: Option<Bytes>,
    claim: &Claim,
) -> Result<End> {
    let mut batch = Batch::main();
    claim.guard(&mut batch);
    let (table, key) = job.record();
    batch.expect(table, key, found);
    active::delete(job.key, &mut batch);
    commit_durably(context.store.as_ref(), batch)
        .await
        .map_err(|error| Error::store("forget a job", error))?;
    Ok(End::Gone)
}
