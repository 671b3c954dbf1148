//! PHP's serialized values as they were written, references and objects included.
//!
//! Lengths are believed only as far as the bytes go, and counts only as elements come: neither
//! makes anything grow beforehand.

use std::fmt;

/// Arrays and objects inside one another; PHP's own `unserialize_max_depth` is 4,096, and the
/// deepest reply that the faces write has 8.
const MOST_DEPTH: usize = 128;

/// Values in one document: the shortest, `N;`, takes two bytes.
const MOST_VALUES: usize = 2_000_000;

/// One value. `Debug` says what it is and not what is in it.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(super) enum Value<'t> {
    Null,
    Boolean(bool),
    /// As it is spelled.
    Integer(&'t str),
    /// As it is spelled; `INF`, `-INF` and `NAN` too.
    Float(&'t str),
    Bytes(&'t [u8]),
    Array(Vec<(Key<'t>, Value<'t>)>),
    /// An object: its class, and its properties; private ones carry zero bytes in their names.
    Object(&'t [u8], Vec<(Key<'t>, Value<'t>)>),
    /// What a class of its own writing wrote (`C:`), or the name of an enumeration's case (`E:`).
    Custom(&'t [u8], &'t [u8]),
    /// The value of that number in the document, counted from 1.
    Reference(&'t str),
}

/// The key of an element.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Key<'t> {
    Integer(i64),
    Bytes(&'t [u8]),
}

impl Value<'_> {
    /// The kind of value, in PHP's words.
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Boolean(_) => "bool",
            Self::Integer(_) => "int",
            Self::Float(_) => "float",
            Self::Bytes(_) => "string",
            Self::Array(_) => "array",
            Self::Object(..) | Self::Custom(..) => "object",
            Self::Reference(_) => "reference",
        }
    }
}

impl fmt::Debug for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind())
    }
}

impl fmt::Debug for Key<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key")
    }
}

/// Where bytes are no serialized value; without any of their content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{problem} at byte {at}")]
pub(super) struct NotPhp {
    problem: Problem,
    /// From 0.
    at: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
enum Problem {
    #[error("the document ends too early")]
    End,
    #[error("no kind of value begins so")]
    Kind,
    #[error("this is no number of that kind")]
    Number,
    #[error("the length of a string is wrong")]
    Length,
    #[error("a key is an integer or a string")]
    Key,
    #[error("the number of elements is wrong")]
    Count,
    #[error("something follows the document")]
    Rest,
    #[error("arrays and objects are nested deeper than {MOST_DEPTH}")]
    Depth,
    #[error("there are more than {MOST_VALUES} values")]
    Values,
}

/// Reads one document and nothing behind it but white space.
pub(super) fn read(bytes: &[u8]) -> Result<Value<'_>, NotPhp> {
    let mut reader = Reader { bytes, at: 0, depth: 0, values: 0 };
    let value = reader.value().and_then(|value| {
        let rest = bytes.get(reader.at..).unwrap_or_default();
        if rest.trim_ascii().is_empty() { Ok(value) } else { Err(Problem::Rest) }
    });
    value.map_err(|problem| NotPhp { problem, at: reader.at })
}

struct Reader<'t> {
    bytes: &'t [u8],
    at: usize,
    depth: usize,
    values: usize,
}

impl<'t> Reader<'t> {
    fn rest(&self) -> &'t [u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }

    /// Steps over what must stand here.
    fn pass(&mut self, wanted: &[u8], otherwise: Problem) -> Result<(), Problem> {
        if self.rest().starts_with(wanted) {
            self.at += wanted.len();
            return Ok(());
        }
        Err(if wanted.starts_with(self.rest()) { Problem::End } else { otherwise })
    }

