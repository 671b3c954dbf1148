//! What a method answers, and how it fails.

use std::borrow::Cow;

use bytes::Bytes;
use futures_util::stream::{self, BoxStream};
use futures_util::{Stream, StreamExt as _};
use http::StatusCode;
use serde::Serialize;
use serde_json::json;

use crate::domain::{self, Broken, Error, Refusal};
use crate::protocol::http::{BodyBroken, Reply};

/// Clients do not look at it.
const JSON: &str = "application/json; charset=utf-8";

/// A success.
#[derive(Debug)]
pub struct Answer {
    content: Content,
    warnings: Vec<Cow<'static, str>>,
}

/// The member `result`.
enum Content {
    /// As JSON.
    Whole(String),
    /// Its JSON in pieces, made while they go out.
    Pieces(BoxStream<'static, domain::Result<String>>),
}

impl std::fmt::Debug for Content {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Whole(json) => write!(f, "Whole({} bytes)", json.len()),
            Self::Pieces(_) => f.write_str("Pieces"),
        }
    }
}

/// An object without members. Empty results are documented as `{}`, and PHP wrote `[]`.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Nothing {}

impl Answer {
    /// With a result of whatever type; members come in the order in which they are declared.
    pub fn result(result: &impl Serialize) -> Result<Self, Failure> {
        match serde_json::to_string(result) {
            Ok(result) => Ok(Self { content: Content::Whole(result), warnings: Vec::new() }),
            Err(error) => Err(Error::Broken(Broken::new("write a result as JSON", error)).into()),
        }
    }

    /// With a list as its result whose rows are made one after the other while it goes out; see
    /// [`row_text`].
    pub fn rows<T, F, Made>(of: Vec<T>, make: F) -> Self
    where
        T: Send + 'static,
        F: FnMut(T) -> Made + Send + 'static,
        Made: Future<Output = domain::Result<String>> + Send + 'static,
    {
        let rows = stream::iter(of).then(make).enumerate().map(|(number, row)| {
            let comma = if number == 0 { "" } else { "," };
            row.map(|row| format!("{comma}{row}"))
        });
        Self::pieces(enclosed("[", rows, "]"))
    }

    /// With a result whose JSON comes in pieces.
    pub fn pieces(pieces: impl Stream<Item = domain::Result<String>> + Send + 'static) -> Self {
        Self { content: Content::Pieces(pieces.boxed()), warnings: Vec::new() }
    }

    /// With an empty result.
    pub fn done() -> Result<Self, Failure> {
        Self::result(&Nothing {})
    }

    /// With one more of the reply's `warnings`.
    #[must_use]
    pub fn warning(mut self, text: impl Into<Cow<'static, str>>) -> Self {
        self.warnings.push(text.into());
        self
    }

    pub fn reply(self) -> Reply {
        let mut end = String::new();
        if !self.warnings.is_empty() {
            let warning = |text: &Cow<'static, str>| json!({ "warning": text });
            let warnings: serde_json::Value = self.warnings.iter().map(warning).collect();
            end.push_str(",\"warnings\":");
            end.push_str(&warnings.to_string());
        }
        end.push('}');
        match self.content {
            Content::Whole(result) => {
                Reply::new(StatusCode::OK, JSON, format!("{HEAD}{result}{end}"))
            }
            Content::Pieces(pieces) => {
                let pieces = enclosed(HEAD, pieces, end);
                let pieces =
                    pieces.map(|piece| piece.map(Bytes::from).map_err(BodyBroken::because));
                Reply::streamed(StatusCode::OK, JSON, pieces)
            }
        }
    }
}

/// What stands before the result.
const HEAD: &str = "{\"result\":";

/// A row of [`Answer::rows`].
pub fn row_text(row: &impl Serialize) -> domain::Result<String> {
    Ok(serde_json::to_string(row).map_err(|error| Broken::new("write a row as JSON", error))?)
}

/// Pieces with a text before and a text behind them.
pub fn enclosed(
    before: impl Into<String>,
    pieces: impl Stream<Item = domain::Result<String>> + Send + 'static,
    behind: impl Into<String>,
) -> impl Stream<Item = domain::Result<String>> + Send + 'static {
    let (before, behind) = (before.into(), behind.into());
    stream::iter([Ok(before)]).chain(pieces).chain(stream::iter([Ok(behind)]))
}

/// What a failure is about, in the vendor's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Code {
    Unspecified,
    InvalidApiKey,
    AccessDenied,
    UnknownMethod,
    InvalidArg,
    RetryLater,
    TooManyCallsForKey,
    TooManyCallsForAddress,
    NotEnoughMoney,
}

impl Code {
    /// By its text.
    pub fn named(text: &str) -> Option<Self> {
        let all = [
            Self::Unspecified,
            Self::InvalidApiKey,
            Self::AccessDenied,
            Self::UnknownMethod,
            Self::InvalidArg,
            Self::RetryLater,
            Self::TooManyCallsForKey,
            Self::TooManyCallsForAddress,
            Self::NotEnoughMoney,
        ];
        all.into_iter().find(|code| code.text() == text)
    }

    /// The member `code`.
    pub const fn text(self) -> &'static str {
        match self {
            Self::Unspecified => "unspecified",
            Self::InvalidApiKey => "invalid_api_key",
            Self::AccessDenied => "access_denied",
            Self::UnknownMethod => "unknown_method",
            Self::InvalidArg => "invalid_arg",
            Self::RetryLater => "retry_later",
            Self::TooManyCallsForKey => "api_call_limit_exceeded_for_api_key",
            Self::TooManyCallsForAddress => "api_call_limit_exceeded_for_ip",
            Self::NotEnoughMoney => "not_enough_money",
        }
    }
}

/// A failure. HTTP says 200 all the same.
#[derive(Debug)]
pub struct Failure {
    pub code: Code,
    /// Plain; the wire's is HTML-encoded.
    pub text: Cow<'static, str>,
    /// A failure of ours, to be logged where it is answered.
    pub broken: Option<Broken>,
}

#[derive(Serialize)]
struct Failed<'a> {
    error: &'a str,
    code: &'static str,
}

impl Failure {
    pub fn new(code: Code, text: impl Into<Cow<'static, str>>) -> Self {
        Self { code, text: text.into(), broken: None }
    }

    /// An argument that is needed and not there.
    pub fn missing(name: &str) -> Self {
        Self::new(Code::InvalidArg, format!("Argument '{name}' is missing"))
    }

    /// An argument that cannot be read as what it should be.
    pub fn invalid(name: &str) -> Self {
        Self::new(Code::InvalidArg, format!("Argument '{name}' has an invalid value"))
    }

    pub fn reply(&self) -> Reply {
        let failed = Failed { error: &html_encoded(&self.text), code: self.code.text() };
        let body = serde_json::to_string(&failed).unwrap_or_default();
        Reply::new(StatusCode::OK, JSON, body)
    }
}

/// As PHP's `htmlspecialchars` writes it: the documents say that the text is HTML-encoded.
fn html_encoded(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => encoded.push_str("&amp;"),
            '<' => encoded.push_str("&lt;"),
            '>' => encoded.push_str("&gt;"),
            '"' => encoded.push_str("&quot;"),
            '\'' => encoded.push_str("&#039;"),
            other => encoded.push(other),
        }
    }
    encoded
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        match error {
            Error::Refused(refusal) => super::fault::of(&refusal),
            Error::Broken(broken) => {
                let text = "An internal error occurred";
                Self { broken: Some(broken), ..Self::new(Code::Unspecified, text) }
            }
        }
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        super::fault::of(&refusal)
    }
}
