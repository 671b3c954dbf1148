//! Time, which can be frozen for contract tests.

use jiff::Timestamp;

/// Where `now` comes from.
#[derive(Debug, Clone, Copy)]
pub enum Clock {
    System,
    Frozen(Timestamp),
}

impl Clock {
    /// The moment, as exact as it is stored: what one answer says of a time, the next one repeats.
    pub fn now(&self) -> Timestamp {
        as_stored(match self {
            #[expect(clippy::disallowed_methods, reason = "the one place that reads the clock")]
            Self::System => Timestamp::now(),
            Self::Frozen(at) => *at,
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
}
