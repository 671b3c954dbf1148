//! A JSON document as it was written: numbers digit for digit, members in order and repeated ones
//! kept, as no reader that builds maps and doubles would.

use std::borrow::Cow;
use std::fmt;

/// Arrays and objects inside one another. serde's bound, too.
const MOST_DEPTH: usize = 128;

/// Values in one document, so that `[[],[],…` does not grow to twenty times its bytes.
const MOST_VALUES: usize = 2_000_000;

/// One value. `Debug` says what it is and not what is in it.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(super) enum Value<'t> {
    Null,
    Boolean(bool),
    /// As it is spelled.
    Number(&'t str),
    Text(Cow<'t, str>),
    Array(Vec<Value<'t>>),
    /// In the order of the document.
    Object(Vec<(Cow<'t, str>, Value<'t>)>),
}

impl fmt::Debug for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("Null"),
            Self::Boolean(_) => f.write_str("Boolean"),
            Self::Number(_) => f.write_str("Number"),
            Self::Text(text) => write!(f, "Text({} bytes)", text.len()),
            Self::Array(items) => write!(f, "Array({})", items.len()),
            Self::Object(members) => write!(f, "Object({})", members.len()),
        }
    }
}

/// Where and why a text is no JSON document; without any of its content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{problem} at line {line}, column {column}")]
pub(super) struct NotJson {
    problem: Problem,
    line: usize,
    /// In characters, from 1.
    column: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
enum Problem {
    #[error("the document ends too early")]
    End,
    #[error("this is no value")]
    NoValue,
    #[error("a member's name stands in quotes")]
    NoName,
    #[error("`:` is missing")]
    NoColon,
    #[error("`,` or the closing bracket is missing")]
    NoComma,
    #[error("something follows the document")]
    Rest,
    #[error("this is no number of JSON")]
    Number,
    #[error("this is no escape of JSON")]
    Escape,
    #[error("half of a surrogate pair is no character")]
    Surrogate,
    #[error("a control character in a text is written as an escape")]
    Control,
    #[error("arrays and objects are nested deeper than {MOST_DEPTH}")]
    Depth,
    #[error("there are more than {MOST_VALUES} values")]
    Values,
}

/// Reads one document and nothing behind it.
pub(super) fn read(text: &str) -> Result<Value<'_>, NotJson> {
    let mut reader = Reader { text, at: 0, depth: 0, values: 0 };
    let value = reader.document();
    value.map_err(|problem| reader.not_json(problem))
}

struct Reader<'t> {
    text: &'t str,
    /// A byte's place, always at a character's beginning.
    at: usize,
    depth: usize,
    values: usize,
}

impl<'t> Reader<'t> {
    fn not_json(&self, problem: Problem) -> NotJson {
        let before = self.text.get(..self.at).unwrap_or(self.text);
        let line_begins = before.rfind('\n').map_or(0, |at| at + 1);
        NotJson {
            problem,
            line: before.matches('\n').count() + 1,
            column: before.get(line_begins..).unwrap_or_default().chars().count() + 1,
        }
    }

