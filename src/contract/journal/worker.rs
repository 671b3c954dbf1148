//! The thread that redacts and writes. It waits for the disk, so that no call does.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use http::header::{CONTENT_LENGTH, TRANSFER_ENCODING};
use jiff::Timestamp;
use tracing::warn;

use super::entry::{Entry, Gap};
use super::writer::{Lost, Writer};
use super::{Queue, weight};
use crate::contract::doctor::lint::Lint;
use crate::contract::redact::{Redacted, Unredactable};
use crate::contract::{Ended, Exchange, Heard};
use crate::domain::Clock;

/// What was written is synced after this time; a power failure costs so much at most.
const SYNC_EVERY: Duration = Duration::from_secs(1);
/// Looks for what has become too old, also where nothing is written.
const EXPIRE_EVERY: Duration = Duration::from_secs(20);
/// After each batch the thread sleeps so long, so that under load it is woken for many calls at once.
const GATHER_FOR: Duration = Duration::from_millis(5);
/// Calls go first: the journal is written with what they leave of the processors.
#[cfg(target_os = "linux")]
const NICENESS: i32 = 19;
/// Between two warnings that the disk refuses.
const WARN_EVERY: Duration = Duration::from_secs(60);

/// What the queue carries.
#[derive(Debug)]
pub(super) enum Job {
    Call {
        heard: Arc<Heard>,
        /// Calls that were left out in front of it.
        missing: u64,
    },
    /// Write what came before, and end.
    Stop,
}

/// Takes credentials and people out of an exchange.
pub(super) type Redact = Box<dyn Fn(&Exchange) -> Result<Redacted, Unredactable> + Send>;

/// Everything the thread owns.
pub(super) struct Worker {
    pub writer: Writer,
    pub redact: Redact,
    pub doctor: Option<Arc<Lint>>,
    pub queue: Arc<Queue>,
    pub clock: Clock,
    pub warned: Option<Instant>,
}

impl Worker {
    /// Works until it is told to stop, or nobody can tell it any more.
    pub fn run(mut self, jobs: &Receiver<Job>) {
        give_way();
        let (mut synced, mut expired) = (Instant::now(), Instant::now());
        let mut going_on = true;
        while going_on {
            let patience = if self.writer.has_unsynced() { SYNC_EVERY } else { EXPIRE_EVERY };
            match jobs.recv_timeout(patience) {
                Ok(first) => going_on = self.batch(first, jobs),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => going_on = false,
            }
            if synced.elapsed() >= SYNC_EVERY || !going_on {
                self.try_disk("sync", Writer::sync);
                synced = Instant::now();
            }
            if expired.elapsed() >= EXPIRE_EVERY {
                let now = self.clock.now();
                self.try_disk("drop old entries of", |writer| writer.expire(now));
                expired = Instant::now();
            }
        }
    }

    /// All that waits, written together; false when it is time to end.
    fn batch(&mut self, first: Job, jobs: &Receiver<Job>) -> bool {
        let mut next = Some(first);
        let mut stop = false;
        while let Some(job) = next {
            match job {
                Job::Call { heard, missing } => {
                    self.gap(missing, heard.facts.at);
                    self.call(&heard);
                }
                Job::Stop => {
                    stop = true;
                    break;
                }
            }
            next = jobs.try_recv().ok();
        }
        let missing = self.queue.take_missing();
        self.gap(missing, self.clock.now());
        let flushed = self.writer.flush();
        self.count_lost(flushed);
        if !stop {
            std::thread::sleep(GATHER_FOR);
        }
        !stop
    }

    /// Marks the place of calls that were left out.
    fn gap(&mut self, missing: u64, at: Timestamp) {
        if missing == 0 {
            return;
        }
        if let Some(line) = (Gap { missing, at }).to_line() {
            let written = self.writer.append(&line, at);
            self.count_lost(written);
        }
    }

    fn call(&mut self, heard: &Heard) {
        let written = catch_unwind(AssertUnwindSafe(|| self.write(heard)));
        // `log_panics` has written its line.
        let Ok(written) = written else {
            self.queue.counts.failed.fetch_add(1, Ordering::Relaxed);
            self.queue.release(weight(heard));
            return;
        };
        self.count_lost(written);
        self.queue.release(weight(heard));
    }

