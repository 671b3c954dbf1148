//! The worker side: takes accepted imports and brings them to an end.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::future::BoxFuture;
use futures_util::stream::FuturesUnordered;
use tokio::runtime::Handle;
use tokio::sync::Notify;
use tokio::task::spawn_blocking;
use tokio::time::{Instant, interval, sleep_until};
use tokio_util::sync::CancellationToken;

use super::active::{self, Active};
use super::job::JobKey;
use super::work::{End, Yielding, end, work};
use super::{Status, retention};
use crate::domain::{AccountId, Broken, Context, Result};

/// Imports worked on at the same time. Two keep one core parsing while another commits.
pub const DEFAULT_WORKERS: usize = 2;

/// How often expired files are looked for.
const SWEEP_EVERY: Duration = Duration::from_secs(3600);

/// Pause after an import could not be worked on, for example for want of disk space.
const RETRY_AFTER: Duration = Duration::from_secs(5);

/// Failures in a row after which an import is given up as `Failed`: about ten minutes.
const MAX_FAILURES: u32 = 120;

/// What accepting and working share within a process: the wake-up and the counts.
#[derive(Debug, Default)]
pub struct Activity {
    wake: Notify,
    accepted: AtomicU64,
    finished: AtomicU64,
    not_finished: AtomicU64,
    running: AtomicU64,
    rows: AtomicU64,
    rows_refused: AtomicU64,
}

/// A reading of the counts, since the process started.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Metrics {
    pub accepted: u64,
    pub finished: u64,
    /// Ended with any status but `Finished`.
    pub not_finished: u64,
    /// Imports that a worker has in hand now.
    pub running: u64,
    pub rows: u64,
    pub rows_refused: u64,
}

impl Activity {
    pub fn metrics(&self) -> Metrics {
        let read = |count: &AtomicU64| count.load(Ordering::Relaxed);
        Metrics {
            accepted: read(&self.accepted),
            finished: read(&self.finished),
            not_finished: read(&self.not_finished),
            running: read(&self.running),
            rows: read(&self.rows),
            rows_refused: read(&self.rows_refused),
        }
    }

    pub(super) fn accepted(&self) {
        self.accepted.fetch_add(1, Ordering::Relaxed);
        self.wake.notify_one();
    }

    pub(super) fn judged(&self, rows: u64, refused: u64) {
        self.rows.fetch_add(rows, Ordering::Relaxed);
        self.rows_refused.fetch_add(refused, Ordering::Relaxed);
    }

    fn ended(&self, status: Status) {
        let count = match status {
            Status::Finished => &self.finished,
            _ => &self.not_finished,
        };
        count.fetch_add(1, Ordering::Relaxed);
    }
}

/// Brings active imports to an end, a bounded number at once, fair between accounts.
#[derive(Debug)]
pub struct Runner {
    context: Arc<Context>,
    workers: usize,
}

impl Runner {
    pub fn new(context: Arc<Context>) -> Self {
        Self { context, workers: DEFAULT_WORKERS }
    }

    /// Works until `stop`: resumes what is active, then waits for [`Imports::accept`].
    ///
    /// At a stop each import under way finishes its batch at most and is parked; the next start
    /// goes on from there. Also drops expired bulk data, at the start and once an hour.
    ///
    /// [`Imports::accept`]: super::Imports::accept
    pub async fn run(self: Arc<Self>, stop: CancellationToken) {
        let mut crew = Crew::new(&self, stop.clone());
        let mut sweep = interval(SWEEP_EVERY);
        while !stop.is_cancelled() {
            crew.fill().await;
            let retry = crew.next_retry();
            tokio::select! {
                () = stop.cancelled() => {}
                () = self.context.import_activity.wake.notified() => {}
                Some(back) = crew.working.next() => crew.take_back(back).await,
                () = until(retry) => {}
                _ = sweep.tick() => self.sweep().await,
            }
        }
        crew.come_home().await;
    }

    /// Works until no import is active; for tests and the command line.
    pub async fn drain(self: Arc<Self>) {
        let mut crew = Crew::new(&self, CancellationToken::new());
        loop {
            crew.fill().await;
            let retry = crew.next_retry();
            if crew.working.is_empty() && retry.is_none() {
                return;
            }
            tokio::select! {
                Some(back) = crew.working.next() => crew.take_back(back).await,
                () = until(retry) => {}
            }
        }
    }

    async fn sweep(&self) {
        if let Err(error) = retention::sweep(&self.context).await {
            tracing::error!(error = cause(&error), "expired import files were not dropped");
        }
    }
}

/// A worker who comes back from an import.
struct Back {
    key: JobKey,
    result: Result<End>,
}

