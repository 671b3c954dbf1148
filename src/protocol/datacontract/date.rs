//! Dates as .NET's round-trip format has them.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

/// Digits of a fraction of a second: a .NET tick is 100 ns.
const FRACTION_DIGITS: usize = 7;
const NANOS_PER_TICK: i32 = 100;

/// A moment to the tick, in UTC with the offset written out: `2025-11-24T10:45:01.4007824+00:00`.
/// Zeros at the end of the fraction are dropped, and so is a fraction without any other digit.
pub fn format_date(at: Timestamp) -> String {
    let civil = TimeZone::UTC.to_datetime(at);
    let ticks = civil.subsec_nanosecond() / NANOS_PER_TICK;
    let fraction = format!("{ticks:0FRACTION_DIGITS$}");
    let fraction = fraction.trim_end_matches('0');
    let point = if fraction.is_empty() { "" } else { "." };
    format!("{}{point}{fraction}+00:00", civil.strftime("%Y-%m-%dT%H:%M:%S"))
}

/// Reads ISO 8601 as .NET does: with an offset, with `Z`, or with neither, which means UTC here.
pub fn parse_date(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    if let Ok(at) = text.parse::<Timestamp>() {
        return Some(at);
    }
    let civil: DateTime = text.parse().ok()?;
    civil.to_zoned(TimeZone::UTC).ok().map(|zoned| zoned.timestamp())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_fraction_has_up_to_seven_digits_and_no_zeros_at_its_end() {
        for (at, written) in [
            ("2025-11-24T10:45:01.4007824Z", "2025-11-24T10:45:01.4007824+00:00"),
            ("2025-11-24T10:45:01.400782499Z", "2025-11-24T10:45:01.4007824+00:00"),
            ("2025-11-24T10:45:01.4007Z", "2025-11-24T10:45:01.4007+00:00"),
            ("2025-11-24T10:45:01Z", "2025-11-24T10:45:01+00:00"),
            ("2025-11-24T10:45:01.00000001Z", "2025-11-24T10:45:01+00:00"),
            ("2025-11-24T10:45:01.05+02:00", "2025-11-24T08:45:01.05+00:00"),
        ] {
            assert_eq!(format_date(at.parse().unwrap()), written);
        }
    }

    #[test]
    fn dates_with_and_without_an_offset_are_read() {
        let meant: Timestamp = "2025-11-24T10:45:01Z".parse().unwrap();
        for text in ["2025-11-24T10:45:01Z", "2025-11-24T11:45:01+01:00", " 2025-11-24T10:45:01 "] {
            assert_eq!(parse_date(text), Some(meant), "{text}");
        }
        assert_eq!(parse_date("soon"), None);
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again_to_the_tick(ticks in 0_i64..40_000_000_000_000_000) {
            let at = Timestamp::from_nanosecond(i128::from(ticks) * 100).unwrap();
            prop_assert_eq!(parse_date(&format_date(at)), Some(at));
        }
    }
}