    /// The text up to `end`, which is stepped over too. Numbers alone are read so: they are short.
    fn until(&mut self, end: u8) -> Result<&'t str, Problem> {
        const MOST_BYTES: usize = 512;
        let rest = self.rest();
        let window = rest.get(..rest.len().min(MOST_BYTES)).unwrap_or_default();
        let length = window.iter().position(|byte| *byte == end).ok_or(Problem::End)?;
        let text = window.get(..length).and_then(|text| std::str::from_utf8(text).ok());
        self.at += length + 1;
        text.ok_or(Problem::Number)
    }

    fn value(&mut self) -> Result<Value<'t>, Problem> {
        self.values += 1;
        if self.values > MOST_VALUES {
            return Err(Problem::Values);
        }
        let kind = self.rest().first().ok_or(Problem::End)?;
        if *kind == b'N' {
            self.pass(b"N;", Problem::Kind)?;
            return Ok(Value::Null);
        }
        self.at += 1;
        self.pass(b":", Problem::Kind)?;
        match kind {
            b'b' => match self.until(b';')? {
                "0" => Ok(Value::Boolean(false)),
                "1" => Ok(Value::Boolean(true)),
                _ => Err(Problem::Number),
            },
            b'i' => self.until(b';').and_then(integer).map(Value::Integer),
            b'd' => self.until(b';').and_then(float).map(Value::Float),
            b'r' | b'R' => self.until(b';').and_then(integer).map(Value::Reference),
            b's' => {
                let text = self.quoted()?;
                self.pass(b";", Problem::Length)?;
                Ok(Value::Bytes(text))
            }
            b'a' => self.elements().map(Value::Array),
            b'O' => {
                let class = self.quoted()?;
                self.pass(b":", Problem::Length)?;
                Ok(Value::Object(class, self.elements()?))
            }
            b'C' => self.custom(),
            b'E' => {
                let case = self.quoted()?;
                self.pass(b";", Problem::Length)?;
                Ok(Value::Custom(b"", case))
            }
            _ => Err(Problem::Kind),
        }
    }

    fn length(&mut self) -> Result<usize, Problem> {
        self.until(b':')?.parse().map_err(|_| Problem::Number)
    }

    /// `3:"abc"`
    fn quoted(&mut self) -> Result<&'t [u8], Problem> {
        let length = self.length()?;
        self.pass(b"\"", Problem::Length)?;
        let text = self.rest().get(..length).ok_or(Problem::Length)?;
        self.at += length;
        self.pass(b"\"", Problem::Length)?;
        Ok(text)
    }

    /// `1:"X":3:{abc}`
    fn custom(&mut self) -> Result<Value<'t>, Problem> {
        let class = self.quoted()?;
        self.pass(b":", Problem::Length)?;
        let length = self.length()?;
        self.pass(b"{", Problem::Length)?;
        let written = self.rest().get(..length).ok_or(Problem::Length)?;
        self.at += length;
        self.pass(b"}", Problem::Length)?;
        Ok(Value::Custom(class, written))
    }

    /// `2:{key value key value}`
    fn elements(&mut self) -> Result<Vec<(Key<'t>, Value<'t>)>, Problem> {
        self.depth += 1;
        if self.depth > MOST_DEPTH {
            return Err(Problem::Depth);
        }
        let count = self.length()?;
        self.pass(b"{", Problem::Count)?;
        let mut elements = Vec::new();
        for _ in 0..count {
            elements.push((self.key()?, self.value()?));
        }
        self.pass(b"}", Problem::Count)?;
        self.depth -= 1;
        Ok(elements)
    }

    fn key(&mut self) -> Result<Key<'t>, Problem> {
        match self.rest() {
            [b'i', b':', ..] => {
                self.at += 2;
                let number = self.until(b';')?.parse().map_err(|_| Problem::Number)?;
                Ok(Key::Integer(number))
            }
            [b's', b':', ..] => {
                self.at += 2;
                let text = self.quoted()?;
                self.pass(b";", Problem::Length)?;
                Ok(Key::Bytes(text))
            }
            [] => Err(Problem::End),
            [b'}', ..] => Err(Problem::Count),
            _ => Err(Problem::Key),
        }
    }
}

