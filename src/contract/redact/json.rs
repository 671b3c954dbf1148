//! JSON, and what is nearly JSON: each value by the name of its member.
//!
//! Not a parser, for the reason that [`xml`](super::xml) is none.

use std::ops::Range;

use super::edit::Edit;
use super::layer::{Layer, Spelling};
use super::names::{self, Meaning};
use super::pass::{Edits, Pass};
use crate::protocol::form::text;

/// Open objects and arrays that are remembered; see the same in [`xml`](super::xml).
const MOST_OPEN: usize = 256;
/// Values in front of their names in one object; further ones are not looked at again.
const MOST_WAITING: usize = 64;

pub(super) fn edits(pass: &mut Pass<'_>, bytes: &[u8], root: Meaning) -> Edits {
    let mut walk = Walk { pass, bytes, edits: Vec::new(), open: vec![Open::new(root)] };
    walk.run(0..bytes.len())?;
    Ok(walk.edits)
}

/// An object or array whose end was not met.
struct Open {
    /// Of what is in it, where that is inherited.
    meaning: Meaning,
    /// The name of the member at hand, folded, and what it says.
    key: Option<(String, Meaning)>,
    /// What a `key` or `name` member said of the `value` beside it.
    said: Option<Meaning>,
    /// Values that came before their name.
    waiting: Vec<Range<usize>>,
    start: usize,
}

impl Open {
    fn new(meaning: Meaning) -> Self {
        Self { meaning, key: None, said: None, waiting: Vec::new(), start: 0 }
    }

    /// What the value at hand is.
    fn value(&self) -> Meaning {
        let own = match &self.key {
            Some((name, _)) if names::is_value(name) && self.said.is_some() => {
                self.said.unwrap_or(Meaning::Plain)
            }
            Some((_, meaning)) => *meaning,
            None => self.meaning,
        };
        self.meaning.inside(own)
    }
}

struct Walk<'p, 'a, 'x> {
    pass: &'p mut Pass<'a>,
    bytes: &'x [u8],
    edits: Vec<Edit>,
    open: Vec<Open>,
}

impl Walk<'_, '_, '_> {
    fn run(&mut self, range: Range<usize>) -> Result<(), super::Unredactable> {
        let mut at = range.start;
        while let Some(byte) = self.bytes.get(at).filter(|_| at < range.end) {
            let from = at;
            match byte {
                b'{' | b'[' => self.enter(at),
                b'}' | b']' => self.leave(at)?,
                b',' => self.next_member(),
                b'"' => {
                    at = self.string(at)?;
                    continue;
                }
                byte if byte.is_ascii_whitespace() || *byte == b':' => {}
                _ => {
                    at = self.bare(from)?;
                    continue;
                }
            }
            at += 1;
        }
        Ok(())
    }

    fn enter(&mut self, at: usize) {
        let meaning = self.open.last().map_or(Meaning::Plain, Open::value);
        let meaning = if meaning.is_whole() { meaning } else { Meaning::Plain };
        if self.open.len() >= MOST_OPEN {
            self.open.remove(0);
        }
        self.open.push(Open { start: at, ..Open::new(meaning) });
    }

    fn leave(&mut self, at: usize) -> Result<(), super::Unredactable> {
        if self.open.len() < 2 {
            return Ok(());
        }
        let Some(closed) = self.open.pop() else { return Ok(()) };
        if let Some(meaning) = closed.said {
            for value in closed.waiting {
                self.again(value, meaning)?;
            }
        }
        self.early(closed.start..at + 1);
        Ok(())
    }

    /// Keeps the place of a value whose name may come later.
    fn early(&mut self, value: Range<usize>) {
        let Some(open) = self.open.last_mut() else { return };
        let is_value = open.key.as_ref().is_some_and(|(name, _)| names::is_value(name))
            && !open.meaning.is_whole();
        if is_value && open.said.is_none() && open.waiting.len() < MOST_WAITING {
            open.waiting.push(value);
        }
    }

    fn again(&mut self, range: Range<usize>, meaning: Meaning) -> Result<(), super::Unredactable> {
        if !meaning.is_whole() {
            return Ok(());
        }
        let open = std::mem::replace(&mut self.open, vec![Open::new(meaning)]);
        let done = self.run(range);
        self.open = open;
        done
    }

    fn next_member(&mut self) {
        if let Some(open) = self.open.last_mut() {
            open.key = None;
        }
    }

    /// A text in quotes: a member's name when a colon follows. Answers where it ends.
    fn string(&mut self, at: usize) -> Result<usize, super::Unredactable> {
        let start = at + 1;
        let rest = self.bytes.get(start..).unwrap_or_default();
        let mut escaped = false;
        let length = rest.iter().position(|byte| {
            let ends = *byte == b'"' && !escaped;
            escaped = *byte == b'\\' && !escaped;
            ends
        });
        let end = start + length.unwrap_or(rest.len());
        let behind = self.bytes.get(end + 1..).unwrap_or_default().trim_ascii_start();
        let layer = Layer::of(Spelling::Json, self.bytes.get(start..end).unwrap_or_default());
        if behind.starts_with(b":") {
            let name = text::read(layer.plain()).into_owned();
            let meaning = names::meaning(&name, self.pass.options);
            let found = self.pass.scanned(layer.plain());
            self.edits.extend(layer.lift(found, start));
            if let Some(open) = self.open.last_mut() {
                open.key = Some((names::folded(&name), meaning));
            }
            return Ok(end + 1);
        }
        let meaning = self.open.last().map_or(Meaning::Plain, Open::value);
        let found = self.pass.value(meaning, layer.plain())?;
        self.edits.extend(layer.lift(found, start));
        self.says(&text::read(layer.plain()));
        self.early(at..end + 1);
        Ok(end + 1)
    }

    /// A text that names the value beside it.
    fn says(&mut self, name: &str) {
        let options = self.pass.options;
        let Some(open) = self.open.last_mut() else { return };
        if open.key.as_ref().is_some_and(|(key, _)| names::is_name(key)) {
            let said = names::meaning(name, options);
            open.said = Some(said).filter(|said| *said != Meaning::Plain);
        }
    }

    /// A number, a word, or what is no JSON. A number that is a secret becomes a text.
    fn bare(&mut self, at: usize) -> Result<usize, super::Unredactable> {
        let rest = self.bytes.get(at..).unwrap_or_default();
        let is_end = |byte: &u8| byte.is_ascii_whitespace() || b"{}[],:\"".contains(byte);
        let end = at + rest.iter().position(is_end).unwrap_or(rest.len()).max(1);
        let word = self.bytes.get(at..end).unwrap_or_default();
        let meaning = self.open.last().map_or(Meaning::Plain, Open::value);
        let mut found = self.pass.value(meaning, word)?;
        if meaning.is_whole() {
            for edit in &mut found {
                edit.with = [b"\"", edit.with.as_slice(), b"\""].concat();
            }
        }
        self.edits.extend(found.into_iter().map(|edit| edit.moved(at)));
        self.early(at..end);
        Ok(end)
    }
}
