//! PHP's serialized values: lists by order, maps by key, types and texts exactly.
//!
//! PHP has one kind of array. One whose keys are 0, 1, 2 … in this order is a list, and its order
//! counts; any other is a map, and there only PHP programs that iterate could tell the order. An
//! array that is a list on one side alone is compared by key.

mod read;

use std::borrow::Cow;

use self::read::{Key, Value};
use super::tree::{self, Node};
use super::value::Simple;
use super::walk::Walk;
use super::{Content, Unreadable, What, base64};
use crate::protocol::form::text;

/// Elements of an array that are shown to people; a report shortens them further.
const MOST_SHOWN: usize = 50;

/// Compares two serialized values.
pub(super) fn differences(
    expected: Content<'_>,
    found: Content<'_>,
    walk: &mut Walk<'_>,
) -> Result<(), Unreadable> {
    let expected =
        read::read(expected.bytes).map_err(|error| Unreadable::Expected(error.to_string()))?;
    let found = read::read(found.bytes).map_err(|error| Unreadable::Found(error.to_string()))?;
    expected.compare(&found, walk);
    Ok(())
}

impl Node for Value<'_> {
    fn compare(&self, found: &Self, walk: &mut Walk<'_>) {
        if !walk.spend(1) {
            return;
        }
        match (self, found) {
            (Self::Bytes(one), Self::Bytes(other)) if one == other => {}
            (Self::Bytes(one), Self::Bytes(other)) => {
                let (one, other) = (text::read(one), text::read(other));
                if one == other {
                    // One text in two charsets: a PHP program sees different bytes.
                    return walk.differ(What::Value, Some(&one), Some(&other));
                }
                let simple = walk.ruled_type();
                base64::typed(&one, &other, simple, walk);
            }
            (Self::Bytes(one), other)
                if walk.by_placeholder(&text::read(one), other.scalar().as_deref()) => {}
            (Self::Array(one), Self::Array(other)) => arrays(one, other, walk),
            (Self::Object(class, one), Self::Object(other_class, other))
                if class == other_class =>
            {
                tree::members(&named(one), &named(other), walk);
            }
            (Self::Integer(one), Self::Integer(other)) if Simple::Number.is_same(one, other) => {}
            (Self::Float(one), Self::Float(other)) if Simple::Double.is_same(one, other) => {}
            (one, other) if one == other => {}
            (one, other) => tree::unlike(one, other, walk),
        }
    }

    fn begins_as(&self, found: &Self) -> bool {
        match (self, found) {
            (Self::Array(one), Self::Array(other)) => tree::begin_alike(one, other),
            _ => false,
        }
    }

    fn is_nothing(&self) -> bool {
        matches!(self, Self::Null)
    }

    fn is_same_type(&self, found: &Self) -> bool {
        self.kind() == found.kind()
    }

    /// In the manner of PHP's `var_export`.
    fn shown(&self) -> String {
        match self {
            Self::Null => "null".to_owned(),
            Self::Boolean(truth) => truth.to_string(),
            Self::Integer(number) => (*number).to_owned(),
            Self::Float(number) => format!("float({number})"),
            Self::Bytes(bytes) => format!("'{}'", text::read(bytes)),
            Self::Array(elements) => format!("[{}]", elements_shown(elements)),
            Self::Object(class, elements) => {
                format!("{}({})", text::read(class), elements_shown(elements))
            }
            Self::Custom(class, written) => {
                format!("{}({} bytes)", text::read(class), written.len())
            }
            Self::Reference(number) => format!("reference to value {number}"),
        }
    }
}

fn elements_shown(elements: &[(Key<'_>, Value<'_>)]) -> String {
    let shown = |(key, value): &(Key<'_>, Value<'_>)| match value {
        Value::Array(inner) | Value::Object(_, inner) => {
            format!("{} => … {} elements", name(key), inner.len())
        }
        _ => format!("{} => {}", name(key), value.shown()),
    };
    let mut all: Vec<String> = elements.iter().take(MOST_SHOWN).map(shown).collect();
    if elements.len() > MOST_SHOWN {
        all.push("…".to_owned());
    }
    all.join(", ")
}

type Elements<'t> = [(Key<'t>, Value<'t>)];

fn arrays(expected: &Elements<'_>, found: &Elements<'_>, walk: &mut Walk<'_>) {
    if is_list(expected) && is_list(found) {
        tree::items(&values(expected), &values(found), walk);
    } else {
        tree::members(&named(expected), &named(found), walk);
    }
}

/// Whether the keys are 0, 1, 2 and so on.
fn is_list(elements: &Elements<'_>) -> bool {
    let keys = elements.iter().map(|(key, _)| *key);
    (0_i64..).zip(keys).all(|(at, key)| key == Key::Integer(at))
}

fn values<'v, 't>(elements: &'v Elements<'t>) -> Vec<&'v Value<'t>> {
    elements.iter().map(|(_, value)| value).collect()
}

fn named<'v, 't>(elements: &'v Elements<'t>) -> Vec<(Cow<'v, str>, &'v Value<'t>)> {
    elements.iter().map(|(key, value)| (name(key), value)).collect()
}

fn name<'t>(key: &Key<'t>) -> Cow<'t, str> {
    match key {
        Key::Integer(number) => Cow::Owned(number.to_string()),
        Key::Bytes(bytes) => text::read(bytes),
    }
}

impl Value<'_> {
    /// The text that a placeholder may take; none for null and what holds other values.
    fn scalar(&self) -> Option<Cow<'_, str>> {
        match self {
            Self::Boolean(truth) => Some(Cow::Borrowed(if *truth { "true" } else { "false" })),
            Self::Integer(number) | Self::Float(number) => Some(Cow::Borrowed(number)),
            Self::Bytes(bytes) => Some(text::read(bytes)),
            Self::Null
            | Self::Array(_)
            | Self::Object(..)
            | Self::Custom(..)
            | Self::Reference(_) => None,
        }
    }
}
