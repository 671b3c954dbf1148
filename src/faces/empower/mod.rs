//! Mapp Empower, before it `BlueHornet`: `methodCall` documents, and the same methods over XML-RPC.
//!
//! Integrations post an `api` document to `/api/xmlrpc/index.php` in one of six forms ([`body`]);
//! programs with an XML-RPC library post to `/RPC2`, or to the same path. Each [`Method`] is
//! declared once, in [`methods`], and serves both. [`dispatch`] authenticates, checks what holds
//! for every method and orders the replies; [`wire`] writes them in bounded memory. Refused is
//! nothing by status: whatever goes wrong is an `error` item, or a fault, with HTTP 200.

mod activity_export;
pub mod answer;
pub mod args;
pub mod body;
pub mod contact_data;
pub mod dispatch;
pub mod envelope;
mod exports;
mod fault;
pub mod message_contact;
pub mod method;
pub mod methods;
mod named_file;
pub mod pacific;
mod path;
pub mod quirks;
mod reply;
#[cfg(test)]
mod tests;
pub mod tree;
mod wire;
pub mod xmlrpc;

use std::sync::Arc;

use bytes::Bytes;
use futures_util::future::BoxFuture;
use http::header::{ALLOW, HeaderValue};
use http::{Method as HttpMethod, StatusCode};

pub use self::answer::{Answer, Failure};
pub use self::args::{Args, Given};
pub use self::method::{Arg, Call, Echo, Form, Kind, Method, Need};
pub use self::tree::{Rows, Tree};
use crate::domain::{Context, Refusal};
use crate::faces::{Admission, Face, OperationName};
use crate::protocol::http::{BodyBounds, BodyError, Head, HttpCall, Reply};

/// What the operator may choose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Largest body of a call, in bytes, before percent-decoding.
    pub body_bytes: u64,
    /// Method calls in one post.
    pub calls_per_post: usize,
    /// Whether XML-RPC is spoken.
    pub xmlrpc: bool,
    /// Calls in one `system.multicall`.
    pub calls_per_multicall: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            body_bytes: 10 * 1024 * 1024,
            calls_per_post: 100,
            xmlrpc: true,
            calls_per_multicall: 100,
        }
    }
}

/// Most that a compressed body may grow.
const GZIP_RATIO: u32 = 100;

/// Name for settings, metrics and logs.
const NAME: &str = "empower";

/// The face.
#[derive(Debug, Default)]
pub struct Empower {
    settings: Settings,
}

impl Empower {
    pub fn new(settings: Settings) -> Self {
        Self { settings }
    }
}

impl Face for Empower {
    fn name(&self) -> &'static str {
        NAME
    }

    fn serves(&self, head: &Head) -> bool {
        path::is_index(&head.path) || (self.settings.xmlrpc && path::is_xml_rpc(&head.path))
    }

    fn paths(&self) -> &'static [&'static str] {
        if self.settings.xmlrpc { &[path::INDEX, path::XML_RPC] } else { &[path::INDEX] }
    }

    fn operation_of(&self, head: &Head, body: &Bytes) -> Option<&'static str> {
        dispatch::operation_of(self, head, body)
    }

    fn operations(&self) -> Vec<OperationName> {
        let methods = methods::METHODS.iter().map(|method| OperationName {
            name: method.name,
            only_reads: methods::ONLY_READ.contains(&method.name),
        });
        let own = xmlrpc::system::own_names().map(|name| OperationName {
            name,
            // What a `system.multicall` calls may be anything.
            only_reads: !name.ends_with("multicall"),
        });
        methods.chain(own).collect()
    }

    fn names_operations_in_bodies(&self) -> bool {
        true
    }

    fn admit<'a>(&'a self, _: &'a Arc<Context>, head: &'a Head) -> BoxFuture<'a, Admission> {
        let bounds = BodyBounds { decoded: self.settings.body_bytes, ratio: GZIP_RATIO };
        let admission = match head.method {
            HttpMethod::GET | HttpMethod::HEAD | HttpMethod::POST => Admission::Read(bounds),
            _ => Admission::Answer(not_allowed()),
        };
        Box::pin(std::future::ready(admission))
    }

    fn answer<'a>(&'a self, context: &'a Arc<Context>, call: HttpCall) -> BoxFuture<'a, Reply> {
        Box::pin(async move { dispatch::answer(self, context, &call).await })
    }

    fn code_of(&self, refusal: &Refusal) -> String {
        fault::of(refusal).code.map(|code| code.to_string()).unwrap_or_default()
    }

    fn error_codes(&self) -> &'static [&'static str] {
        &["428"]
    }

    fn failed(&self, head: &Head, code: &str) -> Reply {
        let Ok(number) = code.parse() else {
            return said(head, StatusCode::OK, "The call failed".to_owned());
        };
        if path::is_xml_rpc(&head.path) {
            xmlrpc::failed(number)
        } else {
            dispatch::bare_failure(StatusCode::OK, Failure::coded(number))
        }
    }

    fn unreadable(&self, head: &Head, error: BodyError) -> Reply {
        let text = format!("The request cannot be read: {error}");
        said(head, error.status(), text)
    }

    fn unanswered(&self, head: &Head, _: StatusCode, text: &str) -> Reply {
        said(head, StatusCode::OK, text.to_owned())
    }

    fn broken(&self, head: &Head) -> Reply {
        let text = format!("An internal error occurred in call {}", head.request_id);
        said(head, StatusCode::OK, text)
    }
}

fn said(head: &Head, status: StatusCode, text: String) -> Reply {
    if path::is_xml_rpc(&head.path) {
        xmlrpc::error(status, text)
    } else {
        dispatch::bare_error(status, text)
    }
}

fn not_allowed() -> Reply {
    let text = "Only GET, HEAD and POST are answered here.\n";
    let mut reply = Reply::new(StatusCode::METHOD_NOT_ALLOWED, "text/plain; charset=utf-8", text);
    reply.headers.insert(ALLOW, HeaderValue::from_static("GET, HEAD, POST"));
    reply
}
