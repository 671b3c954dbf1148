//! Any XML-RPC value is read back as it was written, and what any accepted document says is kept.

#![cfg(test)]

#[path = "xml_support/pen.rs"]
mod pen;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use jiff::civil;
use jiff::tz::Offset;
use lychgate::protocol::xml::{Limits, Reader, XmlError, is_forbidden};
use lychgate::protocol::xmlrpc::{Call, DateTime, Double, ResponseWriter, Value, read_value};
use proptest::prelude::*;
use proptest::sample::Index;

use pen::Pen;

/// The value in a response.
fn read_response(document: &str) -> Result<Value, XmlError> {
    let mut reader = Reader::new(document, Limits::default());
    reader.root()?;
    for name in ["params", "param", "value"] {
        assert!(reader.next_child()?.is_some_and(|child| child.local() == name), "{document}");
    }
    let value = read_value(&mut reader)?;
    for _ in ["param", "params", "methodResponse"] {
        assert!(reader.next_child()?.is_none(), "{document}");
    }
    reader.finish()?;
    Ok(value)
}

fn write(value: &Value) -> String {
    String::from_utf8(ResponseWriter::answer(value)).unwrap()
}

fn read_call(document: &str) -> Result<Call, XmlError> {
    let mut reader = Reader::new(document, Limits::default());
    reader.root()?;
    let call = Call::read(&mut reader)?;
    reader.finish()?;
    Ok(call)
}

/// Text of characters that XML allows, with those that need care more often than by chance.
fn text() -> impl Strategy<Value = String> {
    let careful =
        prop::sample::select(vec![' ', '\n', '\r', '\t', '<', '>', '&', ']', '"', 'é', '💚']);
    let any = any::<char>().prop_filter("XML forbids it", |c| !is_forbidden(*c));
    prop::collection::vec(prop_oneof![careful, any, prop::char::range('a', 'e')], 0..12)
        .prop_map(|characters| characters.into_iter().collect())
}

fn date_time() -> impl Strategy<Value = DateTime> {
    let offset = prop_oneof![
        3 => Just(None),
        1 => (-14 * 60..=14 * 60_i32).prop_map(|minutes| Offset::from_seconds(minutes * 60).ok()),
    ];
    let nanosecond = prop_oneof![3 => Just(0), 1 => 0..1_000_000_000_i32];
    let parts = (0..=9999_i16, 1..=12_i8, 1..=28_i8, 0..24_i8, 0..60_i8, 0..60_i8);
    (parts, nanosecond, offset).prop_map(|((y, mo, d, h, mi, s), nanosecond, offset)| DateTime {
        civil: civil::date(y, mo, d).at(h, mi, s, nanosecond),
        offset,
    })
}

fn scalar() -> impl Strategy<Value = Value> {
    prop_oneof![
        any::<i32>().prop_map(Value::Int),
        any::<i64>().prop_map(Value::I8),
        any::<bool>().prop_map(Value::Boolean),
        text().prop_map(Value::String),
        any::<f64>().prop_filter_map("finite", Double::new).prop_map(Value::Double),
        date_time().prop_map(Value::DateTime),
        prop::collection::vec(any::<u8>(), 0..40).prop_map(Value::Base64),
        Just(Value::Nil),
    ]
}

/// Any value; a struct may say a name twice.
fn value() -> impl Strategy<Value = Value> {
    scalar().prop_recursive(6, 40, 5, |inner| {
        let name = prop_oneof![text(), prop::sample::select(vec!["a".to_owned(), "b".to_owned()])];
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::Array),
            prop::collection::vec((name, inner), 0..5).prop_map(Value::Struct),
        ]
    })
}

/// Writes a value in one of the many ways in which libraries and people write it.
trait Messy {
    fn value(&mut self, value: &Value);
    fn typed(&mut self, value: &Value);
    fn within(&mut self, name: &str, content: impl FnOnce(&mut Self));
    fn collapsed(&mut self, name: &str, text: &str);
    fn member(&mut self, name: &str, value: &Value);
}

impl Messy for Pen {
    fn value(&mut self, value: &Value) {
        self.within("value", |pen| match value {
            Value::String(text) if pen.one_in(2) => pen.text(text),
            typed => {
                pen.gap();
                pen.typed(typed);
                pen.gap();
            }
        });
    }

    fn typed(&mut self, value: &Value) {
        match value {
            Value::Int(number) => {
                let sign = if *number >= 0 && self.one_in(4) { "+" } else { "" };
                let name = if self.one_in(2) { "int" } else { "i4" };
                self.collapsed(name, &format!("{sign}{number}"));
            }
            Value::I8(number) => {
                let fits = i32::try_from(*number).is_ok();
                let name = if fits || self.one_in(2) { "i8" } else { "int" };
                self.collapsed(name, &number.to_string());
            }
            Value::Boolean(truth) => self.collapsed("boolean", if *truth { "1" } else { "0" }),
            Value::String(text) => self.within("string", |pen| pen.text(text)),
            Value::Double(number) if self.one_in(2) => {
                self.collapsed("double", &format!("{:e}", number.get()));
            }
            Value::Double(number) => self.collapsed("double", &number.to_string()),
            Value::DateTime(at) => self.collapsed("dateTime.iso8601", &at.to_string()),
            Value::Base64(bytes) => {
                let text = BASE64_STANDARD.encode(bytes);
                self.within("base64", |pen| pen.broken(&text));
            }
            Value::Nil => self.within("nil", |_| {}),
            Value::Array(items) if items.is_empty() && self.one_in(2) => {
                self.within("array", Pen::gap);
            }
            Value::Array(items) => self.within("array", |pen| {
                pen.gap();
                pen.within("data", |pen| {
                    pen.gap();
                    for item in items {
                        pen.value(item);
                        pen.gap();
                    }
                });
                pen.gap();
            }),
            Value::Struct(members) => self.within("struct", |pen| {
                pen.gap();
                for (name, value) in members {
                    pen.member(name, value);
                }
            }),
        }
    }

