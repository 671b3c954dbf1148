//! Elements that hold either text or one element, such as the `value` of XML-RPC.

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

impl<'x> Reader<'x> {
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
