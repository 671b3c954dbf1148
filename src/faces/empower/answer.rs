//! What a method answers, and how it fails.

use std::borrow::Cow;
use std::fmt::Display;

use bytes::Bytes;
use futures_util::future::BoxFuture;

use super::tree::{Member, Node, Tree};
use crate::domain::{Error, Refusal, Result};

/// A successful item. Members are written in this order: `methodName`, `responseCode`,
/// `responseText`, what stands [beside](Answer::beside), `responseData`, `responseNum`.
#[derive(Debug, Default)]
pub struct Answer {
    pub code: Option<u16>,
    /// One text, or several as anonymous members.
    pub texts: Vec<Cow<'static, str>>,
    pub beside: Node,
    /// `responseData`; absent when `None`.
    pub data: Option<Node>,
    /// The whole body instead of an item.
    pub file: Option<File>,
}

/// A file that is answered as it is.
#[derive(Debug)]
pub struct File {
    pub content_type: &'static str,
    pub pieces: Box<dyn Pieces>,
}

/// A file's bytes, read while they are written.
pub trait Pieces: Send + std::fmt::Debug {
    /// The next piece; `None` at the end.
    fn next(&mut self) -> BoxFuture<'_, Result<Option<Bytes>>>;
}

impl Answer {
    /// With a code and its documented text.
    pub fn new(code: u16, text: impl Into<Cow<'static, str>>) -> Self {
        Self { code: Some(code), texts: vec![text.into()], ..Self::default() }
    }

    /// With a text for which no code is known.
    pub fn plain(text: impl Into<Cow<'static, str>>) -> Self {
        Self { texts: vec![text.into()], ..Self::default() }
    }

    /// With a code for which no text is known.
    pub fn coded(code: u16) -> Self {
        Self { code: Some(code), ..Self::default() }
    }

    /// Neither code nor text.
    pub fn silent() -> Self {
        Self::default()
    }

    /// A file instead of an item.
    pub fn file(content_type: &'static str, pieces: impl Pieces + 'static) -> Self {
        let file = File { content_type, pieces: Box::new(pieces) };
        Self { file: Some(file), ..Self::default() }
    }

    /// How `legacy.*` succeeds: `message` is 1.
    #[must_use]
    pub fn legacy_done(self) -> Self {
        self.with("message", Tree::text(1))
    }

    /// The second way in which `legacy.*` fails: an ordinary item whose `message` is 2.
    pub fn legacy_failed(reason: impl Display) -> Self {
        Self::silent().with("message", Tree::text(2)).with("reason", Tree::text(reason))
    }

    /// One more `responseText`: two or more stand as a list.
    #[must_use]
    pub fn and_text(mut self, text: impl Into<Cow<'static, str>>) -> Self {
        self.texts.push(text.into());
        self
    }

    /// A member of `responseData`.
    #[must_use]
    pub fn with(mut self, name: &'static str, tree: Tree) -> Self {
        let data = self.data.get_or_insert_default();
        data.members.push(Member::Named(name.into(), tree));
        self
    }

    /// A member of the item itself, between `responseText` and `responseData`.
    #[must_use]
    pub fn beside(mut self, name: &'static str, tree: Tree) -> Self {
        self.beside.members.push(Member::Named(name.into(), tree));
        self
    }

    /// Anonymous members of the item itself, as many as `rows` has.
    #[must_use]
    pub fn rows_beside(mut self, rows: impl super::tree::Rows + 'static) -> Self {
        self.beside.members.push(Member::Rows(super::tree::ITEM, Box::new(rows)));
        self
    }

    /// Anonymous members of the item itself.
    #[must_use]
    pub fn items_beside(mut self, items: Vec<Tree>) -> Self {
        self.beside.members.push(Member::Repeated(super::tree::ITEM, items));
        self
    }
}

/// A failed item: `error` is 1, and the code stands inside `responseData`, as in the one error of
/// the original that was recorded.
#[derive(Debug)]
pub struct Failure {
    pub code: Option<u16>,
    pub text: Cow<'static, str>,
    pub data: Vec<(&'static str, String)>,
    /// A failure of ours, to be logged where it is answered.
    pub broken: Option<crate::domain::Broken>,
}

impl Failure {
    pub fn new(code: u16, text: impl Into<Cow<'static, str>>) -> Self {
        Self { code: Some(code), ..Self::plain(text) }
    }

    /// A text for which no code is known.
    pub fn plain(text: impl Into<Cow<'static, str>>) -> Self {
        Self { code: None, text: text.into(), data: Vec::new(), broken: None }
    }

    /// 428; `names` are separated by commas.
    pub fn missing(names: impl Into<String>) -> Self {
        Self::coded(428).with("missing_vars", names)
    }

    /// A value that cannot be read. The original's text for this is not known.
    pub fn invalid(name: &str) -> Self {
        Self::plain(format!("Invalid value for {name}"))
    }

    #[must_use]
    pub fn with(mut self, name: &'static str, text: impl Into<String>) -> Self {
        self.data.push((name, text.into()));
        self
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        match error {
            Error::Refused(refusal) => super::fault::of(&refusal),
            Error::Broken(broken) => {
                Self { broken: Some(broken), ..Self::plain("An internal error occurred") }
            }
        }
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        super::fault::of(&refusal)
    }
}