    /// An element, now and then with a prefix as Apache's library has it.
    fn within(&mut self, name: &str, content: impl FnOnce(&mut Self)) {
        let prefix = if self.one_in(6) { "ex:" } else { "" };
        self.out.extend(["<", prefix, name]);
        if !prefix.is_empty() {
            self.attribute("xmlns:ex", "http://ws.apache.org/xmlrpc/namespaces/extensions");
        }
        let start = self.out.len();
        self.out.push('>');
        content(self);
        if self.out.len() == start + 1 && self.one_in(2) {
            self.out.truncate(start);
            self.out.push_str("/>");
        } else {
            self.out.extend(["</", prefix, name, ">"]);
        }
    }

    fn collapsed(&mut self, name: &str, text: &str) {
        self.within(name, |pen| {
            pen.space();
            pen.text(text);
            pen.space();
        });
    }

    fn member(&mut self, name: &str, value: &Value) {
        self.within("member", |pen| {
            pen.gap();
            let value_first = pen.one_in(3);
            if value_first {
                pen.value(value);
                pen.gap();
            }
            pen.within("name", |pen| pen.text(name));
            if !value_first {
                pen.gap();
                pen.value(value);
            }
            pen.gap();
        });
        self.gap();
    }
}

fn messy_response(value: &Value, seed: u64) -> String {
    let mut pen = Pen::new(seed);
    pen.out.push_str("<methodResponse><params><param>");
    pen.gap();
    pen.value(value);
    pen.gap();
    pen.out.push_str("</param></params></methodResponse>");
    pen.out
}

fn messy_call(method: &str, params: &[Value], seed: u64) -> String {
    let mut pen = Pen::new(seed);
    if pen.one_in(2) {
        pen.out.push_str("<?xml version='1.0' encoding=\"utf-8\"?>\n");
    }
    pen.within("methodCall", |pen| {
        pen.gap();
        pen.collapsed("methodName", method);
        pen.gap();
        if !params.is_empty() || pen.one_in(2) {
            pen.within("params", |pen| messy_params(pen, params));
        }
        pen.gap();
    });
    pen.out
}

fn messy_params(pen: &mut Pen, params: &[Value]) {
    pen.gap();
    for param in params {
        pen.within("param", |pen| {
            pen.gap();
            pen.value(param);
            pen.gap();
        });
        pen.gap();
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_value_written_and_read_again_is_the_same(value in value()) {
        let document = write(&value);
        prop_assert!(read_response(&document).unwrap() == value, "{}", document);
    }

    #[test]
    fn a_value_is_read_however_it_is_written_and_its_meaning_is_kept(
        value in value(), seed in any::<u64>()
    ) {
        let document = messy_response(&value, seed);
        let read = read_response(&document);
        prop_assert!(read.as_ref().is_ok_and(|read| *read == value), "{:?}: {}", read, document);
        let again = write(&value);
        prop_assert!(read_response(&again).unwrap() == value, "{}", again);
    }

    #[test]
    fn a_call_is_read_however_it_is_written(
        params in prop::collection::vec(value(), 0..4), seed in any::<u64>()
    ) {
        let document = messy_call("system.listMethods", &params, seed);
        let read = read_call(&document);
        let expected = Call { method: "system.listMethods".to_owned(), params };
        prop_assert!(read.as_ref().is_ok_and(|read| *read == expected), "{:?}: {}", read, document);
    }

    /// Whatever a document became by damage: it is refused, or what it says survives writing.
    #[test]
    fn a_damaged_call_is_refused_or_its_meaning_is_kept(
        params in prop::collection::vec(value(), 1..3),
        seed in any::<u64>(),
        damage in prop::collection::vec((any::<Index>(), any::<char>(), 0..3_u8), 1..4),
    ) {
        let mut characters: Vec<char> = messy_call("a.b", &params, seed).chars().collect();
        for (at, c, kind) in damage {
            let at = at.index(characters.len());
            match kind {
                0 => characters[at] = c,
                1 => characters.insert(at, characters[(at + 7) % characters.len()]),
                _ => drop(characters.remove(at)),
            }
        }
        let document: String = characters.into_iter().collect();
        if let Ok(call) = read_call(&document) {
            let params = Value::Array(call.params);
            let again = write(&params);
            prop_assert!(read_response(&again).unwrap() == params, "{}\n{}", document, again);
        }
    }
}
