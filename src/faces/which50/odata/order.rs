//! `$orderby`: names, each with `asc` or `desc` behind it.

use std::cmp::Ordering;

use super::literal::compare;
use crate::domain::{Contact, Schema};
use crate::faces::which50::fields::{meaning, value};
use crate::protocol::datacontract::Value;

/// By what a listing is sorted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderBy(Vec<Key>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Key {
    name: String,
    descending: bool,
}

impl OrderBy {
    /// `None` for what is no order.
    pub fn parse(text: &str) -> Option<Self> {
        text.split(',').map(Key::parse).collect::<Option<Vec<_>>>().map(Self)
    }

    /// Sorts contacts. Those without a value come first; who is equal stays in order of id.
    pub fn sort(&self, schema: &Schema, contacts: &mut [Contact]) {
        contacts.sort_by(|one, other| {
            self.0
                .iter()
                .map(|key| key.compare(schema, one, other))
                .find(|order| order.is_ne())
                .unwrap_or(Ordering::Equal)
        });
    }

    /// Sorts by a key that a name and an entry give.
    pub fn sort_by<T>(&self, entries: &mut [T], of: impl Fn(&str, &T, &T) -> Ordering) {
        entries.sort_by(|one, other| {
            let turned = |key: &Key| key.turned(of(&key.name, one, other));
            self.0.iter().map(turned).find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
        });
    }
}

impl Key {
    fn parse(text: &str) -> Option<Self> {
        let mut words = text.split_whitespace();
        let name = words.next()?.to_owned();
        let descending = match words.next() {
            None => false,
            Some(word) if word.eq_ignore_ascii_case("asc") => false,
            Some(word) if word.eq_ignore_ascii_case("desc") => true,
            Some(_) => return None,
        };
        words.next().is_none().then_some(Self { name, descending })
    }

    fn turned(&self, order: Ordering) -> Ordering {
        if self.descending { order.reverse() } else { order }
    }

    fn compare(&self, schema: &Schema, one: &Contact, other: &Contact) -> Ordering {
        if self.name.eq_ignore_ascii_case("id") {
            return self.turned(one.id.cmp(&other.id));
        }
        let meaning = meaning(schema, &self.name);
        let (one, other) = (value(one, meaning), value(other, meaning));
        let is_some = |value: &Value| *value != Value::Null;
        let order = compare(&one, &other);
        self.turned(order.unwrap_or_else(|| is_some(&one).cmp(&is_some(&other))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_is_names_with_directions() {
        let order = OrderBy::parse("Name desc, Id").unwrap();
        let mut rows = [("a", 2), ("b", 1), ("a", 1)];
        order.sort_by(&mut rows, |name, one, other| match name {
            "Name" => one.0.cmp(other.0),
            _ => one.1.cmp(&other.1),
        });
        assert_eq!(rows, [("b", 1), ("a", 1), ("a", 2)]);
        for text in ["", "Name up", "Name desc Id", ",Id"] {
            assert_eq!(OrderBy::parse(text), None, "{text}");
        }
    }
}
