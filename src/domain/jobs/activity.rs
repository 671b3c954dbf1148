//! What accepting and working share within a process: the wake-up and the counts.

use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::Notify;

use super::Outcome;
use super::active::Kept;

/// Wakes the workers and counts what they do.
#[derive(Debug, Default)]
pub struct Activity {
    pub(super) wake: Notify,
    imports: Counts,
    tasks: Counts,
    rows: AtomicU64,
    rows_refused: AtomicU64,
}

#[derive(Debug, Default)]
struct Counts {
    accepted: AtomicU64,
    succeeded: AtomicU64,
    failed: AtomicU64,
    running: AtomicU64,
}

/// A reading of the counts, since the process started.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Metrics {
    pub accepted: u64,
    pub finished: u64,
    /// Imports that ended with any status but `Finished`.
    pub not_finished: u64,
    /// Imports that a worker has in hand now.
    pub running: u64,
    pub rows: u64,
    pub rows_refused: u64,
    pub tasks: TaskMetrics,
}

/// The counts of jobs that are no imports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TaskMetrics {
    pub started: u64,
    pub complete: u64,
    pub failed: u64,
    /// Tasks that a worker has in hand now.
    pub running: u64,
}

fn read(count: &AtomicU64) -> u64 {
    count.load(Ordering::Relaxed)
}

impl Activity {
    /// Wakes the worker side for something that is no job.
    pub fn nudge(&self) {
        self.wake.notify_one();
    }

    pub fn metrics(&self) -> Metrics {
        let Self { imports, tasks, .. } = self;
        Metrics {
            accepted: read(&imports.accepted),
            finished: read(&imports.succeeded),
            not_finished: read(&imports.failed),
            running: read(&imports.running),
            rows: read(&self.rows),
            rows_refused: read(&self.rows_refused),
            tasks: TaskMetrics {
                started: read(&tasks.accepted),
                complete: read(&tasks.succeeded),
                failed: read(&tasks.failed),
                running: read(&tasks.running),
            },
        }
    }

    fn counts(&self, kept: Kept) -> &Counts {
        match kept {
            Kept::Import => &self.imports,
            Kept::Task => &self.tasks,
        }
    }

    /// A job is on disk: counts it and wakes a worker.
    pub(in crate::domain) fn accepted(&self, kept: Kept) {
        self.counts(kept).accepted.fetch_add(1, Ordering::Relaxed);
        self.wake.notify_one();
    }

    pub(in crate::domain) fn judged(&self, rows: u64, refused: u64) {
        self.rows.fetch_add(rows, Ordering::Relaxed);
        self.rows_refused.fetch_add(refused, Ordering::Relaxed);
    }

    pub(super) fn taken(&self, kept: Kept) {
        self.counts(kept).running.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn given_back(&self, kept: Kept) {
        self.counts(kept).running.fetch_sub(1, Ordering::Relaxed);
    }

    pub(super) fn ended(&self, kept: Kept, outcome: Outcome) {
        let counts = self.counts(kept);
        let count = if outcome.succeeded { &counts.succeeded } else { &counts.failed };
        count.fetch_add(1, Ordering::Relaxed);
    }
}
