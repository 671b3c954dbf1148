//! Values of fields and addresses as the wire has them.

use jiff::civil::Time;
use jiff::tz::TimeZone;

use super::answer::Failure;
use super::args::{Args, shown_time};
use crate::domain::{EmailAddress, FieldValue};

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

/// An argument that must be an address.
pub fn address(args: &Args, name: &'static str) -> Result<EmailAddress, Failure> {
    EmailAddress::parse(&args.required(name)?).map_err(|_| Failure::invalid(name))
}
