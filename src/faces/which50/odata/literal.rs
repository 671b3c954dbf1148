//! How values are held against each other.

use std::cmp::Ordering;

use crate::domain::Decimal;
use crate::protocol::datacontract::{Value, parse_date};

/// The order of two values of one kind, or of a value and a text that can be read as its kind;
/// `None` when they have none. Texts are compared without regard to case.
pub fn compare(one: &Value, other: &Value) -> Option<Ordering> {
    match (one, other) {
        (Value::Null, Value::Null) => Some(Ordering::Equal),
        (Value::Boolean(one), Value::Boolean(other)) => Some(one.cmp(other)),
        (Value::Date(one), Value::Date(other)) => Some(one.cmp(other)),
        (Value::Date(one), Value::Text(text)) => Some(one.cmp(&parse_date(text)?)),
        (Value::Text(_), Value::Date(_)) => compare(other, one).map(Ordering::reverse),
        (Value::Null | Value::Boolean(_) | Value::Date(_), _)
        | (_, Value::Null | Value::Boolean(_)) => None,
        (Value::Text(one), Value::Text(other)) => {
            Some(one.to_lowercase().cmp(&other.to_lowercase()))
        }
        _ => Some(number(one)?.cmp(&number(other)?)),
    }
}

fn number(value: &Value) -> Option<Decimal> {
    match value {
        Value::Integer(number) => Decimal::parse(&number.to_string()),
        Value::Decimal(text) | Value::Text(text) => Decimal::parse(text.trim()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_of_one_kind_have_an_order_and_others_none() {
        use Ordering::{Equal, Greater, Less};
        let decimal = |text: &str| Value::Decimal(text.to_owned());
        let date = |text: &str| Value::Date(text.parse().unwrap());
        for (one, other, order) in [
            (Value::from("ANN"), Value::from("ann"), Some(Equal)),
            (Value::from("a"), Value::from("b"), Some(Less)),
            (decimal("10"), Value::from(9_u32), Some(Greater)),
            (decimal("1.50"), decimal("1.5"), Some(Equal)),
            (decimal("2"), Value::from("10"), Some(Less)),
            (date("2026-01-01T00:00:00Z"), Value::from("2026-01-02"), Some(Less)),
            (Value::from(true), Value::from("true"), None),
            (Value::Null, Value::from(""), None),
            (Value::Null, Value::Null, Some(Equal)),
        ] {
            assert_eq!(compare(&one, &other), order);
            assert_eq!(compare(&other, &one), order.map(Ordering::reverse));
        }
    }
}
