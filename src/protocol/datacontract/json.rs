//! Documents as Json.NET writes them: compact, members in the order of their declaration.

use super::date::format_date;
use super::value::{Document, Record, Value};

/// The document as JSON.
pub fn to_json(document: &Document) -> Vec<u8> {
    let mut out = String::new();
    match document {
        Document::Text(value) => text(&mut out, value),
        Document::Record(value) => record(&mut out, value),
        Document::Records(_, values) => list(&mut out, values, record),
        Document::Dictionaries(values) => {
            list(&mut out, values, |out, value| dictionary(out, value));
        }
    }
    out.into_bytes()
}

/// One object of a list, without what stands between objects.
pub(super) fn record(out: &mut String, record: &Record) {
    let members = record.members.iter().filter(|member| member.in_json);
    object(out, members.map(|member| (member.name, &member.value)));
}

fn value(out: &mut String, of: &Value) {
    match of {
        Value::Null => out.push_str("null"),
        Value::Boolean(flag) => out.push_str(if *flag { "true" } else { "false" }),
        Value::Integer(number) => out.push_str(&number.to_string()),
        Value::Decimal(number) => out.push_str(number),
        Value::Text(value) => text(out, value),
        Value::Date(at) => text(out, &format_date(*at)),
        Value::Texts(values) => list(out, values, |out, value| text(out, value)),
        Value::Record(value) => record(out, value),
        Value::Records(_, values) => list(out, values, record),
        Value::Dictionary(entries) => dictionary(out, entries),
    }
}

fn dictionary(out: &mut String, entries: &[(String, Value)]) {
    object(out, entries.iter().map(|(name, value)| (name.as_str(), value)));
}

fn object<'a>(out: &mut String, members: impl Iterator<Item = (&'a str, &'a Value)>) {
    out.push('{');
    for (index, (name, of)) in members.enumerate() {
        if index > 0 {
            out.push(',');
        }
        text(out, name);
        out.push(':');
        value(out, of);
    }
    out.push('}');
}

fn list<T>(out: &mut String, items: &[T], write: impl Fn(&mut String, &T)) {
    out.push('[');
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        write(out, item);
    }
    out.push(']');
}

fn text(out: &mut String, text: &str) {
    // A text can always be written.
    out.push_str(&serde_json::to_string(text).unwrap_or_default());
}
