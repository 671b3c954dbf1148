//! Our answers compared with an upstream's, in the background.
//!
//! [`Parity`] listens to the server's calls. One whose way says so is passed on after it was
//! answered here, and both answers are compared. What waits is bounded in number and in bytes, and
//! so are the comparisons under way; what finds no room is counted, never waited for. A call that
//! changes something is passed on only where the operator asked for that.

use std::sync::{Arc, Mutex, PoisonError};

use futures_util::{StreamExt as _, stream};
use jiff::Timestamp;
use tokio::sync::mpsc::{self, Receiver, Sender};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;
use tracing::debug;

use super::way::{Way, Ways};
use crate::contract::parity::{Ledger, Outcome, Skipped, Yardstick};
use crate::contract::upstream::Upstream;
use crate::contract::{Exchange, Heard, Listener, Wish};

/// The unit in which waiting bytes are counted.
const KIB: usize = 1_024;

/// What the upstream's answers of some operations are compared by.
#[derive(Debug)]
pub struct Compared {
    pub upstream: Arc<Upstream>,
    pub yardstick: Yardstick,
    /// Passes on calls, too, that change something: they then happen twice.
    pub writes: bool,
}

/// How much may wait and be under way.
#[derive(Debug, Clone, Copy)]
pub struct Room {
    /// Comparisons under way at once.
    pub at_once: usize,
    /// Calls that wait for theirs.
    pub waiting: usize,
    /// Bytes of the bodies of those calls, both ways.
    pub waiting_bytes: usize,
    /// Longest body that is compared, in bytes.
    pub body_bytes: usize,
}

/// A call that waits.
#[derive(Debug)]
struct Job {
    face: &'static str,
    operation: &'static str,
    at: Timestamp,
    exchange: Exchange,
    compared: Arc<Compared>,
    _held: OwnedSemaphorePermit,
}

/// Compares in the background, and counts what comes of it.
#[derive(Debug)]
pub struct Parity {
    ways: Ways,
    room: Room,
    ledger: Ledger,
    bytes: Arc<Semaphore>,
    sender: Sender<Job>,
    /// Taken by whoever runs it.
    receiver: Mutex<Option<Receiver<Job>>>,
}

impl Parity {
    pub fn new(ways: Ways, room: Room, since: Timestamp) -> Self {
        let (sender, receiver) = mpsc::channel(room.waiting.max(1));
        Self {
            ways,
            room,
            ledger: Ledger::new(since),
            bytes: Arc::new(Semaphore::new(room.waiting_bytes.div_ceil(KIB).max(1))),
            sender,
            receiver: Mutex::new(Some(receiver)),
        }
    }

    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// Compares what waits, until `stopping`. Only the first to run it has anything to do.
    pub async fn run(self: Arc<Self>, stopping: CancellationToken) {
        let receiver = self.receiver.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some(receiver) = receiver else { return };
        let jobs = stream::unfold(receiver, |mut receiver| async {
            receiver.recv().await.map(|job| (job, receiver))
        });
        let work = jobs.for_each_concurrent(self.room.at_once.max(1), |job| {
            let parity = Arc::clone(&self);
            async move { parity.compare(job).await }
        });
        stopping.run_until_cancelled(work).await;
    }

    async fn compare(&self, job: Job) {
        let (face, operation, at) = (job.face, job.operation, job.at);
        let outcome = match job.compared.upstream.pass(&job.exchange.request).await {
            Err(error) => {
                debug!("nothing to compare {face} {operation} with: {error}");
                Outcome::Failed(error.word())
            }
            Ok(upstream) => {
                let judging = tokio::task::spawn_blocking(move || {
                    job.compared.yardstick.judge(face, &job.exchange, &upstream)
                });
                judging.await.unwrap_or(Outcome::Failed("panic"))
            }
        };
        self.ledger.count(face, operation, &outcome, at);
    }

    /// Sets a call aside for its comparison, or says why not.
    fn set_aside(&self, heard: &Heard, compared: &Arc<Compared>) -> Result<(), Skipped> {
        let (face, operation) = (heard.facts.face, heard.facts.operation);
        let only_reads = self.ways.of(face).is_some_and(|ways| ways.only_reads(operation));
        if !only_reads && !compared.writes {
            return Err(Skipped::Write);
        }
        let Exchange { request, response } = &heard.exchange;
        if !heard.whole || request.body.len().max(response.body.len()) > self.room.body_bytes {
            return Err(Skipped::Unkept);
        }
        let kib = (request.body.len() + response.body.len()).div_ceil(KIB).max(1);
        let kib = u32::try_from(kib).map_err(|_| Skipped::Unkept)?;
        let held = Arc::clone(&self.bytes).try_acquire_many_owned(kib);
        let job = Job {
            face,
            operation,
            at: heard.facts.at,
            exchange: heard.exchange.clone(),
            compared: Arc::clone(compared),
            _held: held.map_err(|_| Skipped::Crowded)?,
        };
        self.sender.try_send(job).map_err(|_| Skipped::Crowded)
    }
}

impl Listener for Parity {
    fn wish(&self) -> Wish {
        Wish::Bodies { most_bytes: self.room.body_bytes }
    }

    fn heard(&self, heard: &Arc<Heard>) {
        let facts = &heard.facts;
        let Some(ways) = self.ways.of(facts.face) else { return };
        let operation = Some(facts.operation).filter(|name| !name.is_empty());
        let Way::Compare(compared) = ways.of(operation) else { return };
        if let Err(why) = self.set_aside(heard, compared) {
            let outcome = Outcome::Skipped(why);
            self.ledger.count(facts.face, facts.operation, &outcome, facts.at);
        }
    }
}
