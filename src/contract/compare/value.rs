//! Values of simple types, compared by what they mean.

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::protocol::xml::{DateTime, trim};
use crate::protocol::xmlrpc;

/// The type of a value, as far as it decides when two values are one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Simple {
    /// Every character counts.
    #[serde(rename = "string")]
    Text,
    /// White space at the ends does not count: names of enumerations, URIs, languages.
    #[serde(rename = "token")]
    Token,
    /// `7`, `+7.0` and `07` are one number; exponents are understood.
    #[serde(rename = "number")]
    Number,
    /// A number of double precision: of the spellings of one double each is the same.
    #[serde(rename = "double")]
    Double,
    /// `true` is `1`.
    #[serde(rename = "boolean")]
    Boolean,
    /// A moment, whatever offset it is written with; without any it is another value.
    #[serde(rename = "dateTime")]
    DateTime,
    /// XML-RPC's, with hyphens and colons or without.
    #[serde(rename = "dateTime.iso8601")]
    CivilTime,
    /// With or without braces, in any case.
    #[serde(rename = "guid")]
    Guid,
    /// By content: line breaks do not count.
    #[serde(rename = "base64")]
    Base64,
    /// By namespace and local name.
    #[serde(rename = "QName")]
    QName,
}

/// Padding may be left out: it says nothing that the length does not.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

impl Simple {
    /// Whether two texts are one value of this type. Texts that are no such value are compared as
    /// they stand, and a value is no text.
    ///
    /// Names (`QName`) are compared by whoever knows their prefixes; here as tokens.
    pub fn is_same(self, one: &str, other: &str) -> bool {
        if one == other {
            return true;
        }
        if self == Self::Text {
            return false;
        }
        let (one, other) = (trim(one), trim(other));
        one == other
            || match self {
                Self::Text | Self::Token | Self::QName => false,
                Self::Number => same(number(one), number(other)),
                Self::Double => {
                    same(number(one), number(other)) || same(double(one), double(other))
                }
                Self::Boolean => same(boolean(one), boolean(other)),
                Self::DateTime => same(moment(one), moment(other)) || is_same_edge(one, other),
                Self::CivilTime => {
                    same(xmlrpc::DateTime::parse(one), xmlrpc::DateTime::parse(other))
                }
                Self::Guid => same(guid(one), guid(other)),
                Self::Base64 => same(decoded(one), decoded(other)),
            }
    }

    /// The type that a local name in the namespace of XML Schema stands for.
    pub fn of_xsd(local: &str) -> Option<Self> {
        Some(match local {
            "string" | "normalizedString" => Self::Text,
            "int" | "short" | "byte" | "long" | "unsignedInt" | "unsignedShort"
            | "unsignedByte" | "unsignedLong" | "integer" | "decimal" | "nonNegativeInteger"
            | "positiveInteger" | "nonPositiveInteger" | "negativeInteger" => Self::Number,
            "double" | "float" => Self::Double,
            "boolean" => Self::Boolean,
            "dateTime" | "date" => Self::DateTime,
            "base64Binary" => Self::Base64,
            "QName" => Self::QName,
            "token" | "anyURI" | "language" | "Name" | "NCName" | "NMTOKEN" | "ID" | "IDREF"
            | "time" | "duration" => Self::Token,
            _ => return None,
        })
    }

    /// Whether the text is a value of this type.
    pub fn has(self, text: &str) -> bool {
        let text = trim(text);
        match self {
            Self::Text | Self::Token | Self::QName => true,
            Self::Number | Self::Double => number(text).is_some(),
            Self::Boolean => boolean(text).is_some(),
            Self::DateTime => DateTime::parse(text).is_some(),
            Self::CivilTime => xmlrpc::DateTime::parse(text).is_some(),
            Self::Guid => guid(text).is_some(),
            Self::Base64 => decoded(text).is_some(),
        }
    }
}

fn same<T: PartialEq>(one: Option<T>, other: Option<T>) -> bool {
    one.zip(other).is_some_and(|(one, other)| one == other)
}

