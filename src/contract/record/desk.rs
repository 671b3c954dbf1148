//! Between a server, which must not wait, and a recorder, which writes files.

use std::fmt::{Debug, Formatter};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use super::{Kept, Recorder, Report};
use crate::contract::{Heard, Listener, Wish};

/// Calls that wait to be written.
const MOST_WAITING: usize = 4_096;
/// Bytes of the bodies of these.
const MOST_WAITING_BYTES: usize = 128 * 1024 * 1024;
/// Bytes of the longest body that is recorded. Files in a review are shorter.
const MOST_BODY_BYTES: usize = 32 * 1024 * 1024;

/// Is told what became of each call.
pub type Told = Box<dyn FnMut(&Heard, &Kept) + Send>;

/// Takes calls in and hands them to a recorder on a thread of its own, in their order.
pub struct Desk {
    queue: mpsc::Sender<Option<Arc<Heard>>>,
    waiting_bytes: Arc<AtomicUsize>,
    missed: Arc<AtomicU64>,
}

impl Desk {
    /// Starts the thread. It ends with [`Desk::close`].
    pub fn open(recorder: Recorder, told: Told) -> (Arc<Self>, JoinHandle<Report>) {
        let (queue, calls) = mpsc::channel(MOST_WAITING);
        let waiting_bytes = Arc::new(AtomicUsize::new(0));
        let missed = Arc::new(AtomicU64::new(0));
        let desk = Arc::new(Self {
            queue,
            waiting_bytes: Arc::clone(&waiting_bytes),
            missed: Arc::clone(&missed),
        });
        let writing = tokio::task::spawn_blocking(move || {
            write(recorder, calls, told, &waiting_bytes, &missed)
        });
        (desk, writing)
    }

    /// Lets the thread write what waits, and end.
    pub async fn close(&self) {
        // It has ended already when it cannot be told to.
        drop(self.queue.send(None).await);
    }
}

fn write(
    mut recorder: Recorder,
    mut calls: mpsc::Receiver<Option<Arc<Heard>>>,
    mut told: Told,
    waiting_bytes: &AtomicUsize,
    missed: &AtomicU64,
) -> Report {
    while let Some(Some(heard)) = calls.blocking_recv() {
        waiting_bytes.fetch_sub(bytes_of(&heard), Ordering::Relaxed);
        let kept = catch_unwind(AssertUnwindSafe(|| recorder.keep(&heard)));
        match kept {
            Ok(kept) => told(&heard, &kept),
            // `log_panics` has written the line.
            Err(_) => recorder.missed(1),
        }
    }
    recorder.missed(missed.load(Ordering::Relaxed));
    recorder.finish()
}

fn bytes_of(heard: &Heard) -> usize {
    heard.exchange.request.body.len().saturating_add(heard.exchange.response.body.len())
}

impl Listener for Desk {
    fn wish(&self) -> Wish {
        Wish::Bodies { most_bytes: MOST_BODY_BYTES }
    }

    fn heard(&self, heard: &Arc<Heard>) {
        let bytes = bytes_of(heard);
        let before = self.waiting_bytes.fetch_add(bytes, Ordering::Relaxed);
        let fits = before.saturating_add(bytes) <= MOST_WAITING_BYTES;
        if !fits || self.queue.try_send(Some(Arc::clone(heard))).is_err() {
            self.waiting_bytes.fetch_sub(bytes, Ordering::Relaxed);
            self.missed.fetch_add(1, Ordering::Relaxed);
        }
    }
}

impl Debug for Desk {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Desk").finish_non_exhaustive()
    }
}
