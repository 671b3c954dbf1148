//! `xs:dateTime` as .NET writes and reads it.

use std::fmt;

use jiff::Timestamp;
use jiff::civil::{self, DateTime as Civil};
use jiff::tz::{Offset, TimeZone};

use super::error::XmlError;
use super::reader::Reader;
use super::record::{TypeRef, XmlValue};
use super::writer::Writer;

/// A moment in .NET's resolution, 100 ns ticks, from year 1 on.
///
/// Read with no, a few or many fractional digits (what is finer than a tick is cut off), with
/// `Z`, an offset, or neither, which means UTC. Written in UTC with a `Z` and without trailing
/// zeros. [`DateTime::MIN`] is .NET's default value and is written without a zone, as .NET does,
/// so that clients do not shift it before year 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DateTime(Timestamp);

/// Nanoseconds in a tick.
const TICK: i128 = 100;

impl DateTime {
    /// `0001-01-01T00:00:00`, what .NET has for no date.
    pub const MIN: Self = Self(Timestamp::constant(-62_135_596_800, 0));

    /// The moment, cut down to a tick; moments before year 1 become [`Self::MIN`].
    pub fn new(at: Timestamp) -> Self {
        let nanoseconds = at.as_nanosecond();
        let cut = Timestamp::from_nanosecond(nanoseconds - nanoseconds.rem_euclid(TICK));
        Self(cut.unwrap_or(at)).max(Self::MIN)
    }

    pub fn timestamp(self) -> Timestamp {
        self.0
    }

    /// Reads the lexical forms described at the type; a date alone, with a zone or without, is
    /// its midnight. The last hours of year 9999, .NET's greatest value among them, become the
    /// last moment there is here.
    pub fn parse(text: &str) -> Option<Self> {
        const DATE_CHARS: usize = "0001-01-01".len();
        let (date, rest) = text.split_at_checked(DATE_CHARS)?;
        let (time, zone) = match rest.strip_prefix('T') {
            Some(rest) => {
                rest.split_at_checked(rest.find(['Z', '+', '-']).unwrap_or(rest.len()))?
            }
            None => ("00:00:00", rest),
        };
        let moment = Civil::from_parts(parse_date(date)?, parse_time(time)?);
        let at = parse_zone(zone)?.to_timestamp(moment).unwrap_or(Timestamp::MAX);
        Some(Self::new(at))
    }
}

/// A number of exactly so many digits.
fn digits<T: std::str::FromStr>(text: &str, count: usize) -> Option<T> {
    let exact = text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit());
    if exact { text.parse().ok() } else { None }
}

fn parse_date(text: &str) -> Option<civil::Date> {
    let (year, rest) = text.split_once('-')?;
    let (month, day) = rest.split_once('-')?;
    let year = digits::<i16>(year, 4).filter(|year| *year > 0)?;
    civil::Date::new(year, digits(month, 2)?, digits(day, 2)?).ok()
}

fn parse_time(text: &str) -> Option<civil::Time> {
    let (hour, rest) = text.split_once(':')?;
    let (minute, rest) = rest.split_once(':')?;
    let (second, fraction) = match rest.split_once('.') {
        Some((second, fraction)) => (second, parse_fraction(fraction)?),
        None => (rest, 0),
    };
    let (hour, minute) = (digits(hour, 2)?, digits(minute, 2)?);
    civil::Time::new(hour, minute, digits(second, 2)?, fraction).ok()
}

/// Nanoseconds of a fraction of any length.
fn parse_fraction(text: &str) -> Option<i32> {
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let padded = text.chars().chain(std::iter::repeat('0')).take(9).collect::<String>();
    padded.parse().ok()
}

fn parse_zone(text: &str) -> Option<Offset> {
    let sign = match text.chars().next() {
        None => return Some(Offset::UTC),
        Some('Z') => return (text.len() == 1).then_some(Offset::UTC),
        Some('-') => -1,
        Some('+') => 1,
        Some(_) => return None,
    };
    let (hours, minutes) = text.get(1..)?.split_once(':')?;
    let (hours, minutes) = (digits::<i32>(hours, 2)?, digits::<i32>(minutes, 2)?);
    if hours > 14 || minutes > 59 {
        return None;
    }
    Offset::from_seconds(sign * (hours * 3600 + minutes * 60)).ok()
}

impl fmt::Display for DateTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = self.0.to_zoned(TimeZone::UTC).datetime();
        write!(f, "{:04}-{:02}-{:02}", at.year(), at.month(), at.day())?;
        write!(f, "T{:02}:{:02}:{:02}", at.hour(), at.minute(), at.second())?;
        let ticks = i128::from(at.subsec_nanosecond()) / TICK;
        if ticks > 0 {
            let fraction = format!("{ticks:07}");
            write!(f, ".{}", fraction.trim_end_matches('0'))?;
        }
        if *self == Self::MIN { Ok(()) } else { f.write_str("Z") }
    }
}

impl XmlValue for DateTime {
    const TYPE: TypeRef = TypeRef::DateTime;

    fn read(xml: &mut Reader<'_>) -> Result<Self, XmlError> {
        xml.value("xs:dateTime", Self::parse)
    }

    fn absent() -> Option<Self> {
        Some(Self::MIN)
    }

    fn write(&self, xml: &mut Writer) {
        xml.display(self);
    }
}
