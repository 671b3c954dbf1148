//! Decoded bytes with the way back to those they were decoded from.
//!
//! An edit of the decoded bytes becomes an edit of the encoded ones, with its new bytes in the same
//! spelling, so that everything around it stays as it was.

use std::borrow::Cow;
use std::ops::Range;

use encoding_rs::{UTF_16BE, UTF_16LE};

use super::edit::{Edit, settled};
use crate::protocol::form::urlencoded::hex_digit;

/// How the bytes beneath a layer are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Spelling {
    /// As they are.
    Plain,
    /// `%xx`, and `+` for a blank.
    Form,
    /// `%xx` alone.
    Percent,
    Xml,
    Json,
    Utf16 {
        little: bool,
    },
}

/// A stretch of plain bytes: one for one from `source` on, or all of them for one escape.
#[derive(Debug, Clone, Copy)]
struct Piece {
    plain: usize,
    source: usize,
    /// Bytes of the escape; 0 where the bytes stand for themselves.
    escape: usize,
}

pub(super) struct Layer<'a> {
    source: &'a [u8],
    plain: Cow<'a, [u8]>,
    pieces: Vec<Piece>,
    /// Plain offsets at which something of the source is left out.
    gaps: Vec<usize>,
    /// Where the plain bytes begin in the source, when there are no pieces.
    start: usize,
    spelling: Spelling,
}

impl<'a> Layer<'a> {
    pub fn plain(&self) -> &[u8] {
        &self.plain
    }

    /// Whether decoding changed nothing.
    pub fn is_same(&self) -> bool {
        matches!(self.plain, Cow::Borrowed(_))
    }

    /// Undoes the escapes of one run.
    pub fn of(spelling: Spelling, source: &'a [u8]) -> Self {
        let mut layer = Self::unescaped(spelling, source, 0..source.len());
        if is_escaped(spelling, source) {
            layer.plain = Cow::Owned(Vec::with_capacity(source.len()));
            layer.take(0..source.len(), spelling);
        }
        layer
    }

    fn unescaped(spelling: Spelling, source: &'a [u8], run: Range<usize>) -> Self {
        let start = run.start;
        let plain = Cow::Borrowed(source.get(run).unwrap_or_default());
        Self { source, plain, pieces: Vec::new(), gaps: Vec::new(), start, spelling }
    }

    /// Joins runs of text with markup between them; `true` for those in which escapes count.
    pub fn joined(source: &'a [u8], runs: &[(Range<usize>, bool)]) -> Self {
        if let [(run, has_escapes)] = runs {
            let layer = Self::unescaped(Spelling::Xml, source, run.clone());
            if !has_escapes || !is_escaped(Spelling::Xml, &layer.plain) {
                return layer;
            }
        }
        let mut layer = Self::unescaped(Spelling::Xml, source, 0..0);
        layer.plain = Cow::Owned(Vec::new());
        for (at, (run, has_escapes)) in runs.iter().enumerate() {
            if at > 0 {
                layer.gaps.push(layer.plain.len());
            }
            layer.take(run.clone(), if *has_escapes { Spelling::Xml } else { Spelling::Plain });
        }
        layer
    }

    fn take(&mut self, run: Range<usize>, spelling: Spelling) {
        let mut at = run.start;
        let mut verbatim = false;
        while at < run.end {
            let rest = self.source.get(at..run.end).unwrap_or_default();
            let plain = self.plain.to_mut();
            if let Some((bytes, length)) = escape(spelling, rest) {
                self.pieces.push(Piece { plain: plain.len(), source: at, escape: length });
                plain.extend_from_slice(bytes.as_slice());
                at += length.max(1);
                verbatim = false;
                continue;
            }
            if !verbatim {
                self.pieces.push(Piece { plain: plain.len(), source: at, escape: 0 });
                verbatim = true;
            }
            plain.extend(rest.first());
            at += 1;
        }
    }

    /// The source bytes of one plain byte.
    fn source_of(&self, plain: usize) -> Range<usize> {
        let next = self.pieces.partition_point(|piece| piece.plain <= plain);
        let Some(piece) = next.checked_sub(1).and_then(|at| self.pieces.get(at)) else {
            let at = self.start + plain;
            return at..at + 1;
        };
        let start = piece.source + if piece.escape == 0 { plain - piece.plain } else { 0 };
        start..start + piece.escape.max(1)
    }

    /// The same edits in the bytes beneath, which begin at `offset` of what is edited.
    pub fn lift(&self, edits: Vec<Edit>, offset: usize) -> Vec<Edit> {
        let mut lifted = Vec::with_capacity(edits.len());
        for edit in settled(edits) {
            let inner = self.gaps.iter().filter(|gap| edit.at.start < **gap && **gap < edit.at.end);
            let ends: Vec<usize> = inner.copied().chain([edit.at.end]).collect();
            let mut from = edit.at.start;
            let mut with = edit.with;
            for to in ends {
                if to <= from {
                    continue;
                }
                let at = self.source_of(from).start..self.source_of(to - 1).end;
                let was = self.source.get(at.clone()).unwrap_or_default();
                let spelled = spelled(self.spelling, std::mem::take(&mut with), was);
                lifted.push(Edit::new(at, spelled).moved(offset));
                from = to;
            }
        }
        lifted
    }
}

fn is_escaped(spelling: Spelling, source: &[u8]) -> bool {
    let has = |wanted: u8| source.contains(&wanted);
    match spelling {
        Spelling::Plain => false,
        Spelling::Form => has(b'%') || has(b'+'),
        Spelling::Percent => has(b'%'),
        Spelling::Xml => has(b'&'),
        Spelling::Json => has(b'\\'),
        Spelling::Utf16 { .. } => true,
    }
}