    fn document(&mut self) -> Result<Value<'t>, Problem> {
        let value = self.value()?;
        match self.peek() {
            None => Ok(value),
            Some(_) => Err(Problem::Rest),
        }
    }

    /// The next byte that is not white space.
    fn peek(&mut self) -> Option<u8> {
        let rest = self.text.as_bytes().get(self.at..)?;
        let blanks = rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r'));
        self.at += blanks.count();
        self.text.as_bytes().get(self.at).copied()
    }

    fn value(&mut self) -> Result<Value<'t>, Problem> {
        self.values += 1;
        if self.values > MOST_VALUES {
            return Err(Problem::Values);
        }
        match self.peek().ok_or(Problem::End)? {
            b'{' => self.nested(Self::object),
            b'[' => self.nested(Self::array),
            b'"' => self.string().map(Value::Text),
            b'-' | b'0'..=b'9' => self.number().map(Value::Number),
            _ => self.word(),
        }
    }

    fn word(&mut self) -> Result<Value<'t>, Problem> {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let words = [
            ("null", Value::Null),
            ("true", Value::Boolean(true)),
            ("false", Value::Boolean(false)),
        ];
        for (word, value) in words {
            if rest.starts_with(word) {
                self.at += word.len();
                return Ok(value);
            }
        }
        Err(Problem::NoValue)
    }

    fn nested(
        &mut self,
        read: fn(&mut Self) -> Result<Value<'t>, Problem>,
    ) -> Result<Value<'t>, Problem> {
        self.depth += 1;
        if self.depth > MOST_DEPTH {
            return Err(Problem::Depth);
        }
        self.at += 1;
        let value = read(self);
        self.depth -= 1;
        value
    }

    fn array(&mut self) -> Result<Value<'t>, Problem> {
        let mut items = Vec::new();
        if self.peek() == Some(b']') {
            self.at += 1;
            return Ok(Value::Array(items));
        }
        loop {
            items.push(self.value()?);
            if self.ends(b']')? {
                return Ok(Value::Array(items));
            }
        }
    }

    fn object(&mut self) -> Result<Value<'t>, Problem> {
        let mut members = Vec::new();
        if self.peek() == Some(b'}') {
            self.at += 1;
            return Ok(Value::Object(members));
        }
        loop {
            match self.peek() {
                Some(b'"') => {}
                None => return Err(Problem::End),
                Some(_) => return Err(Problem::NoName),
            }
            let name = self.string()?;
            match self.peek() {
                Some(b':') => self.at += 1,
                None => return Err(Problem::End),
                Some(_) => return Err(Problem::NoColon),
            }
            members.push((name, self.value()?));
            if self.ends(b'}')? {
                return Ok(Value::Object(members));
            }
        }
    }

    /// Steps over a comma, or over the closing bracket, and says which.
    fn ends(&mut self, closing: u8) -> Result<bool, Problem> {
        match self.peek() {
            Some(b',') => {
                self.at += 1;
                Ok(false)
            }
            Some(byte) if byte == closing => {
                self.at += 1;
                Ok(true)
            }
            None => Err(Problem::End),
            Some(_) => Err(Problem::NoComma),
        }
    }

    fn number(&mut self) -> Result<&'t str, Problem> {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let is_part = |byte: &u8| matches!(byte, b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E');
        let length = rest.bytes().take_while(|byte| is_part(byte)).count();
        let number = rest.get(..length).filter(|number| is_number(number));
        let number = number.ok_or(Problem::Number)?;
        self.at += length;
        Ok(number)
    }

    /// What stands in quotes; borrowed where nothing is escaped.
    fn string(&mut self) -> Result<Cow<'t, str>, Problem> {
        self.at += 1;
        let plain = self.plain()?;
        if self.text.as_bytes().get(self.at) == Some(&b'"') {
            self.at += 1;
            return Ok(Cow::Borrowed(plain));
        }
        let mut text = plain.to_owned();
        loop {
            match self.text.as_bytes().get(self.at) {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(Cow::Owned(text));
                }
                Some(_) => text.push(self.escape()?),
                None => return Err(Problem::End),
            }
            text.push_str(self.plain()?);
        }
    }

    /// Everything up to a quote or a backslash.
    fn plain(&mut self) -> Result<&'t str, Problem> {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let end = rest.bytes().position(|byte| matches!(byte, b'"' | b'\\' | 0..=0x1F));
        let plain = end.and_then(|end| rest.get(..end)).ok_or(Problem::End)?;
        self.at += plain.len();
        match self.text.as_bytes().get(self.at) {
            Some(0..=0x1F) => Err(Problem::Control),
            _ => Ok(plain),
        }
    }

    fn escape(&mut self) -> Result<char, Problem> {
        let letter = self.text.as_bytes().get(self.at + 1).ok_or(Problem::End)?;
        let escaped = match letter {
            b'"' => '"',
            b'\\' => '\\',
            b'/' => '/',
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => return self.unicode(),
            _ => return Err(Problem::Escape),
        };
        self.at += 2;
        Ok(escaped)
    }

    /// `\uXXXX`, or two of them for a character beyond the first 65,536.
    fn unicode(&mut self) -> Result<char, Problem> {
        let high = self.unit(self.at)?;
        if let Some(character) = char::from_u32(high) {
            self.at += 6;
            return Ok(character);
        }
        let low = self.unit(self.at + 6).map_err(|_| Problem::Surrogate)?;
        let is_pair = (0xD800..0xDC00).contains(&high) && (0xDC00..0xE000).contains(&low);
        let character = is_pair.then(|| 0x1_0000 + ((high & 0x3FF) << 10) + (low & 0x3FF));
        let character = character.and_then(char::from_u32).ok_or(Problem::Surrogate)?;
        self.at += 12;
        Ok(character)
    }

    fn unit(&self, at: usize) -> Result<u32, Problem> {
        let rest = self.text.get(at..).and_then(|rest| rest.strip_prefix("\\u"));
        let digits = rest.and_then(|rest| rest.get(..4));
        let digits = digits.filter(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()));
        digits.and_then(|digits| u32::from_str_radix(digits, 16).ok()).ok_or(Problem::Escape)
    }
}

