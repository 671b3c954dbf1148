//! Time, which can be frozen for contract tests.

use jiff::Timestamp;

/// Where `now` comes from.
#[derive(Debug, Clone, Copy)]
pub enum Clock {
    System,
    Frozen(Timestamp),
}

impl Clock {
    pub fn now(&self) -> Timestamp {
        match self {
            #[expect(clippy::disallowed_methods, reason = "the one place that reads the clock")]
            Self::System => Timestamp::now(),
            Self::Frozen(at) => *at,
        }
    }

    /// Days since 1970-01-01, UTC.
    pub fn today(&self) -> i32 {
        const SECONDS_PER_DAY: i64 = 86_400;
        i32::try_from(self.now().as_second().div_euclid(SECONDS_PER_DAY)).unwrap_or(i32::MAX)
    }
}
