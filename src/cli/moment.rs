//! Moments on the command line: a time, or how long ago.

use jiff::{Span, SpanRelativeTo, Timestamp};

use crate::domain::Clock;

/// Reads a time of RFC 3339, or a span such as `90s`, `10m`, `2h`, `7d` before now.
pub fn moment(text: &str) -> Result<Timestamp, String> {
    moment_before(text, Clock::System.now())
}

fn moment_before(text: &str, now: Timestamp) -> Result<Timestamp, String> {
    if let Ok(time) = text.parse() {
        return Ok(time);
    }
    let wrong = || "neither a time such as 2026-01-31T09:00:00Z nor a span such as 10m".to_owned();
    let span: Span = text.parse().map_err(|_| wrong())?;
    let ago = span.to_duration(SpanRelativeTo::days_are_24_hours()).map_err(|_| wrong())?;
    now.checked_sub(ago.abs()).map_err(|_| wrong())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_a_time_or_a_span_before_now() {
        let now = "2026-01-10T12:00:00Z".parse().unwrap();
        let read = |text: &str| moment_before(text, now).map(|at| at.to_string());
        assert_eq!(read("2026-01-01T00:00:00Z").unwrap(), "2026-01-01T00:00:00Z");
        assert_eq!(read("90s").unwrap(), "2026-01-10T11:58:30Z");
        assert_eq!(read("2h").unwrap(), "2026-01-10T10:00:00Z");
        assert_eq!(read("7d").unwrap(), "2026-01-03T12:00:00Z");
        assert!(read("yesterday").is_err());
    }
}
