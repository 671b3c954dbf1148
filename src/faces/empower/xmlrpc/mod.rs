//! The same methods for programs with an XML-RPC library.

use std::sync::Arc;

use http::StatusCode;

use super::Empower;
use crate::domain::Context;
use crate::protocol::http::{Head, Reply};

/// Answers one document. Never fails: whatever goes wrong is a fault.
pub async fn answer(_: &Empower, _: &Arc<Context>, _: &Head, _document: &str) -> Reply {
    error(StatusCode::OK, "XML-RPC is not spoken yet".to_owned())
}

/// A fault for a call that could not be read, or whose answering panicked.
pub fn error(status: StatusCode, text: String) -> Reply {
    Reply::new(status, "text/xml", text)
}
