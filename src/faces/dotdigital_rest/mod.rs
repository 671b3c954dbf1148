//! Dotdigital REST v2: JSON and XML at `/v2/`, the successor of the SOAP service beside it.
//!
//! Each [`Operation`] is declared once, in [`operations`]; [`route`] finds it by method and path,
//! [`dispatch`] authenticates, counts the call and writes the reply in the caller's form. Whatever
//! goes wrong is a status and `{"message":"…"}`, so a record with a member `message` is never
//! answered. Whatever is a rule about contacts is the domain's. What the account has not got here
//! (surveys, images, programs, SMS) is refused as a feature that is not active.

pub mod answer;
pub mod call;
pub mod convert;
pub mod dispatch;
pub mod failure;
pub mod operation;
pub mod operations;
pub mod path;
pub mod quirks;
pub mod records;
pub mod route;
mod wire;

use std::sync::Arc;

use bytes::Bytes;
use futures_util::future::BoxFuture;
use http::{Method, StatusCode};

pub use self::answer::Answer;
pub use self::call::Call;
pub use self::failure::Failure;
pub use self::operation::{Body, Operation};
use crate::domain::{Context, Refusal};
use crate::faces::dotdigital_fault::{ERROR_CODES, FaultText};
use crate::faces::{Admission, Face, OperationName};
use crate::protocol::http::{BodyBounds, BodyError, BodyReader, Head, HttpCall, Reply};

/// What the operator may choose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Largest body of a call, in bytes, files of imports not counted.
    pub body_bytes: u64,
    /// Largest file of an import, in bytes, before base64.
    pub file_bytes: u64,
    /// Calls that an account may make in a minute; `None` for as many as it likes.
    pub calls_per_minute: Option<u32>,
}

impl Default for Settings {
    fn default() -> Self {
        Self { body_bytes: 10 * 1024 * 1024, file_bytes: 50 * 1024 * 1024, calls_per_minute: None }
    }
}

/// Room for everything in an upload that is not the file, in bytes.
const ENVELOPE_BYTES: u64 = 1024 * 1024;

/// Most that a compressed body may grow.
const GZIP_RATIO: u32 = 100;

/// The face.
#[derive(Debug, Default)]
pub struct DotdigitalRest {
    settings: Settings,
}

impl DotdigitalRest {
    pub fn new(settings: Settings) -> Self {
        Self { settings }
    }

    fn body_bounds(&self) -> BodyBounds {
        BodyBounds { decoded: self.settings.body_bytes, ratio: GZIP_RATIO }
    }

    /// A file as base64 takes four bytes for three; an eighth more is for its line breaks and for
    /// letters that JSON's writers escape.
    fn file_bounds(&self) -> BodyBounds {
        let encoded = self.settings.file_bytes.div_ceil(3).saturating_mul(4);
        let decoded = encoded.saturating_add(encoded / 8).saturating_add(ENVELOPE_BYTES);
        BodyBounds { decoded, ratio: GZIP_RATIO }
    }
}

impl Face for DotdigitalRest {
    fn name(&self) -> &'static str {
        "dotdigital-rest"
    }

    fn serves(&self, head: &Head) -> bool {
        path::is_ours(&head.path)
    }

    fn paths(&self) -> &'static [&'static str] {
        &["/v2/"]
    }

    fn operation_of(&self, head: &Head, _: &Bytes) -> Option<&'static str> {
        match route::find(&head.method, &head.path) {
            route::Route::Found(operation, _) => Some(operation.id),
            route::Route::OtherMethod(_) | route::Route::Unknown => None,
        }
    }

    fn operations(&self) -> Vec<OperationName> {
        let named = |operation: &Operation| OperationName {
            name: operation.id,
            only_reads: operation.method == Method::GET,
        };
        operations::all().map(named).collect()
    }

    fn admit<'a>(&'a self, context: &'a Arc<Context>, head: &'a Head) -> BoxFuture<'a, Admission> {
        Box::pin(async move {
            match dispatch::admit(self, context, head).await {
                Ok(Body::Streamed) => Admission::Stream(self.file_bounds()),
                Ok(Body::Document | Body::None) => Admission::Read(self.body_bounds()),
                Err(reply) => Admission::Answer(reply),
            }
        })
    }

    fn answer<'a>(&'a self, context: &'a Arc<Context>, call: HttpCall) -> BoxFuture<'a, Reply> {
        Box::pin(async move { dispatch::answer(self, context, &call).await })
    }

    fn answer_streamed<'a>(
        &'a self,
        context: &'a Arc<Context>,
        head: &'a Arc<Head>,
        body: BodyReader<'a>,
    ) -> BoxFuture<'a, Reply> {
        Box::pin(async move { dispatch::answer_streamed(self, context, head, body).await })
    }

    fn code_of(&self, refusal: &Refusal) -> String {
        FaultText::from(refusal).code().to_owned()
    }

    fn error_codes(&self) -> &'static [&'static str] {
        ERROR_CODES
    }

    fn failed(&self, head: &Head, code: &str) -> Reply {
        wire::failure(head, &Failure::of_code(code))
    }

    fn unreadable(&self, head: &Head, error: BodyError) -> Reply {
        wire::failure(head, &Failure::unreadable(error))
    }

    fn unanswered(&self, head: &Head, status: StatusCode, text: &str) -> Reply {
        let text = FaultText::of_unanswered(text).to_string();
        wire::failure(head, &Failure::new(status, text))
    }

    fn broken(&self, head: &Head) -> Reply {
        wire::failure(head, &Failure::internal(&head.request_id))
    }
}
