//! What became of events since this process started.

use std::sync::atomic::{AtomicU64, Ordering};

use super::Outcome;

/// Counted as events come in; for metrics.
#[derive(Debug, Default)]
pub struct EventCounts {
    recorded: AtomicU64,
    known: AtomicU64,
    refused: AtomicU64,
}

impl EventCounts {
    pub(super) fn add(&self, outcome: &Outcome) {
        let counter = match outcome {
            Outcome::Recorded => &self.recorded,
            Outcome::Known => &self.known,
            Outcome::Refused(_) => &self.refused,
        };
        counter.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn add_refused_line(&self) {
        self.refused.fetch_add(1, Ordering::Relaxed);
    }

    /// Events that were recorded, that were known already, and that were refused, lines that are
    /// no events among them.
    pub fn now(&self) -> [u64; 3] {
        [&self.recorded, &self.known, &self.refused].map(|count| count.load(Ordering::Relaxed))
    }
}
