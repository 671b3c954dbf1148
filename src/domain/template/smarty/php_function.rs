//! The functions that conditions may call.

use super::value::Value;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Function {
    IsSet,
    Empty,
    Count,
    Length,
    IsArray,
    IsNumeric,
    InArray,
}

impl Function {
    pub fn named(name: &str) -> Option<Self> {
        Some(match name.to_ascii_lowercase().as_str() {
            "isset" => Self::IsSet,
            "empty" => Self::Empty,
            "count" | "sizeof" => Self::Count,
            "strlen" => Self::Length,
            "is_array" => Self::IsArray,
            "is_numeric" => Self::IsNumeric,
            "in_array" => Self::InArray,
            _ => return None,
        })
    }

    pub fn call(self, arguments: &[Value]) -> Value {
        let null = Value::Null;
        let first = arguments.first().unwrap_or(&null);
        match self {
            Self::IsSet => Value::Bool(!arguments.contains(&Value::Null)),
            Self::Empty => Value::Bool(!first.is_true()),
            Self::Count => Value::count(count(first)),
            Self::Length => Value::count(first.shown().len()),
            Self::IsArray => Value::Bool(matches!(first, Value::List(_))),
            Self::IsNumeric => Value::Bool(is_numeric(first)),
            Self::InArray => {
                let among = arguments.get(1).map(Value::entries).unwrap_or_default();
                let is_it =
                    |one: &Value| one.compared(first).is_some_and(std::cmp::Ordering::is_eq);
                Value::Bool(among.iter().any(|(_, one)| is_it(one)))
            }
        }
    }
}

/// PHP counts what is no list as one, and nothing as none.
pub(super) fn count(value: &Value) -> usize {
    match value {
        Value::Null => 0,
        Value::List(entries) => entries.len(),
        Value::Bool(_) | Value::Number(_) | Value::Text(_) => 1,
    }
}

fn is_numeric(value: &Value) -> bool {
    match value {
        Value::Number(_) => true,
        Value::Text(text) => super::value::numeric(text).is_some(),
        Value::Null | Value::Bool(_) | Value::List(_) => false,
    }
}
