//! Group commit: one thread makes batches durable, with one sync for all that wait.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;

use super::worker::Worker;
use crate::store::seam::StoreError;

type Answer = Result<(), SyncFailed>;

/// Answers when what was asked for is durable.
pub(super) type Synced = oneshot::Receiver<Answer>;

/// A sync failed; whoever waited for it learns how once, all later ones that it did.
#[derive(Debug)]
pub(super) struct SyncFailed(pub Option<StoreError>);

/// Where commits go that wait for a sync.
pub(super) trait Target: Send + Sync {
    /// Makes everything durable that was committed before. Blocks; only one thread calls it.
    fn sync(&self) -> Result<(), StoreError>;
}

struct Waiter {
    target: Arc<dyn Target>,
    answer: oneshot::Sender<Answer>,
}

impl std::fmt::Debug for Waiter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Waiter")
    }
}

#[derive(Debug, Default)]
struct Queue {
    waiters: Vec<Waiter>,
    stopping: bool,
    /// After a failed sync nobody knows what is on disk: no later one may succeed.
    failed: bool,
}

#[derive(Debug, Default)]
struct Shared {
    queue: Mutex<Queue>,
    wake: Condvar,
}

impl Shared {
    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The thread that syncs.
#[derive(Debug)]
pub(super) struct Syncer {
    shared: Arc<Shared>,
    worker: Worker,
}

impl Syncer {
    pub fn start() -> Result<Self, StoreError> {
        let shared = Arc::new(Shared::default());
        let of_thread = Arc::clone(&shared);
        let worker = Worker::start("store-sync", move || sync_in_groups(&of_thread))?;
        Ok(Self { shared, worker })
    }

    /// Asks for what was committed to `target` to become durable. As many can wait as there are
    /// callers.
    pub fn ask(&self, target: Arc<dyn Target>) -> Synced {
        let (answer, receiver) = oneshot::channel();
        self.shared.queue().waiters.push(Waiter { target, answer });
        self.shared.wake.notify_one();
        receiver
    }

    pub fn has_failed(&self) -> bool {
        self.shared.queue().failed
    }

    /// No batch becomes durable from now on: the data file can no longer be trusted.
    pub fn fail(&self) {
        self.shared.queue().failed = true;
    }

    /// Answers all that wait, then ends the thread. Blocks.
    pub fn stop(&self) {
        self.shared.queue().stopping = true;
        self.shared.wake.notify_one();
        self.worker.wait();
    }
}

impl Drop for Syncer {
    fn drop(&mut self) {
        self.stop();
    }
}

fn sync_in_groups(shared: &Shared) {
    loop {
        let mut queue = shared.queue();
        while queue.waiters.is_empty() && !queue.stopping {
            queue = shared.wake.wait(queue).unwrap_or_else(PoisonError::into_inner);
        }
        if queue.waiters.is_empty() {
            return;
        }
        let waiters = std::mem::take(&mut queue.waiters);
        let failed = queue.failed;
        drop(queue);
        for group in by_target(waiters) {
            sync_group(shared, group, failed);
        }
    }
}

/// All that wait for one target.
struct Group {
    target: Arc<dyn Target>,
    answers: Vec<oneshot::Sender<Answer>>,
}

fn by_target(waiters: Vec<Waiter>) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for Waiter { target, answer } in waiters {
        match groups.iter_mut().find(|group| Arc::ptr_eq(&group.target, &target)) {
            Some(group) => group.answers.push(answer),
            None => groups.push(Group { target, answers: vec![answer] }),
        }
    }
    groups
}

fn sync_group(shared: &Shared, Group { target, answers }: Group, failed: bool) {
    let mut outcome = if failed { Err(None) } else { target.sync().map_err(Some) };
    if outcome.is_err() {
        shared.queue().failed = true;
    }
    // The handle on the target goes before the answers, so that who was answered can drop a day.
    drop(target);
    for answer in answers {
        let synced = match &mut outcome {
            Ok(()) => Ok(()),
            Err(error) => Err(SyncFailed(error.take())),
        };
        // A caller that no longer waits needs no answer.
        if answer.send(synced).is_err() {
            tracing::trace!("a commit was synced that nobody waits for");
        }
    }
}
