//! A journal of answered calls: on disk, redacted, and bounded in bytes and age.
//!
//! [`Journal`] listens to the server's calls. It hands each to a thread of its own over a queue that
//! is bounded in bytes; when the queue is full calls are counted and left out, never slowed down, and
//! a [`Gap`] stands in their place. A full queue takes calls again when half of it is free, so that
//! what is kept and what is missing come in long runs.
//! The thread takes secrets and persons out and appends a line to the newest of some plain files
//! (see [`Entry`]); the oldest file goes when the bound would be passed, or when it is too old.
//! Whoever reads ([`page`], [`find`]) needs the folder alone, also while a server writes.
//!
//! What a call was answered is in the file some milliseconds later and outlives the process then;
//! a power failure costs at most the last second. A line that was cut short is cut off at the start.

mod ask;
mod entry;
pub mod har;
mod read;
mod segment;
#[cfg(test)]
pub(super) mod testing;
#[cfg(test)]
mod tests;
mod worker;
mod writer;

use std::fmt::{Debug, Formatter};
use std::io;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

use super::doctor::lint::Lint;
use super::redact::Redactor;
use super::{Exchange, Heard, Listener, Wish};
use crate::domain::Clock;
pub use ask::{Ask, BadAsk, Filter, MOST_ENTRIES, Position, Start, StatusFilter};
pub use entry::{Entry, Gap, Kept, Line, Message};
pub use read::{Page, find, page};
use worker::{Job, Redact, Worker};
pub use writer::Bounds;
use writer::Writer;

/// Bytes of calls that may wait to be written.
const QUEUE_BYTES: usize = 16 * 1024 * 1024;
/// What a call counts for in the queue besides its bodies: heads, facts, and what holds them.
const HEADS_BYTES: usize = 4 * 1024;

/// What is kept, and where.
#[derive(Debug, Clone)]
pub struct Options {
    pub bounds: Bounds,
    /// Largest body that is kept, in bytes.
    pub body_bytes: usize,
}

/// Keeps calls. Dropping it lets the thread end; [`Journal::close`] waits for it.
pub struct Journal {
    options: Options,
    queue: Arc<Queue>,
    jobs: Sender<Job>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

/// What waits, and what became of the rest.
#[derive(Debug, Default)]
struct Queue {
    waiting_bytes: AtomicUsize,
    /// From the moment when it was full until half of it is free.
    is_full: AtomicBool,
    /// Calls left out since the last one that was taken.
    missing: AtomicU64,
    counts: Counts,
}

#[derive(Debug, Default)]
struct Counts {
    written: AtomicU64,
    facts_alone: AtomicU64,
    dropped: AtomicU64,
    failed: AtomicU64,
}

impl Queue {
    /// Room for so many bytes, or none.
    fn take(&self, bytes: usize) -> bool {
        let before = self.waiting_bytes.fetch_add(bytes, Ordering::Relaxed);
        let was_full = self.is_full.load(Ordering::Relaxed);
        let is_full = before > if was_full { QUEUE_BYTES / 2 } else { QUEUE_BYTES };
        if is_full != was_full {
            self.is_full.store(is_full, Ordering::Relaxed);
        }
        if is_full {
            self.release(bytes);
        }
        !is_full
    }

    /// Counts a call that is left out.
    fn leave_out(&self) {
        self.missing.fetch_add(1, Ordering::Relaxed);
        self.counts.dropped.fetch_add(1, Ordering::Relaxed);
    }

    /// The calls that were left out since this was asked last.
    fn take_missing(&self) -> u64 {
        // Read first: a busy server should not write here for each call.
        match self.missing.load(Ordering::Relaxed) {
            0 => 0,
            _ => self.missing.swap(0, Ordering::Relaxed),
        }
    }

    fn release(&self, bytes: usize) {
        self.waiting_bytes.fetch_sub(bytes, Ordering::Relaxed);
    }
}

/// What a call counts for in the queue.
fn weight(heard: &Heard) -> usize {
    HEADS_BYTES + heard.exchange.request.body.len() + heard.exchange.response.body.len()
}

impl Journal {
    /// Takes the folder for this process and starts the thread.
    ///
    /// Fails when the folder cannot be written, or another process writes into it. What the doctor
    /// finds stands in the entries, where there is one.
    pub fn open(
        options: Options,
        redactor: Redactor,
        doctor: Option<Arc<Lint>>,
        clock: Clock,
    ) -> io::Result<Self> {
        let redact = Box::new(move |exchange: &Exchange| redactor.redact(exchange));
        Self::start(options, redact, doctor, clock)
    }

    fn start(
        options: Options,
        redact: Redact,
        doctor: Option<Arc<Lint>>,
        clock: Clock,
    ) -> io::Result<Self> {
        let writer = Writer::open(options.bounds.clone(), clock.now())?;
        let queue = Arc::new(Queue::default());
        let (jobs, waiting) = channel();
        let worker =
            Worker { writer, redact, doctor, queue: Arc::clone(&queue), clock, warned: None };
        let thread = std::thread::Builder::new().name("journal".to_owned());
        let thread = thread.spawn(move || worker.run(&waiting))?;
        Ok(Self { options, queue, jobs, thread: Mutex::new(Some(thread)) })
    }

    /// Where the entries are.
    pub fn folder(&self) -> &Path {
        &self.options.bounds.folder
    }

    /// Calls by what became of them: written, without their messages, left out because the queue
    /// was full, failed.
    pub fn counts(&self) -> [(&'static str, u64); 4] {
        let Counts { written, facts_alone, dropped, failed } = &self.queue.counts;
        let read = |count: &AtomicU64| count.load(Ordering::Relaxed);
        [
            ("written", read(written)),
            ("facts_alone", read(facts_alone)),
            ("dropped", read(dropped)),
            ("failed", read(failed)),
        ]
    }

    /// Writes what waits and ends the thread; calls heard from now on are lost. Blocks.
    pub fn close(&self) {
        // A thread that is gone has nothing to be told.
        drop(self.jobs.send(Job::Stop));
        let thread = self.thread.lock().ok().and_then(|mut thread| thread.take());
        if let Some(thread) = thread {
            drop(thread.join());
        }
    }
}

impl Listener for Journal {
    fn wish(&self) -> Wish {
        Wish::Bodies { most_bytes: self.options.body_bytes }
    }

    fn heard(&self, heard: &Arc<Heard>) {
        if !self.queue.take(weight(heard)) {
            return self.queue.leave_out();
        }
        let missing = self.queue.take_missing();
        if self.jobs.send(Job::Call { heard: Arc::clone(heard), missing }).is_err() {
            self.queue.leave_out();
        }
    }
}

impl Debug for Journal {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Journal").field("counts", &self.counts()).finish_non_exhaustive()
    }
}