/// The double that a decimal number is read as; none for what is beyond all of them.
fn double(text: &str) -> Option<f64> {
    number(text)?;
    text.parse().ok().filter(|double: &f64| double.is_finite())
}

fn boolean(text: &str) -> Option<bool> {
    match text {
        "true" | "1" => Some(true),
        "false" | "0" => Some(false),
        _ => None,
    }
}

fn guid(text: &str) -> Option<Uuid> {
    Uuid::parse_str(text).ok()
}

/// The bytes that base64 text stands for; white space anywhere does not count.
pub(super) fn decoded(text: &str) -> Option<Vec<u8>> {
    let dense: Vec<u8> = text.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
    BASE64.decode(dense).ok()
}

/// A number in one of the forms that mean it: sign, digits that count, power of ten.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Number {
    /// `-0` is 0.
    Finite {
        negative: bool,
        digits: String,
        exponent: i64,
    },
    Infinite {
        negative: bool,
    },
    Undefined,
}

/// Largest power of ten that is understood; beyond it texts are compared as they stand.
const MOST_EXPONENT: i64 = 1_000_000;

/// Reads a decimal number of any length exactly, or one of the names of XML Schema for none.
pub(super) fn number(text: &str) -> Option<Number> {
    match text {
        "INF" | "+INF" => return Some(Number::Infinite { negative: false }),
        "-INF" => return Some(Number::Infinite { negative: true }),
        "NaN" => return Some(Number::Undefined),
        _ => {}
    }
    let negative = text.starts_with('-');
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i64>().ok()?),
        None => (unsigned, 0),
    };
    if exponent.abs() > MOST_EXPONENT {
        return None;
    }
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let all = || whole.bytes().chain(fraction.bytes());
    if all().next().is_none() || !all().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let digits = format!("{whole}{fraction}");
    let digits = digits.trim_start_matches('0');
    let counting = digits.trim_end_matches('0');
    if counting.is_empty() {
        return Some(Number::Finite { negative: false, digits: String::new(), exponent: 0 });
    }
    let zeros = i64::try_from(digits.len() - counting.len()).ok()?;
    let exponent = exponent + zeros - i64::try_from(fraction.len()).ok()?;
    Some(Number::Finite { negative, digits: counting.to_owned(), exponent })
}

/// At both ends of the calendar several texts are read as one moment.
fn is_edge(at: DateTime) -> bool {
    at == DateTime::MIN || at == DateTime::new(jiff::Timestamp::MAX)
}

/// Whether two texts are the same end of the calendar but for zeros at the end of a fraction.
fn is_same_edge(one: &str, other: &str) -> bool {
    let is_edge = |text: &str| DateTime::parse(text).is_some_and(is_edge);
    is_edge(one) && is_edge(other) && without_zeros(one) == without_zeros(other)
}

/// Without zeros at the end of the fraction of a second.
fn without_zeros(text: &str) -> String {
    let Some((whole, rest)) = text.split_once('.') else { return text.to_owned() };
    let zone = rest.trim_start_matches(|c: char| c.is_ascii_digit());
    let fraction = rest.strip_suffix(zone).unwrap_or(rest).trim_end_matches('0');
    let point = if fraction.is_empty() { "" } else { "." };
    format!("{whole}{point}{fraction}{zone}")
}

/// The moment of a text; the end of a day may be written as its 24th hour.
fn parsed(text: &str) -> Option<DateTime> {
    if let Some((day, zone)) = without_zeros(text).split_once("T24:00:00") {
        let midnight = DateTime::parse(&format!("{day}T00:00:00{zone}"))?.timestamp();
        let next = midnight.checked_add(jiff::SignedDuration::from_hours(24)).ok()?;
        return Some(DateTime::new(next));
    }
    DateTime::parse(text)
}

