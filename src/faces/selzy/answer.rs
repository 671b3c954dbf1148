//! What a method answers, and how it fails.

use std::borrow::Cow;

use http::StatusCode;
use serde::Serialize;
use serde_json::json;

use crate::domain::{Broken, Error, Refusal};
use crate::protocol::http::Reply;

/// Clients do not look at it.
const JSON: &str = "application/json; charset=utf-8";

/// A success.
#[derive(Debug)]
pub struct Answer {
    /// JSON of the member `result`.
    result: String,
    warnings: Vec<Cow<'static, str>>,
}

/// An object without members. Empty results are documented as `{}`, and PHP wrote `[]`.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Nothing {}

impl Answer {
    /// With a result of whatever type; members come in the order in which they are declared.
    pub fn result(result: &impl Serialize) -> Result<Self, Failure> {
        match serde_json::to_string(result) {
            Ok(result) => Ok(Self { result, warnings: Vec::new() }),
            Err(error) => Err(Error::Broken(Broken::new("write a result as JSON", error)).into()),
        }
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

    pub fn reply(&self) -> Reply {
        let mut body = format!("{{\"result\":{}", self.result);
        if !self.warnings.is_empty() {
            let warning = |text: &Cow<'static, str>| json!({ "warning": text });
            let warnings: serde_json::Value = self.warnings.iter().map(warning).collect();
            body.push_str(",\"warnings\":");
            body.push_str(&warnings.to_string());
        }
        body.push('}');
        Reply::new(StatusCode::OK, JSON, body)
    }
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
}

impl Code {
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
