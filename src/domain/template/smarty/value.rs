//! Values as PHP knows them: texts and numbers that turn into each other, and lists with keys.

use std::cmp::Ordering;
use std::sync::Arc;

/// A variable's value. Cheap to clone.
#[derive(Clone, Default, PartialEq)]
pub enum Value {
    #[default]
    Null,
    Bool(bool),
    Number(f64),
    Text(Arc<str>),
    /// Entries in order. Where all have the same key, as the members of an XML list, they count
    /// from 0.
    List(Arc<[(String, Value)]>),
}

impl std::fmt::Debug for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Value(redacted)")
    }
}

impl Value {
    pub fn text(text: impl Into<Arc<str>>) -> Self {
        Self::Text(text.into())
    }

    pub fn list(entries: Vec<(String, Self)>) -> Self {
        Self::List(entries.into())
    }

    #[expect(
        clippy::as_conversions,
        clippy::cast_precision_loss,
        reason = "counts of what fits in memory are exact far beyond what a mail shows"
    )]
    pub(super) fn count(count: usize) -> Self {
        Self::Number(count as f64)
    }

    /// As it is printed; a list is `Array`, as in the original.
    pub(super) fn shown(&self) -> Arc<str> {
        match self {
            Self::Null | Self::Bool(false) => "".into(),
            Self::Bool(true) => "1".into(),
            Self::Number(number) => number_text(*number).into(),
            Self::Text(text) => Arc::clone(text),
            Self::List(_) => "Array".into(),
        }
    }

    pub(super) fn is_true(&self) -> bool {
        match self {
            Self::Null => false,
            Self::Bool(is) => *is,
            Self::Number(number) => *number != 0.0,
            Self::Text(text) => !text.is_empty() && &**text != "0",
            Self::List(entries) => !entries.is_empty(),
        }
    }

    /// The number that a text begins with; 0 for none.
    pub(super) fn number(&self) -> f64 {
        match self {
            Self::Null => 0.0,
            Self::Bool(is) => f64::from(u8::from(*is)),
            Self::Number(number) => *number,
            Self::Text(text) => leading_number(text),
            Self::List(entries) => f64::from(u8::from(!entries.is_empty())),
        }
    }

    /// The number as a count; negative ones are 0.
    #[expect(
        clippy::as_conversions,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the cast saturates, which is what is meant"
    )]
    pub(super) fn whole(&self) -> usize {
        self.number() as usize
    }

    /// Bytes of its text or entries of its list: what looking at it costs.
    pub(super) fn weight(&self) -> usize {
        match self {
            Self::Null | Self::Bool(_) | Self::Number(_) => 0,
            Self::Text(text) => text.len(),
            Self::List(entries) => entries.len(),
        }
    }

    /// The entries of a list; those of anything else are none.
    pub(super) fn entries(&self) -> &[(String, Self)] {
        match self {
            Self::List(entries) => entries,
            Self::Null | Self::Bool(_) | Self::Number(_) | Self::Text(_) => &[],
        }
    }

    /// Whether entries count from 0 rather than have names.
    pub(super) fn is_counted(&self) -> bool {
        let mut entries = self.entries().iter();
        let Some((first, _)) = entries.next() else { return true };
        entries.all(|(key, _)| key == first)
    }

    /// The member called `name`, in any case; those of a name that occurs often make a list.
    pub(super) fn member(&self, name: &str) -> Self {
        let named = || self.entries().iter().filter(|(key, _)| key.eq_ignore_ascii_case(name));
        match (named().next(), named().nth(1)) {
            (None, _) => name.parse().map_or(Self::Null, |at| self.at(at)),
            (Some((_, only)), None) => only.clone(),
            (Some(_), Some(_)) => Self::list(named().cloned().collect()),
        }
    }

    /// The entry at `position` of a counted list; what is no list is its own first entry.
    fn at(&self, position: usize) -> Self {
        match self {
            Self::List(entries) if self.is_counted() => {
                entries.get(position).map_or(Self::Null, |(_, value)| value.clone())
            }
            Self::List(_) | Self::Null => Self::Null,
            other if position == 0 => other.clone(),
            _ => Self::Null,
        }
    }

    /// PHP's loose comparison; `None` where two values have no order.
    pub(super) fn compared(&self, other: &Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Bool(_), _) | (_, Self::Bool(_)) => Some(self.is_true().cmp(&other.is_true())),
            (Self::Null, Self::Text(text)) => Some("".cmp(text)),
            (Self::Text(text), Self::Null) => Some((**text).cmp("")),
            (Self::Null, other) => Some(false.cmp(&other.is_true())),
            (one, Self::Null) => Some(one.is_true().cmp(&false)),
            (Self::Text(one), Self::Text(other)) => match (numeric(one), numeric(other)) {
                (Some(one), Some(other)) => one.partial_cmp(&other),
                _ => Some(one.cmp(other)),
            },
            // Lists are the same or not; what is in them is not compared.
            (Self::List(one), Self::List(other)) if Arc::ptr_eq(one, other) => {
                Some(Ordering::Equal)
            }
            (Self::List(_), _) | (_, Self::List(_)) => None,
            (one, other) => one.number().partial_cmp(&other.number()),
        }
    }

    /// PHP's `===`.
    pub(super) fn is_identical(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::List(one), Self::List(other)) => Arc::ptr_eq(one, other),
            (one, other) => one == other,
        }
    }
}

/// A number as PHP prints it: whole ones without a point.
fn number_text(number: f64) -> String {
    const EXACT: f64 = 1e15;
    const DIGITS: f64 = 1e10;
    if !number.is_finite() {
        return String::new();
    }
    if number.abs() < EXACT / DIGITS {
        return format!("{}", (number * DIGITS).round() / DIGITS + 0.0);
    }
    format!("{number}")
}

/// The number that all of `text` is.
pub(super) fn numeric(text: &str) -> Option<f64> {
    let text = text.trim_start();
    let is_part = |one: char| one.is_ascii_digit() || matches!(one, '.' | '-' | '+' | 'e' | 'E');
    let is_number = text.contains(|one: char| one.is_ascii_digit()) && text.chars().all(is_part);
    is_number.then(|| text.parse().ok()).flatten()
}

fn leading_number(text: &str) -> f64 {
    let text = text.trim_start();
    let (sign, digits) = match text.strip_prefix('-') {
        Some(rest) => (-1.0, rest),
        None => (1.0, text.strip_prefix('+').unwrap_or(text)),
    };
    let mut has_point = false;
    let end = digits.find(|one: char| {
        let is_point = one == '.' && !has_point;
        has_point |= is_point;
        !one.is_ascii_digit() && !is_point
    });
    let number =
        digits.split_at_checked(end.unwrap_or(digits.len())).map_or("", |(number, _)| number);
    sign * number.parse::<f64>().unwrap_or(0.0)
}
