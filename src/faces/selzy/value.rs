//! Values of fields and addresses as the wire has them.

use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;

use super::answer::Failure;
use super::args::{Args, shown_time, time};
use crate::domain::{EmailAddress, FieldKind, FieldValue, Refusal};

/// A value as text: a date as `YYYY-MM-DD`, with its time where it has one, and `1` or `0` for a
/// logical one.
pub fn shown(value: &FieldValue) -> String {
    match value {
        FieldValue::Text(text) => text.clone(),
        FieldValue::Number(number) => number.to_string(),
        FieldValue::Date(at) => {
            let at_midnight = at.to_zoned(TimeZone::UTC).time() == Time::midnight();
            if at_midnight { at.strftime("%Y-%m-%d").to_string() } else { shown_time(*at) }
        }
        FieldValue::Boolean(flag) => u8::from(*flag).to_string(),
    }
}

/// Reads a value for a field. Dates come day first or year first, with points or hyphens.
pub fn read(kind: FieldKind, text: &str) -> Result<Option<FieldValue>, Refusal> {
    const DATES: [&str; 4] = ["%d.%m.%Y", "%d-%m-%Y", "%Y.%m.%d", "%Y-%m-%d"];
    if kind == FieldKind::Date {
        let text = text.trim();
        let date = DATES.iter().find_map(|format| Date::strptime(format, text).ok());
        let at = date.and_then(|date| TimeZone::UTC.to_timestamp(date.into()).ok());
        if let Some(at) = at.or_else(|| time(text)) {
            return Ok(Some(FieldValue::date(at)));
        }
    }
    FieldValue::parse(kind, text)
}

/// An argument that must be an address.
pub fn address(args: &Args, name: &'static str) -> Result<EmailAddress, Failure> {
    EmailAddress::parse(&args.required(name)?).map_err(|_| Failure::invalid(name))
}
