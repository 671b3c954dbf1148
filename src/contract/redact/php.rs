//! PHP's `serialize()`: strings with their lengths in bytes in front of them.

use std::ops::Range;

use super::edit::{Edit, applied, settled};
use super::names::{self, Meaning};
use super::pass::{Edits, Pass};
use crate::protocol::form::text;

/// Arrays inside one another that are followed; PHP's own limit is 4,096.
const MOST_LEVELS: usize = 256;

/// One value on the way through a document.
#[derive(Debug, Clone)]
enum Value {
    /// The places of its length's digits and of its bytes.
    Text {
        length: Range<usize>,
        bytes: Range<usize>,
    },
    /// Anything without a text: a number, a truth, nothing.
    Scalar,
    Open,
    Close,
}

/// Whether the bytes are one serialized value and nothing else.
pub(super) fn is_php(bytes: &[u8]) -> bool {
    let is_one = bytes.starts_with(b"a:") || bytes.starts_with(b"s:") || bytes.starts_with(b"O:");
    let mut values = Values { bytes, at: 0 };
    let mut levels = 0_usize;
    let mut any = false;
    while is_one && values.at < bytes.trim_ascii_end().len() {
        match values.next() {
            Some(Value::Open) => levels += 1,
            Some(Value::Close) if levels > 0 => levels -= 1,
            Some(Value::Text { .. } | Value::Scalar) => {}
            _ => return false,
        }
        any = true;
        if levels > MOST_LEVELS {
            return false;
        }
    }
    any && levels == 0
}

/// Edits of a document that [`is_php`].
pub(super) fn edits(pass: &mut Pass<'_>, bytes: &[u8]) -> Edits {
    let start = bytes.len() - bytes.trim_ascii_start().len();
    let mut values = Values { bytes, at: start };
    let mut edits = Vec::new();
    // Of each open array: what is inherited, and the key that its value is waited for.
    let mut open: Vec<(Meaning, Option<Meaning>)> = vec![(Meaning::Plain, Some(Meaning::Plain))];
    while let Some(value) = values.next() {
        let (inherited, key) = open.last().copied().unwrap_or((Meaning::Plain, None));
        let meaning = key.map(|key| inherited.inside(key));
        let next_key = match (&value, meaning) {
            (Value::Close, _) => {
                open.pop();
                None
            }
            (Value::Open, meaning) => {
                set_key(&mut open, None);
                let meaning = meaning.filter(|meaning| meaning.is_whole());
                open.push((meaning.unwrap_or(Meaning::Plain), None));
                continue;
            }
            (Value::Text { bytes: key, .. }, None) => {
                let name = text::read(bytes.get(key.clone()).unwrap_or_default());
                Some(names::meaning(&name, pass.options))
            }
            (Value::Scalar, None) => Some(Meaning::Plain),
            (_, Some(_)) => None,
        };
        if let Value::Text { length, bytes: at } = value {
            let content = bytes.get(at.clone()).unwrap_or_default();
            let found = settled(pass.value(meaning.unwrap_or(Meaning::Plain), content)?);
            if !found.is_empty() {
                let redacted = applied(content, &found);
                edits.push(Edit::new(length, redacted.len().to_string()));
                edits.extend(found.into_iter().map(|edit| edit.moved(at.start)));
            }
        }
        set_key(&mut open, next_key);
    }
    Ok(edits)
}

fn set_key(open: &mut [(Meaning, Option<Meaning>)], key: Option<Meaning>) {
    if let Some(last) = open.last_mut() {
        last.1 = key;
    }
}

struct Values<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Values<'_> {
    fn next(&mut self) -> Option<Value> {
        let rest = self.bytes.get(self.at..)?;
        match rest {
            [b'}', ..] => {
                self.at += 1;
                Some(Value::Close)
            }
            [b'N', b';', ..] => {
                self.at += 2;
                Some(Value::Scalar)
            }
            [b's', b':', ..] => self.text(),
            [b'a', b':', ..] => {
                self.number(2, b':')?;
                self.pass(b"{")?;
                Some(Value::Open)
            }
            [b'O', b':', ..] => {
                let name = self.number(2, b':')?;
                self.at = self.at.checked_add(name)?.checked_add(3)?;
                self.number(0, b':')?;
                self.pass(b"{")?;
                Some(Value::Open)
            }
            [b'i' | b'b' | b'd', b':', ..] => {
                let end = rest.iter().position(|byte| *byte == b';')?;
                self.at += end + 1;
                Some(Value::Scalar)
            }
            _ => None,
        }
    }

    fn text(&mut self) -> Option<Value> {
        let digits_start = self.at + 2;
        let length = self.number(2, b':')?;
        let digits = digits_start..self.at - 1;
        self.pass(b"\"")?;
        let start = self.at;
        let end = start.checked_add(length)?;
        self.at = end;
        self.pass(b"\";")?;
        Some(Value::Text { length: digits, bytes: start..end })
    }

    /// The number that begins behind so many bytes, and ends at `end`, which is passed.
    fn number(&mut self, behind: usize, end: u8) -> Option<usize> {
        let rest = self.bytes.get(self.at + behind..)?;
        let length = rest.iter().position(|byte| *byte == end)?;
        let number = std::str::from_utf8(rest.get(..length)?).ok()?.parse().ok()?;
        self.at += behind + length + 1;
        Some(number)
    }

    fn pass(&mut self, expected: &[u8]) -> Option<()> {
        let is_there = self.bytes.get(self.at..)?.starts_with(expected);
        self.at += expected.len();
        is_there.then_some(())
    }
}
