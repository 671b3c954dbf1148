//! Takes credentials, and where wished people, out of an exchange before it reaches a disk.
//!
//! [`Redactor::redact`] reads an [`Exchange`] twice: first for every credential in its own place
//! (headers, query, SOAP security headers, documents, forms), then for whatever is to be replaced,
//! and that includes a credential that is repeated anywhere else. Replaced are the found stretches
//! alone; every other byte stays, and lengths are put right. What cannot be read with certainty is
//! refused as [`Unredactable`], and so is a result in which a [`SelfCheck`] still finds a secret.
//!
//! Memory: at most [`MOST_DEPTH`] forms inside one another are decoded, each into a copy and a map
//! of its escapes, so an exchange costs up to some fifteen times its own bytes while it is read;
//! what is remembered of it is bounded by [`MOST_SECRETS`] and [`MOST_PEOPLE`].

mod base64;
mod csv;
mod edit;
mod finder;
mod form;
mod headers;
mod json;
mod kind;
mod layer;
mod multipart;
mod names;
mod pass;
mod php;
mod scan;
mod secrets;
mod self_check;
#[cfg(test)]
mod tests;
mod token;
mod xml;

use std::fmt::{Debug, Formatter};

use super::Exchange;
pub use headers::KEPT_HEADERS;
use pass::Pass;
pub use secrets::{MOST_PEOPLE, MOST_SECRETS, Secrets};
pub use self_check::{Leak, LeakAt, SelfCheck};
use token::Tokens;

/// Documents inside documents that are read; deeper ones are scanned as text.
pub const MOST_DEPTH: usize = 4;

/// What is taken out besides credentials, and what becomes of what cannot be read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Options {
    /// E-mail addresses become tokens.
    pub emails: bool,
    /// So do the texts of fields that are named like a person's name or phone number.
    pub names: bool,
    /// A binary content is replaced by a line with its length and SHA-256. Otherwise it is refused.
    pub mark_binaries: bool,
    /// Further names of fields whose texts are credentials; case, `_` and `-` do not matter.
    pub secret_fields: Vec<String>,
    /// Further names of fields whose texts are of a person; taken out with `names`.
    pub person_fields: Vec<String>,
}

/// An exchange without its credentials, and the credentials.
#[derive(Debug)]
pub struct Redacted {
    pub exchange: Exchange,
    /// What was taken out: for a [`SelfCheck`] of everything that is written.
    pub secrets_seen: Secrets,
}

/// Where in an exchange something stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    Target,
    RequestHeader,
    RequestBody,
    ResponseHeader,
    ResponseBody,
}

/// What it is that cannot be redacted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Obstacle {
    /// Compressed, a spreadsheet, an image: nothing says what is in it.
    Binary,
    /// Base64 that cannot be decoded where files stand.
    BadBase64,
    /// A multipart body without a boundary.
    NoBoundary,
    /// A document type with declarations of its own: text may stand in it in any spelling.
    Declarations,
    /// More credentials or people than are remembered.
    TooMany,
    /// A secret is still there, in a spelling that cannot be replaced.
    SecretLeft,
}

/// Why an exchange cannot be redacted, without any of its content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{} cannot be redacted: {}", .place.text(), .obstacle.text())]
pub struct Unredactable {
    pub place: Place,
    pub obstacle: Obstacle,
}

impl Place {
    fn text(self) -> &'static str {
        match self {
            Self::Target => "the request's target",
            Self::RequestHeader => "a header of the request",
            Self::RequestBody => "the request's body",
            Self::ResponseHeader => "a header of the response",
            Self::ResponseBody => "the response's body",
        }
    }
}

impl Obstacle {
    fn text(self) -> &'static str {
        match self {
            Self::Binary => "it holds a binary content",
            Self::BadBase64 => "a file in it is no valid base64",
            Self::NoBoundary => "its multipart boundary is not said",
            Self::Declarations => "it has a document type with declarations",
            Self::TooMany => "it holds too many credentials or people",
            Self::SecretLeft => "a credential stands in it in a spelling that cannot be replaced",
        }
    }
}

/// Redacts exchanges, the same text to the same token in all of them.
///
/// Without a memory of its own: two redactors with one key write the same.
pub struct Redactor {
    options: Options,
    tokens: Tokens,
}

impl Redactor {
    /// Tokens are hashes under `key`: whoever has it can test a guess, so it is kept as a secret or
    /// thrown away with the recording's end.
    pub fn new(options: Options, key: [u8; 32]) -> Self {
        Self { options, tokens: Tokens::new(key) }
    }

    /// The exchange without credentials, checked.
    pub fn redact(&self, exchange: &Exchange) -> Result<Redacted, Unredactable> {
        self.redact_knowing(exchange, &Secrets::default())
    }

    /// As [`redact`](Self::redact), where these secrets are known from elsewhere: of earlier
    /// exchanges, for instance, so that a key that is repeated in a later one is found there too.
    pub fn redact_knowing(
        &self,
        exchange: &Exchange,
        known: &Secrets,
    ) -> Result<Redacted, Unredactable> {
        let mut secrets = known.clone();
        Pass::collecting(&self.options, &self.tokens, &mut secrets).exchange(exchange)?;
        let known = scan::Known::new(&secrets);
        let mut pass = Pass::replacing(&self.options, &self.tokens, &mut secrets, &known);
        let exchange = pass.exchange(exchange)?;
        let check = SelfCheck::new(&secrets);
        match check.exchange(&exchange) {
            Some(place) => Err(Unredactable { place, obstacle: Obstacle::SecretLeft }),
            None => Ok(Redacted { exchange, secrets_seen: secrets }),
        }
    }
}

impl Debug for Redactor {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Redactor").field("options", &self.options).finish_non_exhaustive()
    }
}
