//! Dates as the clients of .NET services write them into paths, queries and bodies.

use jiff::Timestamp;

use crate::protocol::xml::DateTime;

/// Longest text that is looked at, in bytes.
const LONGEST: usize = 40;

/// A moment in any form of ISO 8601 that clients send: a day, a day and a time, with or without a
/// fraction, and `Z`, `+00:00`, PHP's `+0000`, `+00` or no zone at all, which means UTC.
///
/// A blank stands for the `+` that a query string lost, or for the `T`.
pub fn parse_date(text: &str) -> Option<Timestamp> {
    const DAY: usize = "0001-01-01".len();
    let text = text.trim();
    if text.len() > LONGEST || !text.is_ascii() {
        return None;
    }
    let (day, rest) = text.split_at_checked(DAY)?;
    let Some(rest) = rest.strip_prefix(['T', 't', ' ']) else {
        return if rest.is_empty() { at(day, "00:00:00", "") } else { None };
    };
    let zone_at = rest.find(['Z', 'z', '+', '-', ' ']).unwrap_or(rest.len());
    let (time, zone) = rest.split_at_checked(zone_at)?;
    let zone = zone_text(zone)?;
    match time.len() {
        // Minutes alone, as in `2015-01-01T10:00`.
        5 => at(day, &format!("{time}:00"), &zone),
        _ => at(day, time, &zone),
    }
}

fn at(day: &str, time: &str, zone: &str) -> Option<Timestamp> {
    DateTime::parse(&format!("{day}T{time}{zone}")).map(DateTime::timestamp)
}

/// A zone in the form of XML Schema.
fn zone_text(zone: &str) -> Option<String> {
    let (sign, digits) = match zone.split_at_checked(1) {
        None => return Some(String::new()),
        Some(("Z" | "z", "")) => return Some("Z".to_owned()),
        Some(("+" | " ", digits)) => ("+", digits),
        Some(("-", digits)) => ("-", digits),
        Some(_) => return None,
    };
    let digits: String = digits.chars().filter(|c| *c != ':').collect();
    let (hours, minutes) = digits.split_at_checked(2)?;
    let minutes = if minutes.is_empty() { "00" } else { minutes };
    Some(format!("{sign}{hours}:{minutes}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is(text: &str, expected: &str) {
        assert_eq!(parse_date(text), Some(expected.parse().unwrap()), "{text}");
    }

    #[test]
    fn every_form_that_clients_send_is_read() {
        for text in [
            "2015-01-01",
            "2015-01-01T00:00:00",
            "2015-01-01T00:00:00Z",
            "2015-01-01T00:00:00.000z",
            "2015-01-01T00:00:00+0000",
            "2015-01-01T00:00:00+00:00",
            "2015-01-01T00:00:00 0000",
            "2015-01-01 00:00",
            "2015-01-01T01:00:00+01",
            "2014-12-31T19:00:00-05:00",
        ] {
            is(text, "2015-01-01T00:00:00Z");
        }
        is("2020-01-01T09:40:18.527Z", "2020-01-01T09:40:18.527Z");
    }

    #[test]
    fn what_is_no_date_is_refused() {
        for text in [
            "",
            "2015",
            "2015-13-01",
            "2015-01-01T",
            "2015-01-01T25:00:00",
            "01/02/2015",
            "2015-01-01X00:00:00",
            "2015-01-01T00:00:00+1",
            "2015-01-01T00:00:00é",
            "yesterday",
        ] {
            assert_eq!(parse_date(text), None, "{text}");
        }
    }
}