    fn write(&mut self, heard: &Heard) -> Result<(), Lost> {
        let facts = &heard.facts;
        let Exchange { request, response } = &heard.exchange;
        let (method, status) = (request.method.as_str(), response.status.as_u16());
        let (part, why) = without_what_is_missing(heard);
        let redacted = match &part {
            Some(part) => (self.redact)(part),
            None => (self.redact)(&heard.exchange),
        };
        let most_bytes = self.writer.most_line_bytes();
        let kept = redacted.as_ref().ok().map(|redacted| &redacted.exchange);
        let unredactable = redacted.as_ref().err().map(ToString::to_string);
        let codes = self.doctor.as_ref().and_then(|doctor| doctor.look(heard)).unwrap_or_default();
        let line = |kept, left_out| {
            let doctor = codes.iter().map(|code| (*code).into()).collect();
            let entry = Entry { doctor, ..Entry::of(facts, method, status, kept, left_out) };
            entry.to_line(most_bytes)
        };
        let line = line(kept, unredactable.as_deref().or(why))
            .or_else(|| line(None, Some("longer than an entry of this journal may be")));
        let counts = &self.queue.counts;
        let Some(line) = line else {
            counts.failed.fetch_add(1, Ordering::Relaxed);
            return Ok(());
        };
        let count = if kept.is_some() { &counts.written } else { &counts.facts_alone };
        count.fetch_add(1, Ordering::Relaxed);
        self.writer.append(&line, facts.at)
    }

    fn count_lost(&mut self, written: Result<(), Lost>) {
        let Err(Lost { entries, error }) = written else { return };
        self.queue.counts.failed.fetch_add(entries, Ordering::Relaxed);
        self.warn("write", &error);
    }

    fn try_disk(&mut self, what: &str, work: impl FnOnce(&mut Writer) -> std::io::Result<()>) {
        if let Err(error) = work(&mut self.writer) {
            self.warn(what, &error);
        }
    }

    fn warn(&mut self, what: &str, error: &std::io::Error) {
        if self.warned.is_none_or(|warned| warned.elapsed() >= WARN_EVERY) {
            warn!("could not {what} the journal: {error}");
            self.warned = Some(Instant::now());
        }
    }
}

/// The exchange without the bodies that must not be kept alone, and why.
///
/// A secret in a request may be repeated in its reply: where nobody has seen the request's body, the
/// reply's cannot be redacted for sure.
fn without_what_is_missing(heard: &Heard) -> (Option<Exchange>, Option<&'static str>) {
    if heard.whole {
        return (None, None);
    }
    let request = &heard.exchange.request;
    let states_body = request.headers.get(CONTENT_LENGTH).is_some_and(|length| length != "0")
        || request.headers.contains_key(TRANSFER_ENCODING);
    if !request.body.is_empty() || !states_body {
        let why = match heard.facts.ended {
            Ended::Whole => "the reply's body: too long",
            Ended::BrokenOff => "the reply's body: it broke off",
            Ended::CutBefore | Ended::CutAfter => "the reply: it was not sent",
        };
        return (None, Some(why));
    }
    let mut part = heard.exchange.clone();
    part.response.body = bytes::Bytes::new();
    (Some(part), Some("both bodies: the request's is too long, or was not read"))
}

/// Lets calls go first. On Linux this is about the calling thread alone; elsewhere it would be about
/// the whole process.
fn give_way() {
    #[cfg(target_os = "linux")]
    if let Err(error) = rustix::process::nice(NICENESS) {
        warn!("the journal takes time from calls: {error}");
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::super::testing::{exchange, facts};
    use super::*;

    fn heard(asked: &str, length: &str, answered: &str) -> Heard {
        let mut exchange = exchange(asked, answered);
        exchange.request.headers.insert(CONTENT_LENGTH, length.parse().unwrap());
        Heard { facts: facts(1), exchange, whole: false }
    }

    #[test]
    fn a_reply_to_a_request_that_nobody_saw_is_not_kept() {
        let (part, why) = without_what_is_missing(&heard("", "70", "secret"));
        assert_eq!(part.unwrap().response.body, Bytes::new());
        assert!(why.unwrap().contains("both"));
    }

    #[test]
    fn a_request_stays_without_its_reply() {
        let (part, why) = without_what_is_missing(&heard("asked", "5", ""));
        assert!(part.is_none() && why.unwrap().contains("reply"));
        let (part, why) = without_what_is_missing(&heard("", "0", ""));
        assert!(part.is_none() && why.unwrap().contains("reply"));
    }
}
