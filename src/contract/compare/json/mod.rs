//! JSON by value: members in any order, numbers by what they are worth, everything else exactly.

mod read;

use std::borrow::Cow;
use std::mem::discriminant;

use self::read::Value;
use super::tree::{self, Node};
use super::value::Simple;
use super::walk::Walk;
use super::{Content, Unreadable, What, base64};
use crate::protocol::xml::decode_leniently;

/// Bytes of a value that are written for people; a report shortens them further.
const MOST_SHOWN: usize = 2_000;

/// Compares two JSON documents.
pub(super) fn differences(
    expected: Content<'_>,
    found: Content<'_>,
    walk: &mut Walk<'_>,
) -> Result<(), Unreadable> {
    let one = decode_leniently(expected.bytes, expected.charset());
    let other = decode_leniently(found.bytes, found.charset());
    let expected = read::read(&one).map_err(|error| Unreadable::Expected(error.to_string()))?;
    let found = read::read(&other).map_err(|error| Unreadable::Found(error.to_string()))?;
    expected.compare(&found, walk);
    Ok(())
}

impl Node for Value<'_> {
    fn compare(&self, found: &Self, walk: &mut Walk<'_>) {
        if !walk.spend(1) {
            return;
        }
        match (self, found) {
            (Self::Text(one), Self::Text(other)) => {
                let simple = walk.ruled_type().or_else(|| date_by_names(one, other, walk));
                base64::typed(one, other, simple, walk);
            }
            (Self::Text(one), other) if walk.by_placeholder(one, other.scalar()) => {}
            (Self::Number(one), Self::Number(other)) => {
                if !Simple::Number.is_same(one, other) {
                    walk.differ(What::Value, Some(one), Some(other));
                }
            }
            (Self::Array(one), Self::Array(other)) => {
                let (one, other): (Vec<_>, Vec<_>) = (one.iter().collect(), other.iter().collect());
                tree::items(&one, &other, walk);
            }
            (Self::Object(one), Self::Object(other)) => {
                tree::members(&named(one), &named(other), walk);
            }
            (Self::Boolean(one), Self::Boolean(other)) if one == other => {}
            (Self::Null, Self::Null) => {}
            (one, other) => tree::unlike(one, other, walk),
        }
    }

    fn begins_as(&self, found: &Self) -> bool {
        match (self, found) {
            (Self::Object(one), Self::Object(other)) => tree::begin_alike(one, other),
            _ => false,
        }
    }

    fn is_nothing(&self) -> bool {
        match self {
            Self::Null => true,
            Self::Text(text) => text.is_empty(),
            Self::Array(items) => items.is_empty(),
            Self::Object(members) => members.is_empty(),
            Self::Boolean(_) | Self::Number(_) => false,
        }
    }

    fn is_same_type(&self, found: &Self) -> bool {
        discriminant(self) == discriminant(found)
    }

    fn shown(&self) -> String {
        let mut out = String::new();
        self.write(&mut out);
        out
    }
}

/// Dates are texts in JSON; whatever else is written as a text is compared as one.
fn date_by_names(expected: &str, found: &str, walk: &Walk<'_>) -> Option<Simple> {
    if expected == found {
        return None;
    }
    walk.type_by_names().filter(|simple| *simple == Simple::DateTime)
}

fn named<'v, 't>(members: &'v [(Cow<'t, str>, Value<'t>)]) -> Vec<(Cow<'v, str>, &'v Value<'t>)> {
    members.iter().map(|(name, value)| (Cow::Borrowed(&**name), value)).collect()
}

