//! XML, and what is nearly XML: the text of each element and attribute by its name.
//!
//! Not a parser: a document that no parser takes is what one wants to see in a recording, so this
//! finds tags and text in whatever there is. Nothing is passed over: comments and instructions are
//! scanned like text.

use std::collections::VecDeque;
use std::ops::Range;

use super::layer::{Layer, Spelling};
use super::names::{self, Meaning};
use super::pass::{Edits, Pass};
use super::{Obstacle, edit::Edit};
use crate::protocol::form::text;

/// Open elements that are remembered. What is inherited is copied inwards, so forgetting the
/// outermost of a deeper document loses nothing but sight of its end.
const MOST_OPEN: usize = 256;
/// Values in front of their names in one element; further ones are not looked at again.
const MOST_WAITING: usize = 64;

/// Elements of schemas and service descriptions: their names are those of other elements.
const SCHEMA: [&str; 7] =
    ["element", "attribute", "part", "message", "complextype", "simpletype", "operation"];

pub(super) fn edits(pass: &mut Pass<'_>, bytes: &[u8], root: Meaning) -> Edits {
    let mut walk = Walk { pass, bytes, edits: Vec::new(), open: VecDeque::new(), runs: Vec::new() };
    walk.open.push_back(Open { meaning: root, ..Open::default() });
    walk.run(0..bytes.len())?;
    Ok(walk.edits)
}

/// An element whose end was not met.
#[derive(Default)]
struct Open {
    /// Folded.
    name: String,
    /// Where its start tag begins.
    start: usize,
    /// Of text in it.
    meaning: Meaning,
    /// What a `key` or `name` in it says of the `value` beside it.
    said: Option<Meaning>,
    /// Values that came before their name.
    waiting: Vec<Range<usize>>,
    is_username_token: bool,
}

struct Walk<'p, 'a, 'x> {
    pass: &'p mut Pass<'a>,
    bytes: &'x [u8],
    edits: Vec<Edit>,
    open: VecDeque<Open>,
    /// Text that was met since the last tag, with whether references count in it.
    runs: Vec<(Range<usize>, bool)>,
}

