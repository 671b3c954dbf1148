//! Times that a server writes down: others in each run, yet always within it.

use jiff::civil::DateTime;
use jiff::fmt::rfc2822;
use jiff::tz::{Offset, TimeZone};
use jiff::{SignedDuration, Timestamp};

use crate::contract::compare::{Difference, What};
use crate::protocol::xmlrpc;

/// How far two clocks may be apart: as much as WS-Security takes.
const SKEW: SignedDuration = SignedDuration::from_mins(5);

/// From the first call of a run to its newest, on record and this time.
#[derive(Debug, Clone, Copy)]
pub struct Spans {
    recorded: (Timestamp, Timestamp),
    found: (Timestamp, Timestamp),
}

impl Spans {
    /// Begins with the first call.
    pub fn new(recorded: Timestamp, found: Timestamp) -> Self {
        Self { recorded: (recorded, recorded), found: (found, found) }
    }

    /// Another call is made.
    pub fn extend(&mut self, recorded: Timestamp, found: Timestamp) {
        self.recorded.1 = self.recorded.1.max(recorded);
        self.found.1 = self.found.1.max(found);
    }

    /// Whether nothing differs but that one time is of the recording and the other of this run.
    pub fn explain(&self, difference: &Difference) -> bool {
        let Difference { what: What::Value, expected: Some(expected), found: Some(found), .. } =
            difference
        else {
            return false;
        };
        self.are_both(expected, found)
    }

    /// Whether one text is a time of the recording and the other, written alike, one of this run.
    fn are_both(&self, expected: &str, found: &str) -> bool {
        let (Some(expected), Some(found)) = (Written::of(expected), Written::of(found)) else {
            return false;
        };
        expected.is_within(self.recorded)
            && found.is_within(self.found)
            && expected.shape == found.shape
    }
}

/// A time as it was written.
struct Written {
    /// Its text without what differs from time to time.
    shape: String,
    /// The first and the last moment that it may mean: a day means all of its moments.
    from: Timestamp,
    to: Timestamp,
}

impl Written {
    fn of(text: &str) -> Option<Self> {
        let text = text.trim_matches('"').trim();
        let shape = shape(text);
        if let Ok(at) = rfc2822::parse(text) {
            return Some(Self { shape, from: at.timestamp(), to: at.timestamp() });
        }
        let read = xmlrpc::DateTime::parse(text)?;
        let zone = read.offset.map_or(TimeZone::UTC, Offset::to_time_zone);
        let moment = |at: DateTime| Some(at.to_zoned(zone.clone()).ok()?.timestamp());
        let has_time = text.contains([':', 'T', 't']);
        let last = if has_time { read.civil } else { read.civil.date().at(23, 59, 59, 0) };
        Some(Self { shape, from: moment(read.civil)?, to: moment(last)? })
    }

    fn is_within(&self, (from, to): (Timestamp, Timestamp)) -> bool {
        let earliest = from.checked_sub(SKEW).unwrap_or(from);
        let latest = to.checked_add(SKEW).unwrap_or(to);
        self.to >= earliest && self.from <= latest
    }
}

/// Digits are one, letters are one, and parts of seconds may be left out.
fn shape(text: &str) -> String {
    let mut shape = String::new();
    for c in text.chars() {
        let c = match c {
            _ if c.is_ascii_digit() => '0',
            'T' | 'Z' => c,
            _ if c.is_ascii_alphabetic() => 'a',
            _ => c,
        };
        if !shape.ends_with(c) || !c.is_alphanumeric() {
            shape.push(c);
        }
    }
    shape.replace(".0", "")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spans() -> Spans {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let mut spans = Spans::new(at("2026-04-01T12:00:00Z"), at("2027-01-01T00:00:00Z"));
        spans.extend(at("2026-04-01T13:00:00Z"), at("2027-01-01T00:00:01Z"));
        spans
    }

    #[test]
    fn a_time_of_the_recording_is_a_time_of_the_run_written_alike() {
        for (expected, found) in [
            ("2026-04-01T12:30:00Z", "2027-01-01T00:00:00.123Z"),
            ("\"2026-04-01T14:30:00+02:00\"", "\"2027-01-01T02:00:00+02:00\""),
            ("2026-04-01 11:56:00", "2027-01-01 00:04:00"),
            ("20260401T12:30:00", "20270101T00:00:00"),
            ("2026-04-01", "2027-01-01"),
            ("Wed, 01 Apr 2026 12:30:00 +0000", "Fri, 01 Jan 2027 00:00:00 +0000"),
        ] {
            assert!(spans().are_both(expected, found), "{expected} {found}");
        }
    }

    #[test]
    fn another_time_or_another_spelling_is_a_difference() {
        for (expected, found) in [
            ("2026-04-01T12:30:00Z", "2027-01-01T00:07:00Z"),
            ("2026-04-01T11:30:00Z", "2027-01-01T00:00:00Z"),
            ("2026-04-01T12:30:00Z", "2027-01-01 00:00:00"),
            ("2026-04-01T12:30:00Z", "2027-01-01T00:00:00"),
            ("2026-04-01", "2027-01-02"),
            ("2026-04-01", "20270101"),
            ("1", "2"),
            ("Ann", "Bob"),
        ] {
            assert!(!spans().are_both(expected, found), "{expected} {found}");
        }
    }
}
