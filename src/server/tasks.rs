//! Everything that runs in the background: shutdown waits for it, and a panic is logged.

use std::panic::AssertUnwindSafe;
use std::time::Duration;

use futures_util::FutureExt as _;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tracing::{error, warn};

/// Spawns background work and ends it. Clones share the same tasks.
#[derive(Debug, Clone, Default)]
pub struct Tasks {
    tracker: TaskTracker,
    stopping: CancellationToken,
}

impl Tasks {
    pub fn new() -> Self {
        Self::default()
    }

    /// Runs `work` in the background. It should end soon after [`Self::stopping`] is cancelled.
    pub fn spawn(&self, name: &'static str, work: impl Future<Output = ()> + Send + 'static) {
        self.tracker.spawn(async move {
            if AssertUnwindSafe(work).catch_unwind().await.is_err() {
                warn!(task = name, "background task {name} ended in a panic");
            }
        });
    }

    /// Cancelled when the server stops; long work looks at it between steps.
    pub fn stopping(&self) -> CancellationToken {
        self.stopping.clone()
    }

    /// Tells all tasks to stop and waits for them; false when some did not within `patience`.
    pub async fn stop(&self, patience: Duration) -> bool {
        self.stopping.cancel();
        self.tracker.close();
        tokio::time::timeout(patience, self.tracker.wait()).await.is_ok()
    }
}

/// From now on a panic is one line in the log with its place and, through the span, its call.
///
/// Its message is left out: it may show what a caller sent.
pub fn log_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        error!(place, "a panic at {place}");
    }));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn stopping_waits_for_a_task_that_heeds_it() {
        let tasks = Tasks::new();
        let (sender, receiver) = tokio::sync::oneshot::channel();
        let stopping = tasks.stopping();
        tasks.spawn("polite", async move {
            stopping.cancelled().await;
            sender.send("parked").unwrap();
        });
        assert!(tasks.stop(Duration::from_secs(5)).await);
        assert_eq!(receiver.await.unwrap(), "parked");
    }

    #[tokio::test]
    async fn a_panicking_task_does_not_hold_up_the_stop() {
        let tasks = Tasks::new();
        tasks.spawn("broken", async { panic!("on purpose") });
        assert!(tasks.stop(Duration::from_secs(5)).await);
    }
}