/// The workers and what they work on.
struct Crew {
    context: Arc<Context>,
    workers: usize,
    yielding: Yielding,
    working: FuturesUnordered<BoxFuture<'static, Back>>,
    /// One import of an account at a time: they run in the order in which they were accepted.
    busy: BTreeSet<AccountId>,
    /// Turns are counted; whose last turn is longest ago is next.
    turns: u64,
    last_turn: BTreeMap<AccountId, u64>,
    failures: BTreeMap<JobKey, Failures>,
}

struct Failures {
    count: u32,
    retry_at: Instant,
}

impl Crew {
    fn new(runner: &Runner, stop: CancellationToken) -> Self {
        Self {
            context: Arc::clone(&runner.context),
            workers: runner.workers,
            yielding: Yielding { stop, waiting: Arc::new(AtomicUsize::new(0)) },
            working: FuturesUnordered::new(),
            busy: BTreeSet::new(),
            turns: 0,
            last_turn: BTreeMap::new(),
            failures: BTreeMap::new(),
        }
    }

    /// Gives every free worker an import, as far as there are any.
    async fn fill(&mut self) {
        let mut waiting = match active::all(&self.context).await {
            Ok(active) => self.next_of_each_account(active),
            Err(error) => {
                tracing::error!(error = cause(&error), "active imports cannot be listed");
                return;
            }
        };
        while self.working.len() < self.workers {
            let turn = |next: &&Active| self.last_turn.get(&next.key.account).copied();
            let Some(next) = waiting.values().min_by_key(turn).copied() else { break };
            waiting.remove(&next.key.account);
            self.start(next.key);
        }
        self.yielding.waiting.store(waiting.len(), Ordering::Relaxed);
    }

    /// The oldest import of each account that no worker is busy with.
    fn next_of_each_account(&self, active: Vec<Active>) -> BTreeMap<AccountId, Active> {
        let now = Instant::now();
        let mut next: BTreeMap<AccountId, Active> = BTreeMap::new();
        for import in active {
            let account = import.key.account;
            if self.busy.contains(&account) {
                continue;
            }
            let oldest = next.entry(account).or_insert(import);
            if import.number < oldest.number {
                *oldest = import;
            }
        }
        next.retain(|_, import| {
            self.failures.get(&import.key).is_none_or(|failures| failures.retry_at <= now)
        });
        next
    }

    fn start(&mut self, key: JobKey) {
        self.busy.insert(key.account);
        self.turns += 1;
        self.last_turn.insert(key.account, self.turns);
        self.context.import_activity.running.fetch_add(1, Ordering::Relaxed);
        let (context, yielding) = (Arc::clone(&self.context), self.yielding.clone());
        let runtime = Handle::current();
        // Judging and packing are work for a core: off the threads that serve calls.
        let worker = spawn_blocking(move || runtime.block_on(work(context, key, yielding)));
        self.working.push(Box::pin(async move {
            let result = match worker.await {
                Ok(result) => result,
                Err(panicked) => Err(Broken::new("work on an import", panicked).into()),
            };
            Back { key, result }
        }));
    }

    async fn take_back(&mut self, back: Back) {
        let Back { key, result } = back;
        self.busy.remove(&key.account);
        self.context.import_activity.running.fetch_sub(1, Ordering::Relaxed);
        match result {
            Ok(End::Ended(status)) => {
                self.failures.remove(&key);
                self.context.import_activity.ended(status);
                tracing::info!(import.id = %key.id, status = status.name(), "import ended");
            }
            Ok(End::Parked | End::Gone) => drop(self.failures.remove(&key)),
            Err(error) => {
                tracing::warn!(
                    import.id = %key.id,
                    error = cause(&error),
                    "an import could not go on; it is tried again",
                );
                self.fail(key).await;
            }
        }
    }

    /// Notes a failure; one too many ends the import.
    async fn fail(&mut self, key: JobKey) {
        let retry_at = Instant::now() + RETRY_AFTER;
        let failures = self.failures.entry(key).or_insert(Failures { count: 0, retry_at });
        failures.count += 1;
        failures.retry_at = retry_at;
        if failures.count < MAX_FAILURES {
            return;
        }
        if let Ok(Some(stored)) = key.load(&self.context).await
            && end(&self.context, &stored, Status::Failed).await.is_ok()
        {
            tracing::error!(import.id = %key.id, "an import is given up");
            self.context.import_activity.ended(Status::Failed);
            self.failures.remove(&key);
        }
    }

    fn next_retry(&self) -> Option<Instant> {
        let now = Instant::now();
        self.failures.values().map(|failures| failures.retry_at).filter(|at| *at > now).min()
    }

    /// Waits until every worker has parked its import.
    async fn come_home(&mut self) {
        while let Some(back) = self.working.next().await {
            self.take_back(back).await;
        }
    }
}

async fn until(when: Option<Instant>) {
    match when {
        Some(when) => sleep_until(when).await,
        None => std::future::pending().await,
    }
}

/// An error with all that caused it, for the log.
fn cause(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        text.push_str(": ");
        text.push_str(&error.to_string());
        source = error.source();
    }
    text
}
