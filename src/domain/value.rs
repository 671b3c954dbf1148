//! Typed values of data fields.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use super::clock;
use super::decimal::Decimal;
use super::error::Refusal;

/// Longest text of a data field, in characters.
pub const MAX_TEXT_CHARS: usize = 1_000;

/// The type of a data field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum FieldKind {
    Text,
    Number,
    Date,
    Boolean,
}

/// What a data field holds for a contact.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum FieldValue {
    Text(String),
    /// Kept exactly: `1.50` stays `1.50`.
    Number(Decimal),
    /// Kept to the microsecond.
    Date(#[serde(with = "jiff::fmt::serde::timestamp::microsecond::required")] Timestamp),
    Boolean(bool),
}

/// A value as it was read, before it is kept: stored in the same form.
#[derive(Clone, Copy, Serialize)]
pub enum ReadValue<'a> {
    Text(&'a str),
    Number(Decimal),
    Date(#[serde(with = "jiff::fmt::serde::timestamp::microsecond::required")] Timestamp),
    Boolean(bool),
}

impl std::fmt::Debug for ReadValue<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ReadValue(redacted)")
    }
}

impl From<ReadValue<'_>> for FieldValue {
    fn from(read: ReadValue<'_>) -> Self {
        match read {
            ReadValue::Text(text) => Self::Text(text.to_owned()),
            ReadValue::Number(number) => Self::Number(number),
            ReadValue::Date(date) => Self::Date(date),
            ReadValue::Boolean(flag) => Self::Boolean(flag),
        }
    }
}

impl std::fmt::Debug for FieldValue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?}(redacted)", self.kind())
    }
}

impl FieldValue {
    /// A date as exact as it is kept.
    pub fn date(at: Timestamp) -> Self {
        Self::Date(clock::as_stored(at))
    }

    pub fn kind(&self) -> FieldKind {
        match self {
            Self::Text(_) => FieldKind::Text,
            Self::Number(_) => FieldKind::Number,
            Self::Date(_) => FieldKind::Date,
            Self::Boolean(_) => FieldKind::Boolean,
        }
    }

    /// As [`ReadValue::parse`], kept.
    pub fn parse(kind: FieldKind, text: &str) -> Result<Option<Self>, Refusal> {
        Ok(ReadValue::parse(kind, text)?.map(Self::from))
    }

    /// This value for a field of type `kind`: as it is, or read from its text.
    ///
    /// Clients send a number or a date as a string as often as not, and a number where the field
    /// is a text; what loses nothing is taken.
    pub fn fit(self, kind: FieldKind) -> Result<Option<Self>, Refusal> {
        match (self, kind) {
            (Self::Text(text), kind) => Self::parse(kind, &text),
            (Self::Number(number), FieldKind::Text) => Ok(Some(Self::Text(number.to_string()))),
            (Self::Boolean(flag), FieldKind::Text) => Ok(Some(Self::Text(flag.to_string()))),
            (Self::Date(date), FieldKind::Text) => Ok(Some(Self::Text(date.to_string()))),
            (Self::Number(number), FieldKind::Boolean) => parse_boolean(&number.to_string())
                .map(|flag| Some(Self::Boolean(flag)))
                .ok_or(Refusal::DataFieldValueInvalid),
            (value, kind) if value.kind() == kind => Ok(Some(value)),
            _ => Err(Refusal::DataFieldValueInvalid),
        }
    }
}

impl<'a> ReadValue<'a> {
    /// Reads the text of a value for a field of type `kind`; blank text is no value.
    ///
    /// - Text: at most [`MAX_TEXT_CHARS`] characters, kept as it is.
    /// - Number: what [`Decimal::parse`] reads.
    /// - Date: `2014-10-08`, with a time behind `T` or a space, with or without an offset (without
    ///   one it is UTC), or `08/10/2014` (day first: the vendor is British) with or without a time.
    /// - Boolean: `true`, `false`, `yes`, `no`, `y`, `n`, `1`, `0` in any case.
    pub fn parse(kind: FieldKind, text: &'a str) -> Result<Option<Self>, Refusal> {
        let trimmed = text.trim();
        if trimmed.is_empty() {
            return Ok(None);
        }
        let value = match kind {
            FieldKind::Text => return text_value(text).map(Some),
            FieldKind::Number => Decimal::parse(trimmed).map(Self::Number),
            FieldKind::Date => parse_date(trimmed).map(clock::as_stored).map(Self::Date),
            FieldKind::Boolean => parse_boolean(trimmed).map(Self::Boolean),
        };
        value.map(Some).ok_or(Refusal::DataFieldValueInvalid)
    }
}

fn text_value(text: &str) -> Result<ReadValue<'_>, Refusal> {
    // A text of few bytes has few characters: counting is for the rare long one.
    if text.len() > MAX_TEXT_CHARS && text.chars().count() > MAX_TEXT_CHARS {
        return Err(Refusal::DataFieldValueTooLong);
    }
    Ok(ReadValue::Text(text))
}

