//! The worker side: takes active jobs and brings them to an end.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::future::BoxFuture;
use futures_util::stream::FuturesUnordered;
use tokio::runtime::Handle;
use tokio::task::{JoinSet, spawn_blocking};
use tokio::time::{Instant, interval, sleep, sleep_until};
use tokio_util::sync::CancellationToken;

use super::active::{self, Active};
use super::work::{End, Yielding, give_up, work};
use super::{JobKey, Outcome, retention};
use crate::domain::lease::{Duty, LOOK_EVERY};
use crate::domain::nonce;
use crate::domain::{AccountId, Broken, Context, Result};

/// Jobs worked on at the same time. Two keep one core parsing while another commits.
pub const DEFAULT_WORKERS: usize = 2;

/// How often expired files are looked for.
const SWEEP_EVERY: Duration = Duration::from_secs(3600);

/// How often nonces are looked for that are over.
const SWEEP_NONCES_EVERY: Duration = Duration::from_secs(300);

/// Pause after a job could not be worked on, for example for want of disk space.
const RETRY_AFTER: Duration = Duration::from_secs(5);

/// Failures in a row after which a job is given up: about ten minutes.
const MAX_FAILURES: u32 = 120;

/// Brings active jobs to an end, a bounded number at once, fair between accounts.
#[derive(Debug)]
pub struct Runner {
    context: Arc<Context>,
    workers: usize,
}

impl Runner {
    pub fn new(context: Arc<Context>) -> Self {
        Self { context, workers: DEFAULT_WORKERS }
    }

    /// Works until `stop`: resumes what is active, then waits for [`Tasks::start`] and
    /// [`Imports::accept`].
    ///
    /// Over a shared store the account of each job is claimed first, see [`crate::domain::lease`],
    /// and it is looked for jobs that other gateways took in, once a second.
    ///
    /// At a stop each job under way finishes its step at most and is parked; the next start
    /// goes on from there. Also drops expired bulk data, at the start and once an hour.
    ///
    /// [`Tasks::start`]: super::Tasks::start
    /// [`Imports::accept`]: crate::domain::import::Imports::accept
    pub async fn run(self: Arc<Self>, stop: CancellationToken) {
        let mut crew = Crew::new(&self, stop.clone());
        let mut sweep = interval(SWEEP_EVERY);
        let mut nonces = interval(SWEEP_NONCES_EVERY);
        while !stop.is_cancelled() {
            self.context.delete_left_uploads().await;
            crew.fill().await;
            let retry = crew.next_retry();
            tokio::select! {
                () = stop.cancelled() => {}
                () = self.context.job_activity.wake.notified() => {}
                Some(back) = crew.working.next() => crew.take_back(back).await,
                () = until(retry) => {}
                () = sleep(LOOK_EVERY), if self.context.gateway.is_some() => {}
                _ = sweep.tick() => self.sweep().await,
                _ = nonces.tick(), if self.context.gateway.is_some() => self.sweep_nonces().await,
            }
        }
        crew.come_home().await;
    }

    /// Works until no job is active; for tests and the command line.
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

    async fn sweep_nonces(&self) {
        if let Err(error) = nonce::sweep(&self.context).await {
            tracing::warn!(error = cause(&error), "nonces that are over were not deleted");
        }
    }

    async fn sweep(&self) {
        if let Err(error) = retention::sweep(&self.context).await {
            tracing::error!(error = cause(&error), "expired files of jobs were not dropped");
        }
    }
}

/// A worker who comes back from a job.
struct Back {
    job: Active,
    result: Result<End>,
}