/// `-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?`
fn is_number(text: &str) -> bool {
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let text = text.strip_prefix('-').unwrap_or(text);
    let (text, exponent) = match text.split_once(['e', 'E']) {
        Some((text, exponent)) => (text, Some(exponent)),
        None => (text, None),
    };
    let (whole, fraction) = match text.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (text, None),
    };
    let exponent = exponent.map(|text| text.strip_prefix(['+', '-']).unwrap_or(text));
    is_digits(whole)
        && (whole == "0" || !whole.starts_with('0'))
        && fraction.is_none_or(is_digits)
        && exponent.is_none_or(is_digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Value<'_> {
        Value::Text(Cow::Borrowed(text))
    }

    #[test]
    fn what_was_written_is_kept() {
        let read = read(" {\"a\":[1.0,-0,1e+2],\"a\":null ,\"b\":{} , \"\":[ ]}\r\n").unwrap();
        let Value::Object(members) = read else { panic!("no object") };
        let names: Vec<&str> = members.iter().map(|(name, _)| &**name).collect();
        assert_eq!(names, ["a", "a", "b", ""]);
        let numbers = [Value::Number("1.0"), Value::Number("-0"), Value::Number("1e+2")];
        assert!(members[0].1 == Value::Array(numbers.to_vec()) && members[1].1 == Value::Null);
    }

    #[test]
    fn escapes_are_undone() {
        let escaped = r#""\"\\\/\b\f\n\r\t\u0041\u00e9\uD83D\ude00z""#;
        assert!(read(escaped).unwrap() == text("\"\\/\u{8}\u{c}\n\r\tAé😀z"));
        assert!(read("\"plain é\"").unwrap() == text("plain é"));
    }

    #[test]
    fn what_is_no_json_is_refused_with_its_place() {
        let refused = [
            ("", "ends too early at line 1, column 1"),
            ("{\n\"é\" 1}", "`:` is missing at line 2, column 5"),
            ("[1,]", "no value at line 1, column 4"),
            ("[1 2]", "closing bracket is missing"),
            ("{a:1}", "in quotes"),
            ("{\"a\":1", "ends too early"),
            ("[1]x", "follows the document at line 1, column 4"),
            ("\"a\nb\"", "control character"),
            ("\"\\x\"", "no escape"),
            ("\"\\u12g4\"", "no escape"),
            ("\"\\ud83d\"", "half of a surrogate pair"),
            ("\"\\ude00\\ud83d\"", "half of a surrogate pair"),
            ("\"abc", "ends too early"),
            ("nul", "no value"),
        ];
        for (text, why) in refused {
            let error = read(text).unwrap_err().to_string();
            assert!(error.contains(why), "{text}: {error}");
        }
        for number in ["01", "1.", ".5", "-", "1e", "1e+", "+1", "--1", "0x1", "1.2.3"] {
            assert!(read(number).is_err(), "{number}");
        }
    }

    #[test]
    fn depth_and_values_are_bounded() {
        let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        assert!(read(&nested(MOST_DEPTH)).is_ok());
        assert!(read(&nested(MOST_DEPTH + 1)).unwrap_err().to_string().contains("deeper"));
        let many = format!("[{}1]", "1,".repeat(MOST_VALUES));
        assert!(read(&many).unwrap_err().to_string().contains("more than"));
    }
}