/// Up to four bytes that one escape stands for.
#[derive(Debug, Clone, Copy)]
struct Few {
    bytes: [u8; 4],
    length: usize,
}

impl Few {
    fn byte(byte: u8) -> Self {
        Self { bytes: [byte, 0, 0, 0], length: 1 }
    }

    fn letter(letter: char) -> Self {
        let mut bytes = [0; 4];
        let length = letter.encode_utf8(&mut bytes).len();
        Self { bytes, length }
    }

    fn as_slice(&self) -> &[u8] {
        self.bytes.get(..self.length).unwrap_or_default()
    }
}

/// What the escape at the beginning stands for, and its length.
fn escape(spelling: Spelling, rest: &[u8]) -> Option<(Few, usize)> {
    match (spelling, rest) {
        (Spelling::Form, [b'+', ..]) => Some((Few::byte(b' '), 1)),
        (Spelling::Form | Spelling::Percent, [b'%', high, low, ..]) => {
            let byte = hex_digit(*high)? << 4 | hex_digit(*low)?;
            Some((Few::byte(byte), 3))
        }
        (Spelling::Xml, [b'&', ..]) => reference(rest),
        (Spelling::Json, [b'\\', ..]) => json_escape(rest),
        (Spelling::Utf16 { little }, _) => Some(utf16(rest, little)),
        _ => None,
    }
}

/// Longest reference that is looked at, in bytes: `&#x0010FFFF;`, with zeros to spare.
const MOST_REFERENCE_BYTES: usize = 16;

fn reference(rest: &[u8]) -> Option<(Few, usize)> {
    let near = rest.get(..MOST_REFERENCE_BYTES.min(rest.len()))?;
    let end = near.iter().position(|byte| *byte == b';')?;
    let name = std::str::from_utf8(near.get(1..end)?).ok()?;
    let letter = match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16),
                None => number.parse(),
            };
            char::from_u32(code.ok()?)?
        }
    };
    Some((Few::letter(letter), end + 1))
}

fn json_escape(rest: &[u8]) -> Option<(Few, usize)> {
    let letter = match rest.get(1)? {
        b'n' => '\n',
        b'r' => '\r',
        b't' => '\t',
        b'b' => '\u{8}',
        b'f' => '\u{c}',
        byte @ (b'"' | b'\\' | b'/') => char::from(*byte),
        b'u' => return Some(json_unit(rest)),
        _ => return None,
    };
    Some((Few::letter(letter), 2))
}

fn json_unit(rest: &[u8]) -> (Few, usize) {
    let unit = |at: usize| {
        let digits = rest.get(at..at + 6)?.strip_prefix(b"\\u")?;
        u16::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
    };
    let units = [unit(0), unit(6)].into_iter().map_while(|unit| unit);
    match char::decode_utf16(units).next() {
        Some(Ok(letter)) => (Few::letter(letter), 6 * letter.len_utf16()),
        _ => (Few::byte(b'\\'), 1),
    }
}

/// One character of UTF-16; half of one stands for a question mark.
fn utf16(rest: &[u8], little: bool) -> (Few, usize) {
    let unit = |pair: &[u8]| {
        let pair: [u8; 2] = pair.try_into().ok()?;
        Some(if little { u16::from_le_bytes(pair) } else { u16::from_be_bytes(pair) })
    };
    let units = rest.chunks(2).take(2).map_while(unit);
    match char::decode_utf16(units).next() {
        Some(Ok(letter)) => (Few::letter(letter), 2 * letter.len_utf16()),
        _ => (Few::byte(b'?'), rest.len().min(2)),
    }
}

/// New bytes in the spelling of what they take the place of.
fn spelled(spelling: Spelling, with: Vec<u8>, was: &[u8]) -> Vec<u8> {
    match spelling {
        Spelling::Plain | Spelling::Xml => with,
        Spelling::Form | Spelling::Percent => percent(&with, was),
        Spelling::Json => json(&with),
        Spelling::Utf16 { little } => {
            let text = String::from_utf8_lossy(&with);
            let bytes = |unit: u16| if little { unit.to_le_bytes() } else { unit.to_be_bytes() };
            text.encode_utf16().flat_map(bytes).collect()
        }
    }
}

/// Braces stay: a stand-in must be found by whoever fills it. So does an `@` where one stood bare.
fn percent(with: &[u8], was: &[u8]) -> Vec<u8> {
    let is_bare = was.contains(&b'@');
    let mut out = Vec::with_capacity(with.len());
    for byte in with {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'{' | b'}' => {
                out.push(*byte);
            }
            b'@' if is_bare => out.push(*byte),
            _ => out.extend_from_slice(format!("%{byte:02X}").as_bytes()),
        }
    }
    out
}

fn json(with: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(with.len());
    for byte in with {
        match byte {
            b'\n' => out.extend_from_slice(b"\\n"),
            b'\r' => out.extend_from_slice(b"\\r"),
            b'\t' => out.extend_from_slice(b"\\t"),
            b'"' | b'\\' => out.extend_from_slice(&[b'\\', *byte]),
            _ => out.push(*byte),
        }
    }
    out
}

/// The UTF-16 that a document begins with, and the length of its mark.
pub(super) fn utf16_of(bytes: &[u8]) -> Option<(Spelling, usize)> {
    let of = |encoding| Spelling::Utf16 { little: encoding == UTF_16LE };
    match bytes {
        [0xff, 0xfe, ..] => Some((of(UTF_16LE), 2)),
        [0xfe, 0xff, ..] => Some((of(UTF_16BE), 2)),
        [b'<' | b'{' | b'[', 0, ..] => Some((of(UTF_16LE), 0)),
        [0, b'<' | b'{' | b'[', ..] => Some((of(UTF_16BE), 0)),
        _ => None,
    }
}