fn integer(text: &str) -> Result<&str, Problem> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let is_integer = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    if is_integer { Ok(text) } else { Err(Problem::Number) }
}

fn float(text: &str) -> Result<&str, Problem> {
    let is_named = matches!(text, "INF" | "-INF" | "NAN");
    let may_be =
        |byte: u8| byte.is_ascii_digit() || matches!(byte, b'.' | b'-' | b'+' | b'e' | b'E');
    let is_written = text.bytes().any(|byte| byte.is_ascii_digit()) && text.bytes().all(may_be);
    if is_named || is_written { Ok(text) } else { Err(Problem::Number) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::php::Serializer;

    #[test]
    fn every_kind_of_value_is_read() {
        let document =
            b"a:9:{i:0;N;i:1;b:1;i:2;i:-7;i:3;d:1.0E-1;i:4;s:3:\"a\"b\";s:1:\"k\";a:0:{}\
            i:6;O:1:\"X\":1:{s:1:\"p\";R:2;}i:7;C:1:\"Y\":3:{a}b}i:8;E:3:\"Z:c\";}";
        let Value::Array(elements) = read(document).unwrap() else { panic!("no array") };
        let values: Vec<Value<'_>> = elements.iter().map(|(_, value)| value.clone()).collect();
        assert!(
            values[..4]
                == [
                    Value::Null,
                    Value::Boolean(true),
                    Value::Integer("-7"),
                    Value::Float("1.0E-1"),
                ]
        );
        assert!(values[4] == Value::Bytes(b"a\"b") && values[5] == Value::Array(Vec::new()));
        let property = (Key::Bytes(b"p"), Value::Reference("2"));
        assert!(values[6] == Value::Object(b"X", vec![property]));
        assert!(values[7] == Value::Custom(b"Y", b"a}b"));
        assert!(values[8] == Value::Custom(b"", b"Z:c"));
        assert!(elements[5].0 == Key::Bytes(b"k") && elements[6].0 == Key::Integer(6));
    }

    #[test]
    fn what_the_serializer_writes_is_read() {
        let mut php = Serializer::new();
        php.open_array(2);
        php.key("12");
        php.text("Zo\u{eb}\";");
        php.key("x");
        php.null();
        php.close_array();
        let written = php.finish();
        let expected = vec![
            (Key::Integer(12), Value::Bytes("Zoë\";".as_bytes())),
            (Key::Bytes(b"x"), Value::Null),
        ];
        assert!(read(&written).unwrap() == Value::Array(expected));
    }

    #[test]
    fn what_is_no_serialized_value_is_refused_with_its_place() {
        let refused = [
            ("", "ends too early at byte 0"),
            ("x:1;", "no kind"),
            ("i:1.5;", "no number"),
            ("i:;", "no number"),
            ("b:2;", "no number"),
            ("d:.;", "no number"),
            ("s:2:\"abc\";", "length"),
            ("s:99999999999:\"abc\";", "length"),
            ("s:3:\"abc\"", "ends too early"),
            ("a:2:{i:0;N;}", "number of elements"),
            ("a:1:{i:0;N;i:1;N;}", "number of elements"),
            ("a:1:{N;N;}", "a key is"),
            ("a:9999999999:{", "ends too early"),
            ("N;N;", "follows the document at byte 2"),
        ];
        for (text, why) in refused {
            let error = read(text.as_bytes()).unwrap_err().to_string();
            assert!(error.contains(why), "{text}: {error}");
        }
    }

    #[test]
    fn depth_is_bounded() {
        let nested = |depth| format!("{}N;{}", "a:1:{i:0;".repeat(depth), "}".repeat(depth));
        assert!(read(nested(MOST_DEPTH).as_bytes()).is_ok());
        let error = read(nested(MOST_DEPTH + 1).as_bytes()).unwrap_err().to_string();
        assert!(error.contains("deeper"));
    }
}
