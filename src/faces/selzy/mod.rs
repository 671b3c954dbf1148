//! Selzy, elsewhere `UniSender`: `/{language}/api/{method}`, arguments as forms, replies as JSON.
//!
//! Arguments come in the query, in a form body, or in both, with PHP's brackets ([`args`]); bodies
//! may be compressed. Each [`Method`] is declared once, in [`methods`]; [`dispatch`] authenticates
//! by the argument `api_key`, counts calls and checks what must be there. Whatever happens, HTTP
//! says 200: the vendor's own clients lose the body of anything else. Success is `result`, failure
//! `error` and `code`.

pub mod answer;
pub mod args;
mod body;
mod confirm;
mod dispatch;
pub mod download;
mod fault;
pub mod files;
pub mod method;
pub mod methods;
mod outcome;
mod path;
pub mod quirks;
pub mod roles;
#[cfg(test)]
mod tests;
mod value;
mod words;

use std::sync::Arc;

use bytes::Bytes;
use futures_util::future::BoxFuture;
use http::{Method as HttpMethod, StatusCode};

pub use self::answer::{Answer, Code, Failure};
pub use self::args::Args;
pub use self::method::{Arg, Call, Kind, Method, Need};
pub use self::roles::SpamTraps;
use crate::domain::{Context, Refusal};
use crate::faces::{Admission, Face, OperationName};
use crate::protocol::http::{BodyBounds, BodyError, Head, HttpCall, Reply};

/// What the operator may choose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Largest body of a call, in bytes, decompressed.
    pub body_bytes: u64,
    /// Calls that one account may make in a minute; 0 for any number. The vendor's number is
    /// 1,200 for each key.
    pub calls_per_minute: u32,
    /// Contacts that the plan allows, past which imports warn; 0 for any number.
    pub contact_limit: u32,
    /// Addresses that imports refuse.
    pub spam_traps: Arc<SpamTraps>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            body_bytes: 10 * 1024 * 1024,
            calls_per_minute: 0,
            contact_limit: 0,
            spam_traps: Arc::default(),
        }
    }
}

/// Most that a compressed body may grow. Forms of many like rows compress well: 500 rows of 60
/// columns that differ in their numbers alone come to one in sixty.
const RATIO: u32 = 200;

/// The face.
#[derive(Debug, Default)]
pub struct Selzy {
    settings: Settings,
}

impl Selzy {
    pub fn new(settings: Settings) -> Self {
        Self { settings }
    }

    fn bounds(&self) -> BodyBounds {
        BodyBounds { decoded: self.settings.body_bytes, ratio: RATIO }
    }
}

impl Face for Selzy {
    fn name(&self) -> &'static str {
        "selzy"
    }

    fn serves(&self, head: &Head) -> bool {
        path::method(&head.path).is_some() || files::name(&head.path).is_some()
    }

    fn paths(&self) -> &'static [&'static str] {
        &["/en/api/{method}"]
    }

    fn operation_of(&self, head: &Head, _: &Bytes) -> Option<&'static str> {
        if files::name(&head.path).is_some() {
            return Some(files::OPERATION);
        }
        methods::find(&path::method(&head.path)?).map(|method| method.name)
    }

    fn operations(&self) -> Vec<OperationName> {
        let named =
            |name: &'static str| OperationName { name, only_reads: methods::only_reads(name) };
        let files = OperationName { name: files::OPERATION, only_reads: true };
        methods::all().map(|method| named(method.name)).chain([files]).collect()
    }

    fn admit<'a>(&'a self, _: &'a Arc<Context>, head: &'a Head) -> BoxFuture<'a, Admission> {
        let admission = match head.method {
            HttpMethod::GET | HttpMethod::HEAD | HttpMethod::POST => Admission::Read(self.bounds()),
            _ => {
                let text = "Only GET and POST are answered here";
                Admission::Answer(Failure::new(Code::Unspecified, text).reply())
            }
        };
        Box::pin(std::future::ready(admission))
    }

    fn answer<'a>(&'a self, context: &'a Arc<Context>, call: HttpCall) -> BoxFuture<'a, Reply> {
        Box::pin(async move {
            match files::name(&call.head.path) {
                Some(name) => files::answer(context, &call.head, name).await,
                None => dispatch::answer(self, context, &call).await,
            }
        })
    }

    fn code_of(&self, refusal: &Refusal) -> String {
        fault::of(refusal).code.text().to_owned()
    }

    fn error_codes(&self) -> &'static [&'static str] {
        &[
            "unspecified",
            "access_denied",
            "unknown_method",
            "invalid_arg",
            "not_enough_money",
            "api_call_limit_exceeded_for_ip",
        ]
    }

    fn failed(&self, _: &Head, code: &str) -> Reply {
        let code = Code::named(code).unwrap_or(Code::Unspecified);
        Failure::new(code, format!("The call failed: {}", code.text())).reply()
    }

    fn unreadable(&self, _: &Head, error: BodyError) -> Reply {
        body::unreadable(error).reply()
    }

    fn unanswered(&self, _: &Head, _: StatusCode, text: &str) -> Reply {
        Failure::new(Code::Unspecified, text.to_owned()).reply()
    }

    fn broken(&self, head: &Head) -> Reply {
        let text = format!("An internal error occurred in call {}", head.request_id);
        Failure::new(Code::Unspecified, text).reply()
    }
}
