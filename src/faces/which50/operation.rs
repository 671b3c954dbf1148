//! What the face is told of an operation, and what an operation answers.

use futures_util::future::BoxFuture;
use http::Method;

use super::call::Call;
use super::failure::Failure;
use super::listing::Listing;
use crate::protocol::datacontract::{Document, Record};

/// What an operation does with a call.
pub type Run = for<'a> fn(Call<'a>) -> BoxFuture<'a, Result<Answer, Failure>>;

/// One operation of the API, declared once.
#[derive(Debug)]
pub struct Operation {
    /// Names the call in metrics and its folder of fixtures.
    pub name: &'static str,
    pub method: Method,
    /// The path's template below the root, as the vendor's index prints it.
    pub path: &'static str,
    /// What it does, in one sentence.
    pub doc: &'static str,
    pub run: Run,
}

/// The result of an operation; in which syntax it goes out is not its concern.
#[derive(Debug)]
pub enum Answer {
    /// 200 without a body.
    Empty,
    Document(Document),
    /// Contacts, written while they are read.
    Contacts(Box<Listing>),
}

impl Answer {
    pub fn record(record: Record) -> Self {
        Self::Document(Document::Record(record))
    }
}
