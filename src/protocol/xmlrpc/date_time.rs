//! `dateTime.iso8601`: a date and a time of day, by nobody's clock in particular.

use std::fmt;

use jiff::civil;
use jiff::tz::Offset;

/// A civil date and time, `20260131T09:05:00` as the specification writes it.
///
/// "Don't assume a timezone. It should be specified by the server in its documentation", says
/// xmlrpc.com; whoever takes a value without an offset decides what it means. Read leniently:
/// hyphens in the date, no colons in the time, no seconds, a date alone (its midnight), a space for
/// the `T`, a fraction with a point or a comma (cut at nanoseconds), and `Z` or an offset, which
/// is kept. Written as in the specification, then the fraction and the offset where there are any.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DateTime {
    pub civil: civil::DateTime,
    /// Only where the sender said one.
    pub offset: Option<Offset>,
}

impl DateTime {
    /// A date and time without an offset.
    pub fn new(civil: civil::DateTime) -> Self {
        Self { civil, offset: None }
    }

    /// Reads the forms described at the type.
    pub fn parse(text: &str) -> Option<Self> {
        let (date, rest) = take_date(text)?;
        if rest.is_empty() {
            return Some(Self::new(date.to_datetime(civil::Time::midnight())));
        }
        let rest = rest.strip_prefix(['T', 't', ' '])?;
        let zone_at = rest.find(['Z', 'z', '+', '-']).unwrap_or(rest.len());
        let (time, zone) = rest.split_at_checked(zone_at)?;
        Some(Self { civil: date.to_datetime(parse_time(time)?), offset: parse_zone(zone)? })
    }
}

impl From<civil::DateTime> for DateTime {
    fn from(civil: civil::DateTime) -> Self {
        Self::new(civil)
    }
}

/// So many digits at the start, and what follows them.
fn take_digits<T: std::str::FromStr>(text: &str, count: usize) -> Option<(T, &str)> {
    let (digits, rest) = text.split_at_checked(count)?;
    let exact = digits.bytes().all(|byte| byte.is_ascii_digit());
    if exact { Some((digits.parse().ok()?, rest)) } else { None }
}

/// `YYYYMMDD` or `YYYY-MM-DD`.
fn take_date(text: &str) -> Option<(civil::Date, &str)> {
    let (year, rest) = take_digits(text, 4)?;
    let (month, rest) = take_digits(rest.strip_prefix('-').unwrap_or(rest), 2)?;
    let (day, rest) = take_digits(rest.strip_prefix('-').unwrap_or(rest), 2)?;
    Some((civil::Date::new(year, month, day).ok()?, rest))
}

/// `HH:MM:SS` or `HHMMSS`, without the seconds too, with a fraction of them.
fn parse_time(text: &str) -> Option<civil::Time> {
    let (hour, rest) = take_digits(text, 2)?;
    let (minute, rest) = take_digits(rest.strip_prefix(':').unwrap_or(rest), 2)?;
    if rest.is_empty() {
        return civil::Time::new(hour, minute, 0, 0).ok();
    }
    let (second, rest) = take_digits(rest.strip_prefix(':').unwrap_or(rest), 2)?;
    let nanosecond = match rest.strip_prefix(['.', ',']) {
        Some(fraction) => parse_fraction(fraction)?,
        None if rest.is_empty() => 0,
        None => return None,
    };
    civil::Time::new(hour, minute, second, nanosecond).ok()
}

/// Nanoseconds of a fraction of any length.
fn parse_fraction(text: &str) -> Option<i32> {
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let padded: String = text.chars().chain(std::iter::repeat('0')).take(9).collect();
    padded.parse().ok()
}

/// Nothing, `Z`, `+HH:MM`, `+HHMM` or `+HH`.
#[expect(clippy::option_option, reason = "no offset said, and one that cannot be read")]
fn parse_zone(text: &str) -> Option<Option<Offset>> {
    let (sign, digits) = match text.split_at_checked(1) {
        None => return Some(None),
        Some(("Z" | "z", "")) => return Some(Some(Offset::UTC)),
        Some(("+", digits)) => (1, digits),
        Some(("-", digits)) => (-1, digits),
        Some(_) => return None,
    };
    let (hours, rest) = take_digits::<i32>(digits, 2)?;
    let minutes = match rest.strip_prefix(':').unwrap_or(rest) {
        "" => 0,
        rest => take_digits::<i32>(rest, 2).filter(|(_, rest)| rest.is_empty())?.0,
    };
    if hours > 14 || minutes > 59 {
        return None;
    }
    Offset::from_seconds(sign * (hours * 3600 + minutes * 60)).ok().map(Some)
}

impl fmt::Display for DateTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = self.civil;
        write!(f, "{:04}{:02}{:02}", at.year(), at.month(), at.day())?;
        write!(f, "T{:02}:{:02}:{:02}", at.hour(), at.minute(), at.second())?;
        if at.subsec_nanosecond() > 0 {
            let fraction = format!("{:09}", at.subsec_nanosecond());
            write!(f, ".{}", fraction.trim_end_matches('0'))?;
        }
        match self.offset.map(Offset::seconds) {
            None => Ok(()),
            Some(0) => f.write_str("Z"),
            Some(seconds) => {
                let sign = if seconds < 0 { '-' } else { '+' };
                let minutes = seconds.abs() / 60;
                write!(f, "{sign}{:02}:{:02}", minutes / 60, minutes % 60)
            }
        }
    }
}
