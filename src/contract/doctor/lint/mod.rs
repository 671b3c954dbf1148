//! The same look at a running server's calls: counted, and logged once an hour.
//!
//! A [`Lint`] looks at a bounded number of calls each second. It listens to the server, on a thread of
//! its own behind a bounded queue: no call waits for it, and what does not fit is not looked at. Where
//! there is a journal it is asked by that one's thread instead, so that an entry carries the codes of
//! what was found and no call is looked at twice.

mod recent;

use std::collections::BTreeMap;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use tracing::{info, warn};

use self::recent::Recent;
use super::{Case, Diagnosis, Known, Severity, diagnose};
use crate::contract::{Heard, Listener, Wish};

/// Largest body that is looked into here, in bytes; of a longer one the size still counts.
const MOST_BODY_BYTES: usize = 256 * 1024;

/// Calls that wait for the thread. With bodies of the size above they come to 16 MiB at most.
const WAITING_CALLS: usize = 32;

/// How many calls are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settings {
    /// In one second; those behind them are passed over until the next one.
    pub calls_per_second: u32,
}

/// What was found so far, for the metrics: diagnoses by face and code.
///
/// Faces and codes come from closed sets, so that it stays small.
#[derive(Debug, Default)]
pub struct Troubles {
    counts: Mutex<BTreeMap<(&'static str, &'static str), u64>>,
}

impl Troubles {
    fn count(&self, face: &'static str, code: &'static str) {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        *counts.entry((face, code)).or_default() += 1;
    }

    /// Face, code and how often, in their order.
    pub fn now(&self) -> Vec<(&'static str, &'static str, u64)> {
        let counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        counts.iter().map(|((face, code), count)| (*face, *code, *count)).collect()
    }
}

/// A listener that diagnoses what it hears.
#[derive(Debug)]
pub struct Lint {
    settings: Settings,
    /// The second that is counted, and the calls taken in it.
    taken: Mutex<(Instant, u32)>,
    queue: Option<SyncSender<Arc<Heard>>>,
    thread: Option<JoinHandle<()>>,
    /// What was logged of the calls that somebody else's thread looks at.
    recent: Mutex<Recent>,
    troubles: Arc<Troubles>,
}

impl Lint {
    /// Starts the thread.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn start(settings: Settings) -> std::io::Result<Self> {
        let mut lint = Self::without_thread(settings);
        let (queue, calls) = sync_channel(WAITING_CALLS);
        let counted = lint.troubles();
        let thread = std::thread::Builder::new()
            .name("doctor".to_owned())
            .spawn(move || look_at_all(&calls, &counted))?;
        (lint.queue, lint.thread) = (Some(queue), Some(thread));
        Ok(lint)
    }

    /// Without a thread, for one that has its own and asks with [`Self::look`].
    pub fn without_thread(settings: Settings) -> Self {
        Self {
            settings,
            taken: Mutex::new((Instant::now(), 0)),
            queue: None,
            thread: None,
            recent: Mutex::default(),
            troubles: Arc::new(Troubles::default()),
        }
    }

    /// Looks at a call now, counts and logs what is wrong, and answers its codes, the worst first.
    /// `None` when this second's calls have been looked at.
    pub fn look(&self, heard: &Heard) -> Option<Vec<&'static str>> {
        if !self.may_take(true) {
            return None;
        }
        let mut recent = self.recent.lock().unwrap_or_else(PoisonError::into_inner);
        Some(tell_of(heard, &self.troubles, &mut recent))
    }

    /// What was found so far; it goes on growing.
    pub fn troubles(&self) -> Arc<Troubles> {
        Arc::clone(&self.troubles)
    }

    /// Waits until everything that was heard has been looked at.
    pub fn finish(mut self) -> Arc<Troubles> {
        self.end();
        Arc::clone(&self.troubles)
    }

    fn end(&mut self) {
        self.queue = None;
        if let Some(thread) = self.thread.take() {
            // It panics with nobody else: what it does is its own.
            drop(thread.join());
        }
    }

    /// Whether one more call may be looked at in this second; it is counted when it `is_one`.
    fn may_take(&self, is_one: bool) -> bool {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        if taken.0.elapsed() >= Duration::from_secs(1) {
            *taken = (Instant::now(), 0);
        }
        let may = taken.1 < self.settings.calls_per_second;
        taken.1 = taken.1.saturating_add(u32::from(is_one && may));
        may
    }
}

impl Drop for Lint {
    fn drop(&mut self) {
        self.end();
    }
}

impl Listener for Lint {
    fn wish(&self) -> Wish {
        // Nothing is set aside of calls that will not be looked at.
        if self.may_take(false) {
            Wish::Bodies { most_bytes: MOST_BODY_BYTES }
        } else {
            Wish::Heads
        }
    }

    fn heard(&self, heard: &Arc<Heard>) {
        let Some(queue) = &self.queue else { return };
        if self.may_take(true) {
            // A full queue means that the thread has enough to do.
            drop(queue.try_send(Arc::clone(heard)));
        }
    }
}

fn look_at_all(calls: &Receiver<Arc<Heard>>, troubles: &Troubles) {
    let mut recent = Recent::default();
    for heard in calls {
        tell_of(&heard, troubles, &mut recent);
    }
}

/// Counts what is wrong with a call, and logs what was not logged within the hour.
fn tell_of(heard: &Heard, troubles: &Troubles, recent: &mut Recent) -> Vec<&'static str> {
    let found = look_at(heard);
    for diagnosis in &found {
        troubles.count(heard.facts.face, diagnosis.code);
        if recent.is_new(heard, diagnosis.code, Instant::now()) {
            log(heard, diagnosis);
        }
    }
    found.iter().map(|diagnosis| diagnosis.code).collect()
}

