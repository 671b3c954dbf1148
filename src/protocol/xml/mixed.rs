//! Elements that hold text or elements, or both: the `value` of XML-RPC, any document at all.

use std::borrow::Cow;

use super::error::{Problem, XmlError};
use super::names::Name;
use super::reader::{Piece, Reader};
use super::text::{clean, is_space};

/// What the element entered last turned out to hold.
#[derive(Debug)]
pub enum Content<'x> {
    /// Text, white space included; the element is left.
    Text(Cow<'x, str>),
    /// A child, which is entered now; only white space stands before it.
    Child(Name<'x>),
}

/// A run of text, and the tag that ends it.
#[derive(Debug)]
pub struct Run<'x> {
    /// White space included; empty when the tag follows at once.
    pub text: Cow<'x, str>,
    /// What the text means as a qualified name, where it is one and its prefix is declared.
    pub qname: Option<Name<'x>>,
    /// The child that is entered now; `None` when the element was left.
    pub child: Option<Name<'x>>,
}

/// Longest text that is looked at as a qualified name, in bytes.
const MOST_QNAME_BYTES: usize = 256;

impl<'x> Reader<'x> {
    /// Reads on to the next tag below the innermost open element, and answers the text before it:
    /// for readers of documents whose content nobody described.
    pub fn run(&mut self) -> Result<Run<'x>, XmlError> {
        let limit = self.limits().text_bytes;
        let mut text = Cow::Borrowed("");
        let mut qname = None;
        loop {
            match self.pull()? {
                Piece::End => return Ok(Run { text, qname, child: None }),
                Piece::Start => return Ok(Run { text, qname, child: Some(self.current()?) }),
                Piece::Text(piece) if text.is_empty() => text = clean(piece, &mut self.dropped),
                Piece::Text(piece) => text.to_mut().push_str(&clean(piece, &mut self.dropped)),
                Piece::Character(c) => text.to_mut().extend(c),
                Piece::Eof => return Err(self.error(Problem::Truncated)),
            }
            self.bound("bytes of text", text.len(), limit)?;
            // Asked now: the end tag takes the element's own declarations out of scope.
            let is_short = text.len() <= MOST_QNAME_BYTES;
            qname = if is_short { self.resolve(&text).ok() } else { None };
        }
    }

    /// Reads an element's text to its end, or enters its first child, whichever it holds.
    ///
    /// # Errors
    /// [`Problem::UnexpectedText`] for text followed by a child.
    pub fn text_or_child(&mut self) -> Result<Content<'x>, XmlError> {
        let limit = self.limits().text_bytes;
        let mut text = Cow::Borrowed("");
        loop {
            match self.pull()? {
                Piece::End => return Ok(Content::Text(text)),
                Piece::Text(piece) if text.is_empty() => text = clean(piece, &mut self.dropped),
                Piece::Text(piece) => text.to_mut().push_str(&clean(piece, &mut self.dropped)),
                Piece::Character(c) => text.to_mut().extend(c),
                Piece::Start if text.chars().all(is_space) => {
                    return self.current().map(Content::Child);
                }
                Piece::Start => return Err(self.error(Problem::UnexpectedText)),
                Piece::Eof => return Err(self.error(Problem::Truncated)),
            }
            self.bound("bytes of text", text.len(), limit)?;
        }
    }
}