impl Walk<'_, '_, '_> {
    fn run(&mut self, range: Range<usize>) -> Result<(), super::Unredactable> {
        let mut at = range.start;
        while at < range.end {
            let rest = self.bytes.get(at..range.end).unwrap_or_default();
            let length = match Markup::of(rest) {
                Markup::Text => text_length(rest),
                Markup::CData => through(rest, b"]]>"),
                Markup::Comment => through(rest, b"-->"),
                Markup::Instruction => through(rest, b"?>"),
                Markup::Doctype | Markup::Start | Markup::End => tag_length(rest),
            };
            let piece = at..(at + length.max(1)).min(range.end);
            match Markup::of(rest) {
                Markup::Text => self.runs.push((piece.clone(), true)),
                Markup::CData => self.cdata(&piece),
                Markup::Comment | Markup::Instruction => self.aside(&piece),
                Markup::Doctype => {
                    if self.bytes.get(piece.clone()).is_some_and(|tag| tag.contains(&b'[')) {
                        return self.pass.refused(Obstacle::Declarations);
                    }
                    self.aside(&piece);
                }
                Markup::Start => {
                    self.text()?;
                    self.start(&piece)?;
                }
                Markup::End => {
                    self.leaf()?;
                    self.end(&piece)?;
                }
            }
            at = piece.end;
        }
        self.text()
    }

    fn cdata(&mut self, piece: &Range<usize>) {
        let has_end = self.bytes.get(piece.clone()).is_some_and(|text| text.ends_with(b"]]>"));
        let end = if has_end { piece.end - 3 } else { piece.end };
        self.runs.push(((piece.start + 9).min(end)..end, false));
    }

    /// What is no part of any element's text.
    fn aside(&mut self, piece: &Range<usize>) {
        let found = self.pass.scanned(self.bytes.get(piece.clone()).unwrap_or_default());
        self.edits.extend(found.into_iter().map(|edit| edit.moved(piece.start)));
    }

    /// Takes the text since the last tag for what its element says it is.
    fn text(&mut self) -> Result<(), super::Unredactable> {
        let runs = std::mem::take(&mut self.runs);
        if runs.is_empty() {
            return Ok(());
        }
        let meaning = self.open.back().map_or(Meaning::Plain, |open| open.meaning);
        let layer = Layer::joined(self.bytes, &runs);
        let found = self.pass.value(meaning, layer.plain())?;
        self.edits.extend(layer.lift(found, 0));
        Ok(())
    }

    /// As [`text`](Self::text), at the end of an element, whose text may name the value beside it.
    fn leaf(&mut self) -> Result<(), super::Unredactable> {
        let is_name = || self.open.back().is_some_and(|open| names::is_name(&open.name));
        if !self.runs.is_empty() && is_name() {
            let layer = Layer::joined(self.bytes, &self.runs);
            let said = names::meaning(&text::read(layer.plain()), self.pass.options);
            let parent = self.open.len().checked_sub(2).and_then(|at| self.open.get_mut(at));
            if let Some(parent) = parent {
                parent.said = Some(said).filter(|said| *said != Meaning::Plain);
            }
        }
        self.text()
    }

    fn start(&mut self, piece: &Range<usize>) -> Result<(), super::Unredactable> {
        let tag = self.bytes.get(piece.clone()).unwrap_or_default();
        let inner = tag.get(1..).unwrap_or_default();
        let is_empty = inner.ends_with(b"/>");
        let inner = inner.strip_suffix(b"/>").or(inner.strip_suffix(b">")).unwrap_or(inner);
        let length = inner.iter().position(u8::is_ascii_whitespace).unwrap_or(inner.len());
        let name = text::read(inner.get(..length).unwrap_or_default());
        let attributes = attributes(inner, length);
        let of = |range: &Range<usize>| text::read(inner.get(range.clone()).unwrap_or_default());
        let named = attributes.iter().find(|(key, _)| names::is_name(&of(key)));
        let named = named.map(|(_, value)| names::meaning(&of(value), self.pass.options));
        let is_digest = attributes
            .iter()
            .any(|(key, value)| names::folds_to(&of(key), "type") && of(value).ends_with("Digest"));
        for (key, value) in &attributes {
            let key = of(key);
            // Namespaces are known to everybody.
            if key == "xmlns" || key.starts_with("xmlns:") {
                continue;
            }
            let own = names::meaning(&key, self.pass.options);
            let by_name = if names::is_value(&key) { named.unwrap_or(own) } else { own };
            let layer = Layer::of(Spelling::Xml, inner.get(value.clone()).unwrap_or_default());
            let found = self.pass.value(by_name, layer.plain())?;
            self.edits.extend(layer.lift(found, piece.start + 1 + value.start));
        }
        // A name may hold anything.
        let found = self.pass.scanned(name.as_bytes());
        self.edits.extend(found.into_iter().map(|edit| edit.moved(piece.start + 1)));
        if !is_empty {
            let element = self.element(&name, named, is_digest, piece.start);
            if self.open.len() >= MOST_OPEN {
                self.open.pop_front();
            }
            self.open.push_back(element);
        }
        Ok(())
    }

    fn element(&self, name: &str, named: Option<Meaning>, is_digest: bool, start: usize) -> Open {
        let folded = names::folded(name);
        let none = Open::default();
        let parent = self.open.back().unwrap_or(&none);
        let own = match folded.as_str() {
            "username" if parent.is_username_token => Meaning::Login,
            "password" if parent.is_username_token && is_digest => Meaning::PasswordDigest,
            "password" if parent.is_username_token => Meaning::Password,
            "nonce" if parent.is_username_token => Meaning::Nonce,
            "value" => parent.said.or(named).unwrap_or(Meaning::Plain),
            name if SCHEMA.contains(&name) => Meaning::Plain,
            _ => named.unwrap_or(Meaning::Plain),
        };
        let own = match own {
            Meaning::Plain => names::meaning_of_folded(&folded, self.pass.options),
            own => own,
        };
        let is_username_token = folded == "usernametoken";
        let meaning = if is_username_token { Meaning::Plain } else { parent.meaning.inside(own) };
        Open { name: folded, start, meaning, is_username_token, ..Open::default() }
    }

    fn end(&mut self, piece: &Range<usize>) -> Result<(), super::Unredactable> {
        let tag = self.bytes.get(piece.clone()).unwrap_or_default();
        let name = tag.get(2..).unwrap_or_default();
        let name = name.strip_suffix(b">").unwrap_or(name);
        let name = text::read(name);
        self.aside(piece);
        // An end without a start ends nothing; one of an outer element ends those in it.
        let at = self.open.iter().rposition(|open| names::folds_to(&name, &open.name));
        let Some(at) = at else { return Ok(()) };
        let closed = self.open.drain(at.max(1)..).next();
        let Some(closed) = closed else { return Ok(()) };
        if let Some(meaning) = closed.said {
            for value in &closed.waiting {
                self.again(value.clone(), meaning)?;
            }
        }
        let Some(parent) = self.open.back_mut() else { return Ok(()) };
        let is_early =
            names::is_value(&closed.name) && parent.said.is_none() && !parent.meaning.is_whole();
        if is_early && parent.waiting.len() < MOST_WAITING {
            parent.waiting.push(closed.start..piece.end);
        }
        Ok(())
    }

    /// Reads an element once more, now that it is known what its text is.
    fn again(&mut self, range: Range<usize>, meaning: Meaning) -> Result<(), super::Unredactable> {
        if !meaning.is_whole() {
            return Ok(());
        }
        let open = std::mem::take(&mut self.open);
        self.open.push_back(Open { meaning, ..Open::default() });
        let done = self.run(range);
        self.open = open;
        done
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Markup {
    Text,
    CData,
    Comment,
    Instruction,
    Doctype,
    Start,
    End,
}

impl Markup {
    fn of(rest: &[u8]) -> Self {
        let is_name =
            |byte: u8| byte.is_ascii_alphabetic() || byte >= 0x80 || b"_:".contains(&byte);
        match rest {
            [b'<', b'!', b'-', b'-', ..] => Self::Comment,
            rest if rest.starts_with(b"<![CDATA[") => Self::CData,
            [b'<', b'!', ..] => Self::Doctype,
            [b'<', b'?', ..] => Self::Instruction,
            [b'<', b'/', ..] => Self::End,
            [b'<', first, ..] if is_name(*first) => Self::Start,
            _ => Self::Text,
        }
    }
}

/// Up to the next `<`; one that begins no markup is text.
fn text_length(rest: &[u8]) -> usize {
    let behind = rest.get(1..).unwrap_or_default();
    behind.iter().position(|byte| *byte == b'<').map_or(rest.len(), |at| at + 1)
}

/// Up to the end of `end`, or everything.
fn through(rest: &[u8], end: &[u8]) -> usize {
    let found = rest.windows(end.len()).position(|window| window == end);
    found.map_or(rest.len(), |at| at + end.len())
}

/// Up to the `>` that is in no quotes; to the next tag or the end where there is none.
fn tag_length(rest: &[u8]) -> usize {
    let mut quote = None;
    for (at, byte) in rest.iter().enumerate() {
        match (quote, byte) {
            (None, b'>') => return at + 1,
            (None, b'"' | b'\'') => quote = Some(*byte),
            (Some(open), byte) if open == *byte => quote = None,
            _ => {}
        }
    }
    // A quote that is never closed, or no end at all: the tag ends where the next `>` stands.
    rest.iter().position(|byte| *byte == b'>').map_or(rest.len(), |at| at + 1)
}

/// The places of names and values in a start tag behind its name.
fn attributes(tag: &[u8], from: usize) -> Vec<(Range<usize>, Range<usize>)> {
    let mut found = Vec::new();
    let mut at = from;
    while let Some(equals) = tag.get(at..).and_then(|rest| rest.iter().position(|b| *b == b'=')) {
        let equals = at + equals;
        let before = tag.get(at..equals).unwrap_or_default();
        let key_end = at + before.trim_ascii_end().len();
        let key = before.trim_ascii_end();
        let key_start = key.iter().rposition(u8::is_ascii_whitespace).map_or(at, |i| at + i + 1);
        let rest = tag.get(equals + 1..).unwrap_or_default();
        let start = equals + 1 + (rest.len() - rest.trim_ascii_start().len());
        let value = tag.get(start..).unwrap_or_default();
        let (start, length) = match value.first() {
            Some(quote @ (b'"' | b'\'')) => {
                let inner = value.get(1..).unwrap_or_default();
                (start + 1, inner.iter().position(|b| b == quote).unwrap_or(inner.len()))
            }
            _ => (start, value.iter().position(u8::is_ascii_whitespace).unwrap_or(value.len())),
        };
        found.push((key_start..key_end.max(key_start), start..start + length));
        at = (start + length + 1).min(tag.len());
    }
    found
}
