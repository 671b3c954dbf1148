//! What an operation may reach: the caller's account, and what the call says.

use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use jiff::Timestamp;
use serde::de::DeserializeOwned;

use super::Settings;
use super::failure::Failure;
use super::path::PathArgs;
use super::wire;
use crate::domain::{Account, AccountId, Context, Page};
use crate::protocol::form::Fields;
use crate::protocol::form::text;
use crate::protocol::http::{BodyReader, Head};
use crate::protocol::rest::{from_tree, parse_date};

/// How many entries a listing answers when the caller does not say.
const DEFAULT_SELECT: i32 = 1_000;

/// An authenticated call.
pub struct Call<'a> {
    /// Shared, since a streamed reply outlives the call.
    pub context: &'a Arc<Context>,
    pub settings: &'a Settings,
    pub head: &'a Head,
    /// The values of the path's parameters.
    pub path: PathArgs,
    /// The parameters behind the `?`.
    pub query: Query,
    pub(super) caller: AccountId,
    pub(super) body: Given<'a>,
}

/// The body of a call, read already or still to come. `Debug` shows nothing of it.
pub(super) enum Given<'a> {
    Whole(&'a Bytes),
    /// Behind a lock only to be shared with what an operation calls; nobody waits for it.
    Stream(Mutex<Option<BodyReader<'a>>>),
}

impl std::fmt::Debug for Given<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Whole(body) => write!(f, "Whole({} bytes)", body.len()),
            Self::Stream(_) => f.write_str("Stream(..)"),
        }
    }
}

/// Without head and context: the one has credentials in it, the other says nothing about the call.
impl std::fmt::Debug for Call<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Call")
            .field("path", &self.path)
            .field("query", &self.query)
            .field("caller", &self.caller)
            .field("body", &self.body)
            .finish_non_exhaustive()
    }
}

impl<'a> Call<'a> {
    /// The caller's account; nothing else is in reach.
    pub fn account(&self) -> Account<'a> {
        self.context.account(self.caller)
    }

    /// The part of a listing that `select` and `skip` ask for.
    pub fn page(&self) -> Result<Page, Failure> {
        let select = self.query.number("select")?.unwrap_or(DEFAULT_SELECT);
        let skip = self.query.number("skip")?.unwrap_or(0);
        if select < 1 {
            return Err(Failure::parameter("select"));
        }
        Ok(Page::new(select, skip)?)
    }

    /// The record in the body. A body that is empty, `null` or `""` is none and is refused.
    pub fn body<T: DeserializeOwned>(&self) -> Result<T, Failure> {
        self.body_if_any()?.ok_or_else(Failure::malformed)
    }

    /// The record in the body, if there is one.
    pub fn body_if_any<T: DeserializeOwned>(&self) -> Result<Option<T>, Failure> {
        let Given::Whole(body) = &self.body else { return Ok(None) };
        let tree = wire::read(self.head, body)?;
        Ok(tree.map(|tree| from_tree(&tree)).transpose()?)
    }

    /// The body of a [`Body::Streamed`](super::Body::Streamed) operation, for the first who asks.
    pub fn take_stream(&self) -> Option<BodyReader<'a>> {
        match &self.body {
            Given::Whole(_) => None,
            Given::Stream(stream) => stream.lock().unwrap_or_else(PoisonError::into_inner).take(),
        }
    }
}

/// The parameters of a query, by name in any letter case; the last of several counts, and an empty
/// one is as good as absent.
#[derive(Debug, Default)]
pub struct Query(pub(super) Fields);

impl Query {
    pub fn text(&self, name: &str) -> Option<String> {
        let given = self.0.iter().filter(|field| field.name.eq_ignore_ascii_case(name));
        let text = text::read(&given.last()?.value).trim().to_owned();
        (!text.is_empty()).then_some(text)
    }

    /// Every value of a parameter that may stand several times.
    pub fn texts(&self, name: &str) -> Vec<String> {
        let given = self.0.iter().filter(|field| field.name.eq_ignore_ascii_case(name));
        let texts = given.map(|field| text::read(&field.value).trim().to_owned());
        texts.filter(|text| !text.is_empty()).collect()
    }

    pub fn number(&self, name: &'static str) -> Result<Option<i32>, Failure> {
        let parsed = self.text(name).map(|text| text.parse());
        parsed.transpose().map_err(|_| Failure::parameter(name))
    }

    /// `true` or `false` in any letter case, `1` or `0`; absent is `false`.
    pub fn flag(&self, name: &'static str) -> Result<bool, Failure> {
        match self.text(name).map(|text| text.to_ascii_lowercase()).as_deref() {
            None | Some("false" | "0") => Ok(false),
            Some("true" | "1") => Ok(true),
            Some(_) => Err(Failure::parameter(name)),
        }
    }

    /// A date in any form that clients send.
    pub fn date(&self, name: &'static str) -> Result<Option<Timestamp>, Failure> {
        let Some(text) = self.text(name) else { return Ok(None) };
        parse_date(&text).map(Some).ok_or_else(|| Failure::parameter(name))
    }
}
