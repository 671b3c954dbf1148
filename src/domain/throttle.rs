//! Slows down those who try passwords.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Failures in a row that cost nothing: a person mistypes, a program is set up.
const FREE_FAILURES: u32 = 5;
/// Longest wait after a failure.
const MAX_WAIT: Duration = Duration::from_secs(60);
/// After this long without a failure all is forgotten.
const FORGOTTEN_AFTER: Duration = Duration::from_secs(600);
/// Entries kept; the ones to be forgotten first make room.
const MAX_ENTRIES: usize = 10_000;

/// Failed logins by who failed: a credential or a peer, as a keyed hash.
///
/// From the sixth failure in a row on each doubles the wait until the next try is looked at: one
/// second, two, four, up to a minute.
#[derive(Debug, Default)]
pub(super) struct Throttle {
    failures: Mutex<BTreeMap<u64, Failures>>,
}

#[derive(Debug, Clone, Copy)]
struct Failures {
    count: u32,
    last: Instant,
}

impl Failures {
    fn wait(self) -> Duration {
        let Some(beyond) = self.count.checked_sub(FREE_FAILURES + 1) else {
            return Duration::ZERO;
        };
        Duration::from_secs(1 << beyond.min(6)).min(MAX_WAIT)
    }
}

impl Throttle {
    /// Whether a try of `who` is looked at.
    pub fn admits(&self, who: u64, now: Instant) -> bool {
        let failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        failures.get(&who).is_none_or(|one| now.duration_since(one.last) >= one.wait())
    }

    pub fn failed(&self, who: u64, now: Instant) {
        let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        if failures.len() >= MAX_ENTRIES && !failures.contains_key(&who) {
            make_room(&mut failures, now);
        }
        let one = failures.entry(who).or_insert(Failures { count: 0, last: now });
        if now.duration_since(one.last) >= FORGOTTEN_AFTER {
            one.count = 0;
        }
        one.count = one.count.saturating_add(1);
        one.last = now;
    }

    pub fn succeeded(&self, who: u64) {
        self.failures.lock().unwrap_or_else(PoisonError::into_inner).remove(&who);
    }
}

fn make_room(failures: &mut BTreeMap<u64, Failures>, now: Instant) {
    failures.retain(|_, one| now.duration_since(one.last) < FORGOTTEN_AFTER);
    if failures.len() >= MAX_ENTRIES {
        let oldest = failures.iter().min_by_key(|(_, one)| one.last).map(|(who, _)| *who);
        oldest.and_then(|who| failures.remove(&who));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sixth_failure_in_a_row_costs_a_second_and_each_further_one_twice_that() {
        let (throttle, now) = (Throttle::default(), Instant::now());
        for _ in 0..FREE_FAILURES {
            throttle.failed(1, now);
            assert!(throttle.admits(1, now));
        }
        throttle.failed(1, now);
        assert!(!throttle.admits(1, now + Duration::from_millis(999)));
        assert!(throttle.admits(1, now + Duration::from_secs(1)));
        throttle.failed(1, now);
        assert!(!throttle.admits(1, now + Duration::from_millis(1_999)));
        assert!(throttle.admits(2, now), "others are not slowed");
    }

    #[test]
    fn a_wait_ends_after_a_minute_at_most() {
        let (throttle, now) = (Throttle::default(), Instant::now());
        (0..1_000).for_each(|_| throttle.failed(1, now));
        assert!(!throttle.admits(1, now + Duration::from_secs(59)));
        assert!(throttle.admits(1, now + MAX_WAIT));
    }

    #[test]
    fn a_success_and_a_long_silence_wipe_the_slate() {
        let (throttle, now) = (Throttle::default(), Instant::now());
        (0..10).for_each(|_| throttle.failed(1, now));
        throttle.succeeded(1);
        assert!(throttle.admits(1, now));
        (0..10).for_each(|_| throttle.failed(1, now));
        throttle.failed(1, now + FORGOTTEN_AFTER);
        assert!(throttle.admits(1, now + FORGOTTEN_AFTER));
    }

    #[test]
    fn the_table_stays_bounded() {
        let (throttle, now) = (Throttle::default(), Instant::now());
        for who in 0..20_000 {
            throttle.failed(who, now + Duration::from_millis(who));
        }
        assert!(throttle.failures.lock().unwrap().len() <= MAX_ENTRIES);
    }
}
