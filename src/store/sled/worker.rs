//! The threads that a store has.

use std::sync::{Mutex, PoisonError};
use std::thread::JoinHandle;

use super::database::io;
use crate::store::seam::StoreError;

/// A thread of the store's own, until it is waited for.
#[derive(Debug)]
pub(super) struct Worker {
    name: &'static str,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Worker {
    pub fn start(
        name: &'static str,
        work: impl FnOnce() + Send + 'static,
    ) -> Result<Self, StoreError> {
        let thread = std::thread::Builder::new().name(name.to_owned()).spawn(work);
        let thread = thread.map_err(|error| io("start a thread of the store", error))?;
        Ok(Self { name, thread: Mutex::new(Some(thread)) })
    }

    /// Waits for the thread to end, which it must have been told to. Blocks.
    pub fn wait(&self) {
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(thread) = thread
            && thread.join().is_err()
        {
            tracing::error!(thread = self.name, "a thread of the store ended by a panic");
        }
    }
}
