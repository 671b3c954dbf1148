//! Which50 (Customer Minds): an ASP.NET Web API in JSON and XML, below `/Which50API/`.
//!
//! Integrations import contacts in batches, ask how far an import is, and read lists, contacts and
//! journeys. Each [`Operation`] is declared once, in [`operations`]; [`route`] finds it,
//! [`dispatch`] authenticates (Basic or bearer), [`wire`] writes the reply as the caller accepts
//! it. Whatever goes wrong is a status and Web API's `Message`. Refused is what the vendor's
//! accounts could do only in its own console: nothing here makes a list, a journey or a page.

pub mod body;
pub mod call;
pub mod dispatch;
pub mod failure;
mod fields;
mod listing;
pub mod odata;
pub mod operation;
pub mod operations;
mod path;
pub mod quirks;
pub mod records;
pub mod route;
#[cfg(test)]
mod tests;
mod wire;

use std::sync::Arc;

use bytes::Bytes;
use futures_util::future::BoxFuture;
use http::{Method, StatusCode};

pub use self::call::Call;
pub use self::failure::Failure;
pub use self::operation::{Answer, Operation};
use crate::domain::{Context, Refusal};
use crate::faces::{Admission, Face, OperationName, on_purpose};
use crate::protocol::http::{BodyBounds, BodyError, Head, HttpCall, Reply};

/// What the operator may choose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Largest body of a call, in bytes.
    pub body_bytes: u64,
    /// Contacts in one batch of an import.
    pub batch_contacts: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Self { body_bytes: 20 * 1024 * 1024, batch_contacts: 10_000 }
    }
}

/// Most that a compressed body may grow.
const GZIP_RATIO: u32 = 100;

/// Name for settings, metrics and logs.
const NAME: &str = "which50";

/// The face.
#[derive(Debug, Default)]
pub struct Which50 {
    settings: Settings,
}

impl Which50 {
    pub fn new(settings: Settings) -> Self {
        Self { settings }
    }
}

impl Face for Which50 {
    fn name(&self) -> &'static str {
        NAME
    }

    fn serves(&self, head: &Head) -> bool {
        path::is_ours(&head.path)
    }

    fn paths(&self) -> &'static [&'static str] {
        &["/Which50API/"]
    }

    fn operation_of(&self, head: &Head, _: &Bytes) -> Option<&'static str> {
        match route::find(&head.method, &head.path) {
            route::Route::Found(operation, _) => Some(operation.name),
            route::Route::OtherMethod(_) | route::Route::Unknown => None,
        }
    }

    fn operations(&self) -> Vec<OperationName> {
        let named = |operation: &&Operation| OperationName {
            name: operation.name,
            only_reads: operation.method == Method::GET,
        };
        operations::OPERATIONS.iter().map(named).collect()
    }

    fn admit<'a>(&'a self, context: &'a Arc<Context>, head: &'a Head) -> BoxFuture<'a, Admission> {
        Box::pin(async move {
            let bounds = BodyBounds { decoded: self.settings.body_bytes, ratio: GZIP_RATIO };
            match dispatch::admit(context, head).await {
                Some(reply) => Admission::Answer(reply),
                None => Admission::Read(bounds),
            }
        })
    }

    fn answer<'a>(&'a self, context: &'a Arc<Context>, call: HttpCall) -> BoxFuture<'a, Reply> {
        Box::pin(async move { dispatch::answer(&self.settings, context, &call).await })
    }

    fn code_of(&self, refusal: &Refusal) -> String {
        on_purpose::status_code(Failure::from(refusal.clone()).status)
    }

    fn error_codes(&self) -> &'static [&'static str] {
        &["400", "401", "403", "404", "417", "500", "502", "503", "504"]
    }

    fn failed(&self, head: &Head, code: &str) -> Reply {
        let status = code.parse().unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        wire::failure(head, &Failure::unanswered(status, "The call failed."))
    }

    fn unreadable(&self, head: &Head, error: BodyError) -> Reply {
        wire::failure(head, &Failure::unreadable(error))
    }

    fn unanswered(&self, head: &Head, status: StatusCode, text: &str) -> Reply {
        wire::failure(head, &Failure::unanswered(status, text))
    }

    fn broken(&self, head: &Head) -> Reply {
        wire::failure(head, &Failure::internal(&head.request_id))
    }
}