fn parse_boolean(text: &str) -> Option<bool> {
    const TRUE: [&str; 4] = ["true", "yes", "y", "1"];
    const FALSE: [&str; 4] = ["false", "no", "n", "0"];
    let is = |words: [&str; 4]| words.iter().any(|word| word.eq_ignore_ascii_case(text));
    if is(TRUE) { Some(true) } else { is(FALSE).then_some(false) }
}

fn parse_date(text: &str) -> Option<Timestamp> {
    if let Ok(timestamp) = text.parse::<Timestamp>() {
        return Some(timestamp);
    }
    let civil =
        if text.contains('/') { day_first(text)? } else { text.parse::<DateTime>().ok()? };
    civil.to_zoned(TimeZone::UTC).ok().map(|zoned| zoned.timestamp())
}

fn day_first(text: &str) -> Option<DateTime> {
    const FORMS: [&str; 3] = ["%d/%m/%Y", "%d/%m/%Y %H:%M", "%d/%m/%Y %H:%M:%S"];
    FORMS.iter().find_map(|form| {
        let broken = jiff::fmt::strtime::parse(form, text).ok()?;
        let date = broken.to_date().ok()?;
        Some(date.to_datetime(broken.to_time().unwrap_or_default()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(kind: FieldKind, text: &str) -> Result<Option<FieldValue>, Refusal> {
        FieldValue::parse(kind, text)
    }

    fn date(text: &str) -> FieldValue {
        FieldValue::Date(text.parse().unwrap())
    }

    #[test]
    fn a_date_is_no_finer_than_it_is_kept() {
        let value = FieldValue::date("2014-10-08T16:06:35.1234567Z".parse().unwrap());
        assert_eq!(value, date("2014-10-08T16:06:35.123456Z"));
    }

    #[test]
    fn dates_are_read_in_every_documented_form() {
        for (text, meant) in [
            ("2014-10-08", "2014-10-08T00:00:00Z"),
            ("2014-10-08T16:06:35", "2014-10-08T16:06:35Z"),
            ("2014-10-08 16:06:35", "2014-10-08T16:06:35Z"),
            ("2014-10-08T16:06:35.1234567Z", "2014-10-08T16:06:35.123456Z"),
            ("2014-10-08T16:06:35+02:00", "2014-10-08T14:06:35Z"),
            ("08/10/2014", "2014-10-08T00:00:00Z"),
            ("8/10/2014 16:06", "2014-10-08T16:06:00Z"),
            ("08/10/2014 16:06:35", "2014-10-08T16:06:35Z"),
        ] {
            assert_eq!(parse(FieldKind::Date, text), Ok(Some(date(meant))), "{text}");
        }
        for text in ["yesterday", "2014-13-01", "31/02/2014", "10/2014"] {
            let refused = parse(FieldKind::Date, text);
            assert_eq!(refused, Err(Refusal::DataFieldValueInvalid), "{text}");
        }
    }

    #[test]
    fn booleans_are_read_in_any_case() {
        for (text, meant) in [("true", true), ("Yes", true), ("1", true), ("N", false)] {
            assert_eq!(parse(FieldKind::Boolean, text), Ok(Some(FieldValue::Boolean(meant))));
        }
        assert_eq!(parse(FieldKind::Boolean, "2"), Err(Refusal::DataFieldValueInvalid));
    }

    #[test]
    fn blank_text_is_no_value_for_any_type() {
        use FieldKind::{Boolean, Date, Number, Text};
        for kind in [Text, Number, Date, Boolean] {
            assert_eq!(parse(kind, " \t"), Ok(None));
        }
    }

    #[test]
    fn a_text_is_bounded_in_characters_not_bytes() {
        let fits = "ü".repeat(MAX_TEXT_CHARS);
        assert!(parse(FieldKind::Text, &fits).is_ok());
        let longer = parse(FieldKind::Text, &format!("{fits}x"));
        assert_eq!(longer, Err(Refusal::DataFieldValueTooLong));
    }

    #[test]
    fn a_value_of_another_type_is_taken_when_nothing_is_lost() {
        let text = |text: &str| FieldValue::Text(text.to_owned());
        let number = FieldValue::Number(Decimal::parse("1.50").unwrap());
        assert_eq!(text("1.50").fit(FieldKind::Number), Ok(Some(number.clone())));
        assert_eq!(number.clone().fit(FieldKind::Text), Ok(Some(text("1.50"))));
        assert_eq!(number.fit(FieldKind::Date), Err(Refusal::DataFieldValueInvalid));
        assert_eq!(text("x").fit(FieldKind::Number), Err(Refusal::DataFieldValueInvalid));
    }
}
