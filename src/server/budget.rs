//! One memory budget for all bodies, so that the number of uploads does not decide the peak.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Bytes that one permit stands for.
const UNIT_BYTES: usize = 16 * 1024;

/// Bytes that all bodies may hold together.
#[derive(Debug, Clone)]
pub struct Budget {
    units: Arc<Semaphore>,
    patience: Duration,
}

impl Budget {
    /// A body waits `patience` for others to end; then its caller is told to come again.
    pub fn new(bytes: usize, patience: Duration) -> Self {
        let units = (bytes / UNIT_BYTES).clamp(1, Semaphore::MAX_PERMITS);
        Self { units: Arc::new(Semaphore::new(units)), patience }
    }

    async fn take(&self, units: u32) -> Option<OwnedSemaphorePermit> {
        if let Ok(free) = Arc::clone(&self.units).try_acquire_many_owned(units) {
            return Some(free);
        }
        let waiting = Arc::clone(&self.units).acquire_many_owned(units);
        tokio::time::timeout(self.patience, waiting).await.ok()?.ok()
    }

    /// A share of nothing yet.
    pub fn share(&self) -> Share {
        Share { budget: self.clone(), held: None, bytes: 0 }
    }
}

/// What one body holds of the budget; given back on drop.
#[derive(Debug)]
pub struct Share {
    budget: Budget,
    held: Option<OwnedSemaphorePermit>,
    bytes: usize,
}

impl Share {
    /// Grows to hold `bytes` in all. False when others do not give way in time.
    pub async fn hold(&mut self, bytes: usize) -> bool {
        if bytes <= self.bytes {
            return true;
        }
        let missing = (bytes - self.bytes).div_ceil(UNIT_BYTES);
        let Ok(units) = u32::try_from(missing) else { return false };
        let Some(more) = self.budget.take(units).await else { return false };
        self.bytes += missing * UNIT_BYTES;
        match &mut self.held {
            Some(held) => held.merge(more),
            None => self.held = Some(more),
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_full_budget_refuses_and_a_dropped_share_gives_back() {
        let budget = Budget::new(4 * UNIT_BYTES, Duration::from_millis(5));
        let mut first = budget.share();
        assert!(first.hold(3 * UNIT_BYTES).await);
        let mut second = budget.share();
        assert!(second.hold(1).await);
        assert!(!second.hold(UNIT_BYTES + 1).await);
        drop(first);
        assert!(second.hold(UNIT_BYTES + 1).await);
    }
}