/// The workers and what they work on.
struct Crew {
    context: Arc<Context>,
    workers: usize,
    yielding: Yielding,
    working: FuturesUnordered<BoxFuture<'static, Back>>,
    /// One job of an account at a time: they run in the order in which they were accepted.
    busy: BTreeSet<AccountId>,
    /// Turns are counted; whose last turn is longest ago is next.
    turns: u64,
    last_turn: BTreeMap<AccountId, u64>,
    failures: BTreeMap<JobKey, Failures>,
    /// Accounts that another gateway is at work for, and when to ask again.
    elsewhere: BTreeMap<AccountId, Instant>,
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
            elsewhere: BTreeMap::new(),
        }
    }

    /// Gives every free worker a job, as far as there are any.
    async fn fill(&mut self) {
        let now = Instant::now();
        self.elsewhere.retain(|_, ask_again| *ask_again > now);
        let mut waiting = match active::all(&self.context).await {
            Ok(active) => {
                // Others may have ended what failed here.
                self.failures.retain(|key, _| active.iter().any(|job| job.key == *key));
                self.next_of_each_account(active)
            }
            Err(error) => {
                tracing::error!(error = cause(&error), "active jobs cannot be listed");
                return;
            }
        };
        while self.working.len() < self.workers {
            let turn = |next: &&Active| self.last_turn.get(&next.key.account).copied();
            let Some(next) = waiting.values().min_by_key(turn).copied() else { break };
            waiting.remove(&next.key.account);
            self.start(next);
        }
        self.yielding.waiting.store(waiting.len(), Ordering::Relaxed);
    }

    /// The oldest job of each account that no worker is busy with.
    fn next_of_each_account(&self, active: Vec<Active>) -> BTreeMap<AccountId, Active> {
        let now = Instant::now();
        let mut next: BTreeMap<AccountId, Active> = BTreeMap::new();
        for job in active {
            let account = job.key.account;
            if self.busy.contains(&account) || self.elsewhere.contains_key(&account) {
                continue;
            }
            let oldest = next.entry(account).or_insert(job);
            if job.number < oldest.number {
                *oldest = job;
            }
        }
        next.retain(|_, job| {
            self.failures.get(&job.key).is_none_or(|failures| failures.retry_at <= now)
        });
        next
    }

    fn start(&mut self, job: Active) {
        let account = job.key.account;
        self.busy.insert(account);
        self.turns += 1;
        self.last_turn.insert(account, self.turns);
        self.context.job_activity.taken(job.kept);
        let (context, yielding) = (Arc::clone(&self.context), self.yielding.clone());
        self.working.push(Box::pin(async move {
            let result = take_turn(context, job, yielding).await;
            Back { job, result }
        }));
    }

    async fn take_back(&mut self, back: Back) {
        let Back { job, result } = back;
        self.busy.remove(&job.key.account);
        self.context.job_activity.given_back(job.kept);
        match result {
            Ok(End::Ended(outcome)) => {
                self.failures.remove(&job.key);
                self.context.job_activity.ended(job.kept, outcome);
                let (account, number) = (job.key.account.0, job.number);
                tracing::info!(account, job = number, status = outcome.name, "job ended");
            }
            Ok(End::Parked | End::Gone) => drop(self.failures.remove(&job.key)),
            Ok(End::Elsewhere) => {
                self.elsewhere.insert(job.key.account, Instant::now() + LOOK_EVERY);
            }
            Err(error) => {
                tracing::warn!(
                    account = job.key.account.0,
                    job = job.number,
                    error = cause(&error),
                    "a job could not go on; it is tried again",
                );
                self.fail(job).await;
            }
        }
    }

    /// Notes a failure; one too many ends the job.
    async fn fail(&mut self, job: Active) {
        let retry_at = Instant::now() + RETRY_AFTER;
        let failures = self.failures.entry(job.key).or_insert(Failures { count: 0, retry_at });
        failures.count += 1;
        failures.retry_at = retry_at;
        if failures.count < MAX_FAILURES {
            return;
        }
        if let Ok(Some(outcome)) = self.end_unfinished(job).await {
            tracing::error!(account = job.key.account.0, job = job.number, "a job is given up");
            self.context.job_activity.ended(job.kept, outcome);
            self.failures.remove(&job.key);
        }
    }

    async fn end_unfinished(&mut self, job: Active) -> Result<Option<Outcome>> {
        let claim = self.context.claim(job.key.account, Duty::Jobs).await?;
        let Some(claim) = claim else { return Ok(None) };
        let outcome = give_up(&self.context, job, &claim).await;
        self.context.release(&claim).await;
        outcome
    }

    fn next_retry(&self) -> Option<Instant> {
        let now = Instant::now();
        let failed = self.failures.values().map(|failures| failures.retry_at);
        failed.chain(self.elsewhere.values().copied()).filter(|at| *at > now).min()
    }

    /// Waits until every worker has parked its job.
    async fn come_home(&mut self) {
        while let Some(back) = self.working.next().await {
            self.take_back(back).await;
        }
    }
}

/// Works on a job while no other gateway works for its account.
async fn take_turn(context: Arc<Context>, job: Active, yielding: Yielding) -> Result<End> {
    let claim = context.claim(job.key.account, Duty::Jobs).await?;
    let Some(claim) = claim else { return Ok(End::Elsewhere) };
    // Goes with the turn. By itself, since neither the worker nor the crew may hold it up.
    let mut keeper = JoinSet::new();
    if context.gateway.is_some() {
        let (context, claim) = (Arc::clone(&context), claim.clone());
        keeper.spawn(async move { context.keep(claim).await });
    }
    let (runtime, of_worker) = (Handle::current(), (Arc::clone(&context), claim.clone()));
    // Judging and packing are work for a core: off the threads that serve calls.
    let worker = spawn_blocking(move || {
        let (context, claim) = of_worker;
        runtime.block_on(work(context, job, claim, yielding))
    });
    let end = match worker.await {
        Ok(end) => end,
        Err(panicked) => Err(Broken::new("work on a job", panicked).into()),
    };
    keeper.shutdown().await;
    context.release(&claim).await;
    end
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
