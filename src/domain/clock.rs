//! Time, which can be frozen for contract tests.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::Timestamp;

/// Where `now` comes from.
#[derive(Debug, Clone)]
pub enum Clock {
    System,
    Frozen(Timestamp),
    /// Stands still until somebody moves it.
    ByHand(HandClock),
}

/// A clock that a test or a replay moves while others look at it.
#[derive(Debug, Clone)]
pub struct HandClock(Arc<AtomicI64>);

impl HandClock {
    pub fn new(at: Timestamp) -> Self {
        Self(Arc::new(AtomicI64::new(at.as_microsecond())))
    }

    pub fn set(&self, at: Timestamp) {
        self.0.store(at.as_microsecond(), Ordering::Relaxed);
    }

    fn now(&self) -> Timestamp {
        // It was a timestamp's when it was set.
        Timestamp::from_microsecond(self.0.load(Ordering::Relaxed)).unwrap_or(Timestamp::UNIX_EPOCH)
    }
}

impl Clock {
    /// The moment, as exact as it is stored: what one answer says of a time, the next one repeats.
    pub fn now(&self) -> Timestamp {
        as_stored(match self {
            #[expect(clippy::disallowed_methods, reason = "the one place that reads the clock")]
            Self::System => Timestamp::now(),
            Self::Frozen(at) => *at,
            Self::ByHand(clock) => clock.now(),
        })
    }

    /// Days since 1970-01-01, UTC.
    pub fn today(&self) -> i32 {
        const SECONDS_PER_DAY: i64 = 86_400;
        i32::try_from(self.now().as_second().div_euclid(SECONDS_PER_DAY)).unwrap_or(i32::MAX)
    }
}

/// The moment cut down to a whole microsecond, which is what records keep.
pub fn as_stored(at: Timestamp) -> Timestamp {
    Timestamp::from_microsecond(at.as_microsecond()).unwrap_or(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_tells_no_more_than_is_stored() {
        let frozen = Clock::Frozen("2026-01-01T00:00:00.123456789Z".parse().unwrap());
        assert_eq!(frozen.now(), "2026-01-01T00:00:00.123456Z".parse().unwrap());
        assert_eq!(Clock::System.now().subsec_nanosecond() % 1_000, 0);
    }

    #[test]
    fn everybody_sees_a_clock_moved_by_hand() {
        let [one, other] =
            ["2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z"].map(|at| at.parse().unwrap());
        let hand = HandClock::new(one);
        let clock = Clock::ByHand(hand.clone());
        assert_eq!(clock.now(), one);
        hand.set(other);
        assert_eq!(clock.now(), other);
    }
}
