//! The forms of a call: its query, and its body however it is written and compressed.

use bytes::{Buf as _, Bytes};

use super::answer::{Code, Failure};
use super::args::Args;
use crate::protocol::coding::{Coding, Inflater};
use crate::protocol::form::brackets::{Bounds, BracketError};
use crate::protocol::form::{Fields, FormError, multipart, urlencoded};
use crate::protocol::http::{BodyBounds, BodyError, Head, HttpCall};

/// The arguments of a call.
///
/// The body is a form whatever its content type says, but multipart; the vendor's wrapper
/// compresses it and says so in the query alone, with `request_compression=bzip2`.
pub async fn args(call: &HttpCall, bounds: BodyBounds) -> Result<Args, Failure> {
    let most = Bounds::default().pairs;
    let query = urlencoded::read(call.head.query.as_bytes(), most).map_err(no_form)?;
    let is_bzip2 = query.text("request_compression").is_some_and(|coding| coding == "bzip2");
    let body = if is_bzip2 && !call.body.is_empty() {
        bunzip(call.body.clone(), bounds).await.map_err(unreadable)?
    } else {
        call.body.clone()
    };
    let body = form(&call.head, &body, most).map_err(no_form)?;
    Args::new(&query, &body).map_err(no_tree)
}

fn form(head: &Head, body: &Bytes, most_fields: usize) -> Result<Fields, FormError> {
    match head.header("content-type").and_then(multipart::boundary) {
        Some(boundary) => multipart::read(body, &boundary?, most_fields),
        None => urlencoded::read(body, most_fields),
    }
}

async fn bunzip(mut wire: Bytes, bounds: BodyBounds) -> Result<Bytes, BodyError> {
    let mut inflater = Inflater::new(Coding::Bzip2, bounds);
    while !wire.is_empty() {
        let used = inflater.piece(&wire)?;
        wire.advance(used);
        // A block of 900 KiB costs some ten milliseconds.
        tokio::task::yield_now().await;
    }
    inflater.finish()
}

fn no_form(error: FormError) -> Failure {
    Failure::new(Code::InvalidArg, format!("The arguments cannot be read: {error}"))
}

fn no_tree(error: BracketError) -> Failure {
    Failure::new(Code::InvalidArg, format!("The arguments cannot be read: {error}"))
}

/// What is said of a body that does not come to its end.
pub fn unreadable(error: BodyError) -> Failure {
    let code = match error {
        BodyError::TimedOut | BodyError::Overloaded | BodyError::CutShort => Code::RetryLater,
        BodyError::TooLarge { .. }
        | BodyError::RatioExceeded
        | BodyError::UnsupportedEncoding
        | BodyError::BadCompression
        | BodyError::LengthRequired
        | BodyError::BadChunks => Code::InvalidArg,
    };
    Failure::new(code, format!("The request cannot be read: {error}"))
}
