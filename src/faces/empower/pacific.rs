//! The original's times: US Pacific with its daylight saving, written `YYYY-MM-DD HH:MM:SS`.

use std::fmt::Write as _;
use std::sync::OnceLock;

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};

/// The rule since 2007, for the case that the zone's history is not at hand.
const RULE: &str = "PST8PDT,M3.2.0,M11.1.0";

/// The zone that the vendor names "US Pacific".
pub fn zone() -> &'static TimeZone {
    static ZONE: OnceLock<TimeZone> = OnceLock::new();
    ZONE.get_or_init(|| {
        let known = TimeZone::get("America/Los_Angeles").or_else(|_| TimeZone::posix(RULE));
        known.unwrap_or(TimeZone::UTC)
    })
}

/// `YYYY-MM-DD HH:MM:SS`.
pub fn date_time(at: Timestamp) -> String {
    // By hand: a long list has one in each row, and any formatter takes many times as long.
    let at = zone().to_datetime(at);
    let mut text = String::with_capacity("YYYY-MM-DD HH:MM:SS".len());
    write!(text, "{:04}", at.year()).unwrap_or_default();
    let (month, day) = (at.month(), at.day());
    let (hour, minute, second) = (at.hour(), at.minute(), at.second());
    for (mark, number) in [('-', month), ('-', day), (' ', hour), (':', minute), (':', second)] {
        text.extend([mark, digit(number / 10), digit(number % 10)]);
    }
    text
}

fn digit(number: i8) -> char {
    u8::try_from(number).map_or('0', |number| char::from(b'0' + number))
}

/// `YYYY-MM-DD`.
pub fn date(at: Timestamp) -> String {
    at.to_zoned(zone().clone()).strftime("%Y-%m-%d").to_string()
}

/// How clients write a time.
const FORMS: [&str; 3] = ["%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"];

/// When what `text` names begins: a day or a second. `None` for anything else. A time that the
/// change to daylight saving skips is read as one hour later, one that it repeats as the first.
pub fn start_of(text: &str) -> Option<Timestamp> {
    let (at, _) = read(text)?;
    moment(at)
}

/// When what `text` names is over: the start of the next day or second.
pub fn end_of(text: &str) -> Option<Timestamp> {
    match read(text)? {
        (at, true) => moment(at.checked_add(1.day()).ok()?),
        (at, false) => moment(at)?.checked_add(1.second()).ok(),
    }
}

/// A civil time, and whether only a date was given.
fn read(text: &str) -> Option<(DateTime, bool)> {
    let text = text.trim();
    if let Ok(day) = Date::strptime("%Y-%m-%d", text) {
        return Some((day.to_datetime(jiff::civil::Time::midnight()), true));
    }
    FORMS.iter().find_map(|form| DateTime::strptime(form, text).ok()).map(|at| (at, false))
}

fn moment(at: DateTime) -> Option<Timestamp> {
    at.to_zoned(zone().clone()).ok().map(|zoned| zoned.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utc(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn times_are_pacific_with_daylight_saving() {
        assert_eq!(date_time(utc("2017-01-06T03:23:45Z")), "2017-01-05 19:23:45");
        assert_eq!(date_time(utc("2017-07-06T02:23:45Z")), "2017-07-05 19:23:45");
        assert_eq!(date(utc("2017-07-06T02:23:45Z")), "2017-07-05");
        assert_eq!(start_of("2017-01-05 19:23:45"), Some(utc("2017-01-06T03:23:45Z")));
        // Daylight saving began in April until 2006.
        assert_eq!(date_time(utc("2005-03-20T20:00:00Z")), "2005-03-20 12:00:00");
    }

    #[test]
    fn a_date_ends_with_its_day_also_when_the_day_has_23_hours() {
        assert_eq!(start_of("2026-03-08"), Some(utc("2026-03-08T08:00:00Z")));
        assert_eq!(end_of("2026-03-08"), Some(utc("2026-03-09T07:00:00Z")));
        assert_eq!(end_of("2026-03-08 01:00:00"), Some(utc("2026-03-08T09:00:01Z")));
        assert_eq!(start_of("2026-03-08 02:30:00"), Some(utc("2026-03-08T10:30:00Z")));
    }

    #[test]
    fn anything_else_is_no_time() {
        for text in ["", "2017-13-01", "2017-01-05 25:00:00", "yesterday", "05/01/2017"] {
            assert_eq!(start_of(text), None, "{text}");
        }
    }
}