impl Value<'_> {
    /// The text that a placeholder may take; none for null, arrays and objects.
    fn scalar(&self) -> Option<&str> {
        match self {
            Self::Boolean(true) => Some("true"),
            Self::Boolean(false) => Some("false"),
            Self::Number(number) => Some(number),
            Self::Text(text) => Some(text),
            Self::Null | Self::Array(_) | Self::Object(_) => None,
        }
    }

    /// Writes the value as JSON until enough is written for people.
    fn write(&self, out: &mut String) {
        if out.len() > MOST_SHOWN {
            return;
        }
        match self {
            Self::Null => out.push_str("null"),
            Self::Boolean(truth) => out.push_str(if *truth { "true" } else { "false" }),
            Self::Number(number) => out.push_str(number),
            Self::Text(text) => quoted(text, out),
            Self::Array(items) => {
                out.push('[');
                for (at, item) in items.iter().enumerate().take(MOST_SHOWN) {
                    out.push_str(if at > 0 { "," } else { "" });
                    item.write(out);
                }
                out.push(']');
            }
            Self::Object(members) => {
                out.push('{');
                for (at, (name, value)) in members.iter().enumerate().take(MOST_SHOWN) {
                    out.push_str(if at > 0 { "," } else { "" });
                    quoted(name, out);
                    out.push(':');
                    value.write(out);
                }
                out.push('}');
            }
        }
    }
}

fn quoted(text: &str, out: &mut String) {
    out.push('"');
    for character in text.chars().take(MOST_SHOWN) {
        match character {
            '"' | '\\' => out.extend(['\\', character]),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            _ if character.is_control() => {
                let number = format!("\\u{:04x}", u32::from(character));
                out.push_str(&number);
            }
            _ => out.push(character),
        }
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::super::rules::Rules;
    use super::super::{Difference, compare};
    use super::*;

    fn compared(expected: &str, found: &str) -> Vec<Difference> {
        let content =
            |text: &'static str| Content { media_type: "application/json", bytes: text.as_bytes() };
        let leak = |text: &str| -> &'static str { Box::leak(text.to_owned().into_boxed_str()) };
        compare(content(leak(expected)), content(leak(found)), &Rules::default(), None)
    }

    #[test]
    fn a_difference_says_what_it_is() {
        let cases = [
            ("{\"a\":1}", "{\"a\":2}", What::Value, "1", "2"),
            ("{\"a\":null}", "{\"a\":\"\"}", What::Nil, "null", "\"\""),
            ("{\"a\":[]}", "{\"a\":1}", What::Nil, "[]", "1"),
            ("{\"a\":1}", "{\"a\":\"1\"}", What::Type, "1", "\"1\""),
            ("{\"a\":true}", "{\"a\":false}", What::Value, "true", "false"),
            (
                "{\"a\":{\"b\\n\":[1,\"\\u0001\"]}}",
                "{\"a\":1}",
                What::Type,
                "{\"b\\n\":[1,\"\\u0001\"]}",
                "1",
            ),
        ];
        for (expected, found, what, one, other) in cases {
            let [difference] = &*compared(expected, found) else { panic!("{expected} {found}") };
            assert_eq!(difference.path, "/a");
            assert_eq!(difference.what, what, "{expected} {found}");
            assert_eq!(difference.expected.as_deref(), Some(one));
            assert_eq!(difference.found.as_deref(), Some(other));
        }
    }

    #[test]
    fn what_is_shown_of_a_large_value_is_cut() {
        let large = format!("{{\"a\":[{}1]}}", "[1,2,3],".repeat(100_000));
        let shown = compared(&large, "{}")[0].expected.clone().unwrap();
        assert!(shown.len() < 1_000, "{}", shown.len());
    }

    #[test]
    fn nested_lists_of_thousands_are_compared_in_time() {
        let rows = |first: u32| {
            let rows: Vec<String> = (first..first + 5_000)
                .map(|n| format!("{{\"id\":{n},\"tags\":[1,2,3]}}"))
                .collect();
            format!("{{\"rows\":[{}]}}", rows.join(","))
        };
        let differences = compared(&rows(0), &rows(1));
        let paths: Vec<&str> = differences.iter().map(|difference| &*difference.path).collect();
        assert_eq!(paths, ["/rows[1]", "/rows[5000]"]);
    }
}
