//! The thread that brings what has gathered into the database, beside the writers.

use std::sync::Arc;

use super::Shared;
use super::redo::{Log, Next};
use super::sync::SyncFailed;
use super::worker::Worker;
use crate::store::seam::StoreError;

/// The thread; ends when this is dropped, or when the log has failed.
#[derive(Debug)]
pub(super) struct Checkpoints {
    log: Arc<Log>,
    worker: Worker,
}

impl Checkpoints {
    pub fn start(shared: Arc<Shared>, log: Arc<Log>) -> Result<Self, StoreError> {
        let of_thread = Arc::clone(&log);
        let work = move || checkpoint_in_turns(&shared, &of_thread);
        Ok(Self { log, worker: Worker::start("store-checkpoint", work)? })
    }

    /// Waits for the checkpoint that is under way, and lets none follow. Blocks.
    pub fn stop(&self) {
        self.log.pace().stop();
        self.worker.wait();
    }
}

impl Drop for Checkpoints {
    fn drop(&mut self) {
        self.stop();
    }
}

fn checkpoint_in_turns(shared: &Shared, log: &Arc<Log>) {
    loop {
        let done = match log.pace().next() {
            Next::End => return,
            // Without room on the disk it can wait.
            Next::Tidy if shared.ensure_some_room().is_err() => continue,
            Next::Tidy => checkpoint(shared, log).and_then(|()| log.shrink()),
            Next::Checkpoint => checkpoint(shared, log),
        };
        if let Err(error) = done {
            tracing::error!(%error, "a checkpoint of the store failed; it takes no more writes");
            shared.syncer.fail();
            log.pace().stop();
        }
    }
}

fn checkpoint(shared: &Shared, log: &Arc<Log>) -> Result<(), StoreError> {
    let begun = match &mut *shared.alone() {
        Some(open) => open.main.rest()?,
        None => None,
    };
    let Some(checkpoint) = begun else { return Ok(()) };
    let target: Arc<Log> = Arc::clone(log);
    // The thread that syncs ends only after this one.
    match shared.syncer.ask(target).blocking_recv() {
        Ok(Ok(())) => {}
        Ok(Err(SyncFailed(first))) => return Err(first.unwrap_or(StoreError::Poisoned)),
        Err(_) => return Err(StoreError::Closed),
    }
    checkpoint.take_over()?;
    let rested = shared.alone().as_mut().and_then(|open| open.main.has_rested());
    // Freed without the lock.
    drop(rested);
    Ok(())
}