/// A moment or a day, and how far its zone is said.
fn moment(text: &str) -> Option<(DateTime, bool, bool)> {
    let at = parsed(text)?;
    if is_edge(at) {
        return None;
    }
    let (has_time, behind_date) = match text.split_once('T') {
        Some((_, time)) => (true, time),
        None => (false, text.get("0001-01-01".len()..).unwrap_or_default()),
    };
    let has_zone = behind_date.contains(['Z', '+', '-']);
    // A day with a zone is not the moment of its midnight: compared as it stands.
    (has_time || !has_zone).then_some((at, has_time, has_zone))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_value_has_many_spellings() {
        let same = [
            (Simple::Number, "7", "+7.00"),
            (Simple::Number, "0.5", ".5"),
            (Simple::Number, "-0", "0.0"),
            (Simple::Number, "1E+15", "1000000000000000"),
            (Simple::Number, "12.5e-1", "1.25"),
            (Simple::Number, " 1 ", "1"),
            (Simple::Number, "INF", "+INF"),
            (Simple::Double, "0.1", "0.10000000000000001"),
            (Simple::Boolean, "true", "1"),
            (Simple::Boolean, "0", " false"),
            (Simple::DateTime, "2026-04-01T12:00:00Z", "2026-04-01T14:00:00.000+02:00"),
            (Simple::DateTime, "2026-04-01T12:00:00", "2026-04-01T12:00:00.0"),
            (Simple::DateTime, "2026-03-31T24:00:00.0Z", "2026-04-01T00:00:00Z"),
            (Simple::DateTime, "0001-01-01T00:00:00", "0001-01-01T00:00:00.00"),
            (
                Simple::Guid,
                "{5F0A0F6E-0000-4000-8000-000000000001}",
                "5f0a0f6e-0000-4000-8000-000000000001",
            ),
            (Simple::CivilTime, "20260401T12:00:00", "2026-04-01T120000"),
            (Simple::Base64, "YWJj\nZGVm", "YWJjZGVm"),
            (Simple::Base64, "YQ==", "YQ"),
            (Simple::Token, " Html ", "Html"),
        ];
        for (simple, one, other) in same {
            assert!(simple.is_same(one, other), "{simple:?} {one} {other}");
            assert!(simple.is_same(other, one), "{simple:?} {other} {one}");
        }
    }

    #[test]
    fn what_only_looks_alike_is_another_value() {
        let others = [
            (Simple::Text, "7", "7.0"),
            (Simple::Text, "a", "a "),
            (Simple::Number, "7", "70"),
            (Simple::Number, "1e2", "1e3"),
            (Simple::Number, "-1", "1"),
            (Simple::Number, "", "0"),
            (Simple::Number, "0.1", "0.10000000000000000000000000001"),
            (Simple::Number, "1e999999999999", "2e999999999999"),
            (Simple::Number, "0.1", "0.10000000000000001"),
            (Simple::Double, "0.1", "0.10000000000000002"),
            (Simple::Double, "1e400", "1e401"),
            (Simple::Double, "", "0"),
            (Simple::Boolean, "true", "TRUE"),
            (Simple::Boolean, "true", "yes"),
            (Simple::DateTime, "2026-04-01T12:00:00Z", "2026-04-01T12:00:00"),
            (Simple::DateTime, "2026-04-01T12:00:00Z", "2026-04-01T12:00:01Z"),
            (Simple::DateTime, "2026-04-01", "2026-04-01T00:00:00"),
            (Simple::DateTime, "2026-04-01T24:00:01Z", "2026-04-02T00:00:01Z"),
            (Simple::DateTime, "0001-01-01T00:00:00", "0001-01-01T00:00:00Z"),
            (Simple::DateTime, "9999-12-31T23:59:59Z", "9999-12-31T23:59:58Z"),
            (Simple::DateTime, "20260401T12:00:00", "2026-04-01T12:00:00"),
            (Simple::CivilTime, "20260401T12:00:00", "20260401T12:00:00Z"),
            (Simple::Base64, "YWJj", "YWJk"),
            (Simple::Token, "Html", "html"),
        ];
        for (simple, one, other) in others {
            assert!(!simple.is_same(one, other), "{simple:?} {one} {other}");
        }
    }
}