/// What is wrong with a call, but for what only a capture of several calls can tell.
fn look_at(heard: &Heard) -> Vec<Diagnosis> {
    let facts = &heard.facts;
    // Whoever plans a cut knows why its client has trouble.
    if facts.ended.is_cut() {
        return Vec::new();
    }
    let known = Known {
        at: Some(facts.at),
        base_url: Some(facts.base_url.clone()),
        sent_bytes: Some(facts.sent_bytes),
        without_bodies: !heard.whole,
        without_reply_head: false,
        is_answered_challenge: true,
    };
    let mut found = diagnose(&Case { exchange: &heard.exchange, before: &[], known });
    found.retain(|diagnosis| diagnosis.severity != Severity::Note);
    found
}

fn log(heard: &Heard, diagnosis: &Diagnosis) {
    let facts = &heard.facts;
    let (code, title, why) = (diagnosis.code, diagnosis.title, &diagnosis.why);
    let (face, operation, request) = (facts.face, facts.operation, &facts.request_id);
    let agent = recent::agent_of(heard);
    if diagnosis.severity == Severity::Fails {
        warn!(code, face, operation, agent, %request, "a client has trouble: {title}. {why}");
    } else {
        info!(code, face, operation, agent, %request, "a client may have trouble: {title}. {why}");
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::contract::{Ended, Exchange, Facts, Request, Response};

    const BROKEN: &[u8] = include_bytes!("../../../../tests/doctor/empty-operation-element.http");

    fn heard(whole: bool, sent_bytes: u64) -> Arc<Heard> {
        let input = super::super::input::read(BROKEN).unwrap();
        let super::super::input::Input::Exchanges(mut exchanges) = input else { panic!("calls") };
        let mut exchange = exchanges.pop().unwrap();
        if !whole {
            let Exchange { request, response } = exchange;
            let request = Request { body: bytes::Bytes::new(), ..request };
            exchange =
                Exchange { request, response: Response { body: bytes::Bytes::new(), ..response } };
        }
        let facts = Facts {
            request_id: "1".to_owned(),
            at: Timestamp::UNIX_EPOCH,
            took: Duration::ZERO,
            peer: [127, 0, 0, 1].into(),
            base_url: "http://api.example.org".to_owned(),
            face: "dotdigital-soap",
            operation: "GetContactById",
            caller: None,
            received_bytes: 1,
            sent_bytes,
            ended: Ended::Whole,
        };
        Arc::new(Heard { facts, exchange, whole })
    }

    #[test]
    fn what_is_wrong_with_calls_is_counted_by_face_and_code() {
        let lint = Lint::start(Settings { calls_per_second: 1_000 }).unwrap();
        for _ in 0..3 {
            lint.heard(&heard(true, 0));
        }
        let found = lint.finish().now();
        assert_eq!(found, [("dotdigital-soap", "empty-operation-element", 3)]);
    }

    #[test]
    fn whoever_asks_is_told_the_codes_as_long_as_the_second_has_calls_left() {
        let lint = Lint::without_thread(Settings { calls_per_second: 1 });
        let looked: Vec<_> = (0..50).map(|_| lint.look(&heard(true, 0))).collect();
        assert_eq!(looked[0], Some(vec!["empty-operation-element"]));
        assert!(looked.contains(&None));
        assert_eq!(lint.troubles().now()[0].1, "empty-operation-element");
    }

    #[test]
    fn a_call_that_was_cut_on_purpose_is_not_looked_into() {
        let mut heard = Arc::unwrap_or_clone(heard(true, 0));
        heard.facts.ended = Ended::CutAfter;
        assert!(look_at(&heard).is_empty());
    }

    #[test]
    fn no_more_calls_are_looked_at_in_a_second_than_is_said() {
        let lint = Lint::start(Settings { calls_per_second: 2 }).unwrap();
        for _ in 0..5 {
            lint.heard(&heard(true, 0));
        }
        let found = lint.finish().now();
        let looked_at = found.first().map_or(0, |(.., count)| *count);
        // The second may have turned once while this ran.
        assert!((2..=4).contains(&looked_at), "{looked_at}");
    }

    #[test]
    fn a_form_that_was_not_kept_is_not_said_to_lack_its_key() {
        let heard = heard(false, 10);
        let mut heard = Arc::unwrap_or_clone(heard);
        "/en/api/importContacts".clone_into(&mut heard.exchange.request.target);
        heard.exchange.request.headers.clear();
        assert!(look_at(&heard).is_empty());
    }

    #[test]
    fn bodies_are_wished_for_as_long_as_the_second_has_calls_left() {
        let lint = Lint::start(Settings { calls_per_second: 0 }).unwrap();
        assert_eq!(lint.wish(), Wish::Heads);
        let lint = Lint::start(Settings { calls_per_second: 1 }).unwrap();
        assert_eq!(lint.wish(), Wish::Bodies { most_bytes: MOST_BODY_BYTES });
    }

    #[test]
    fn a_reply_that_was_not_kept_is_judged_by_its_size() {
        let heard = heard(false, 70_000);
        let mut head = Arc::unwrap_or_clone(heard);
        head.exchange.request.headers.remove("user-agent");
        let codes: Vec<&str> = look_at(&head).iter().map(|found| found.code).collect();
        assert_eq!(codes, ["reply-over-64-kb"]);
    }
}
