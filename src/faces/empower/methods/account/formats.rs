//! The wire's names of formats and types.

use crate::domain::{
    ColumnFormat, ColumnKind, DataField, DateFormat, FieldForm, FieldKind, NumberFormat, Separators,
};
use crate::faces::empower::{Given, Tree};

const DATES: [(&str, DateFormat); 5] = [
    ("MM/DD/YYYY", DateFormat::MonthDayYear),
    ("DD/MM/YYYY", DateFormat::DayMonthYear),
    ("FMMonth ddth, YYYY", DateFormat::LongMonthDayYear),
    ("FMMonth ddth", DateFormat::LongMonthDay),
    ("YYYY-MM-DD", DateFormat::YearMonthDay),
];

const SEPARATORS: [(&str, Separators); 4] = [
    ("1234567.89", Separators::Point),
    ("1,234,567.89", Separators::CommaPoint),
    ("1 234 567,89", Separators::SpaceComma),
    ("1.234.567,89", Separators::PointComma),
];

/// Of a relational table's columns: decimals are shown by an example.
const COLUMN_NUMBERS: [(&str, NumberFormat); 4] = [
    ("1234567", number_format(0, Separators::Point)),
    ("1,234,567", number_format(0, Separators::CommaPoint)),
    ("1234567.89", number_format(2, Separators::Point)),
    ("1,234,567.89", number_format(2, Separators::CommaPoint)),
];

const fn number_format(decimals: u8, separators: Separators) -> NumberFormat {
    NumberFormat { decimals, separators }
}

/// The value under a wire name, in any case and without outer white space.
fn named<T: Copy>(table: &[(&str, T)], name: &str) -> Option<T> {
    let name = name.trim();
    table.iter().find(|(wire, _)| wire.eq_ignore_ascii_case(name)).map(|(_, value)| *value)
}

fn name_of<T: PartialEq>(table: &[(&'static str, T)], value: &T) -> &'static str {
    table.iter().find(|(_, one)| one == value).map_or("", |(wire, _)| wire)
}

/// A custom field's type and format: what is wrong with them when there is no such form.
pub fn field_form(kind: &str, format: Option<&Given>) -> Result<FieldForm, Unknown> {
    match kind.trim().to_ascii_lowercase().as_str() {
        "string" => Ok(FieldForm::Plain),
        "zip_code" => Ok(FieldForm::PostalCode),
        "date" => {
            let format = format.and_then(text).and_then(|name| named(&DATES, name));
            format.map(FieldForm::Date).ok_or(Unknown::Format)
        }
        "number" => format.and_then(number).map(FieldForm::Number).ok_or(Unknown::Format),
        _ => Err(Unknown::Type),
    }
}

/// Which of type and format is none of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unknown {
    Type,
    Format,
}

fn text(given: &Given) -> Option<&str> {
    match given {
        Given::Text(text) => Some(text),
        Given::Nested(_) => None,
    }
}

/// The sub-elements `decimals` (0 when left out) and `separators`, or the latter alone as text.
fn number(given: &Given) -> Option<NumberFormat> {
    let members = match given {
        Given::Text(text) => {
            let separators = named(&SEPARATORS, text)?;
            return Some(number_format(2, separators));
        }
        Given::Nested(members) => members,
    };
    let member = |name: &str| {
        let mut members = members.iter().filter_map(|(given, value)| Some((given, text(value)?)));
        members.find(|(given, _)| given.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
    };
    let decimals: u8 = match member("decimals") {
        None | Some("") => 0,
        Some(digits) => digits.parse().ok()?,
    };
    let separators = named(&SEPARATORS, member("separators")?)?;
    (decimals <= NumberFormat::MAX_DECIMALS).then_some(number_format(decimals, separators))
}

/// What the wire calls a field's type.
pub fn field_type(field: &DataField) -> &'static str {
    match (field.display.form, field.kind) {
        (FieldForm::PostalCode, _) => "zip_code",
        (_, FieldKind::Date) => "date",
        (_, FieldKind::Number) => "number",
        (_, FieldKind::Text | FieldKind::Boolean) => "string",
    }
}

/// A field's format as its maker gave it; empty where none was given.
pub fn field_format(field: &DataField) -> Tree {
    match field.display.form {
        FieldForm::Date(format) => Tree::text(name_of(&DATES, &format)),
        FieldForm::Number(NumberFormat { decimals, separators }) => Tree::fields(vec![
            ("decimals", Tree::text(decimals)),
            ("separators", Tree::text(name_of(&SEPARATORS, &separators))),
        ]),
        FieldForm::Plain | FieldForm::PostalCode => Tree::empty(),
    }
}

/// A column's type and format.
pub fn column_kind(kind: &str, format: &str) -> Result<ColumnKind, Unknown> {
    match kind.trim().to_ascii_lowercase().as_str() {
        "string" => Ok(ColumnKind::Text),
        "geo" => Ok(ColumnKind::Geo),
        "date" => named(&DATES, format).map(ColumnKind::Date).ok_or(Unknown::Format),
        "number" => named(&COLUMN_NUMBERS, format).map(ColumnKind::Number).ok_or(Unknown::Format),
        _ => Err(Unknown::Type),
    }
}

/// A format for a column, of whichever type has it.
pub fn column_format(format: &str) -> Option<ColumnFormat> {
    let date = named(&DATES, format).map(ColumnFormat::Date);
    date.or_else(|| named(&COLUMN_NUMBERS, format).map(ColumnFormat::Number))
}

/// The wire's names of a column's type and format; the format is empty where there is none.
pub fn column_names(kind: ColumnKind) -> (&'static str, &'static str) {
    match kind {
        ColumnKind::Text => ("string", ""),
        ColumnKind::Geo => ("geo", ""),
        ColumnKind::Date(format) => ("date", name_of(&DATES, &format)),
        ColumnKind::Number(format) => ("number", name_of(&COLUMN_NUMBERS, &format)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_format_of_a_column_is_read_and_named_again() {
        for (kind, format) in DATES
            .iter()
            .map(|(name, _)| ("date", *name))
            .chain(COLUMN_NUMBERS.iter().map(|(name, _)| ("number", *name)))
        {
            let read = column_kind(kind, &format!(" {} ", format.to_lowercase())).unwrap();
            assert_eq!(column_names(read), (kind, format));
        }
        assert_eq!(column_kind("date", "1234567"), Err(Unknown::Format));
        assert_eq!(column_kind("money", "1234567"), Err(Unknown::Type));
    }

    #[test]
    fn a_number_s_format_has_decimals_and_separators() {
        let given = |decimals: &str, separators: &str| {
            let member = |name: &str, text: &str| (name.to_owned(), Given::Text(text.to_owned()));
            Given::Nested(vec![member("decimals", decimals), member("Separators", separators)])
        };
        let form = field_form("Number", Some(&given("3", "1 234 567,89")));
        assert_eq!(form, Ok(FieldForm::Number(number_format(3, Separators::SpaceComma))));
        for (decimals, separators) in [("10", "1234567.89"), ("x", "1234567.89"), ("0", "1_000")] {
            let form = field_form("number", Some(&given(decimals, separators)));
            assert_eq!(form, Err(Unknown::Format));
        }
    }
}
