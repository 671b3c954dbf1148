//! One folder per vendor API, all with the same skeleton: story, codec, faults, operations.
//!
//! A face turns a wire call into one domain call and the result back. It never fails to answer:
//! [`Face::answer`] returns a [`Reply`], not a `Result`, so an error in the wrong language is
//! impossible by type. A face never imports another face.

mod basic_login;
pub mod dotdigital_fault;
pub mod dotdigital_rest;
pub mod dotdigital_soap;
pub mod empower;
pub mod on_purpose;
pub mod quirk;
pub mod selzy;
mod stored_file;
pub mod which50;

use std::num::NonZero;
use std::sync::Arc;

use bytes::Bytes;
use futures_util::future::BoxFuture;
use http::StatusCode;

use crate::domain::{Context, Refusal};
use crate::protocol::http::{BodyBounds, BodyError, BodyReader, Head, HttpCall, Reply};
use crate::protocol::xml::Arrival;

/// What a call with a streamed body counts for in the memory of all bodies, in bytes: a batch of
/// the file on its way to the disk, the chunk at hand, and what a decoder keeps.
pub const STREAMED_BYTES: usize = 4 * 1024 * 1024;

/// What a face decides from the head of a call, before its body is asked for.
#[derive(Debug)]
pub enum Admission {
    /// Read the body within these bounds, then call [`Face::answer`].
    Read(BodyBounds),
    /// As [`Admission::Read`], of an XML document whose large base64 values may be decoded while it
    /// comes in: they are [`HttpCall::lifted`] then.
    Document(BodyBounds),
    /// Hand the body on as it comes in, within these bounds, by [`Face::answer_streamed`].
    Stream(BodyBounds),
    /// Answer at once; the body is not asked for.
    Answer(Reply),
}

/// An operation as routes and reports name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OperationName {
    /// As [`Face::operation_of`] gives it.
    pub name: &'static str,
    /// A call changes nothing and starts nothing, so it may be made twice.
    pub only_reads: bool,
}

/// `GetContactById` of `ApiContact_GetContactById`: the vendor's `operationId` has its entity in
/// front, and people and folders of recordings leave it out. Every other name is as short as it is.
pub fn short_name(operation: &str) -> &str {
    let of_entity = operation.starts_with("Api").then(|| operation.split_once('_')).flatten();
    of_entity.map_or(operation, |(_, short)| short)
}

/// Answers a call whose body has been read already, as a server asks: the head first, then all.
///
/// A face that reads bodies itself gets chunks of at most `chunk_bytes`.
pub async fn answer_read(
    face: &dyn Face,
    context: &Arc<Context>,
    call: HttpCall,
    chunk_bytes: NonZero<usize>,
) -> Reply {
    let HttpCall { head, body, .. } = call;
    let admission = face.admit(context, &head).await;
    let limit = match &admission {
        Admission::Read(bounds) | Admission::Document(bounds) | Admission::Stream(bounds) => {
            bounds.decoded
        }
        Admission::Answer(_) => u64::MAX,
    };
    if u64::try_from(body.len()).is_ok_and(|bytes| bytes > limit) {
        return face.unreadable(&head, BodyError::TooLarge { limit });
    }
    match admission {
        Admission::Answer(reply) => reply,
        Admission::Read(_) => face.answer(context, HttpCall::new(head, body)).await,
        Admission::Document(_) => {
            let mut arrival = Arrival::default();
            body.chunks(chunk_bytes.get()).for_each(|chunk| arrival.push(chunk));
            let (body, lifted) = arrival.finish();
            face.answer(context, HttpCall { head, body, lifted }).await
        }
        Admission::Stream(_) => {
            let chunks = body.chunks(chunk_bytes.get()).map(|chunk| body.slice_ref(chunk));
            let chunks: Vec<Bytes> = chunks.collect();
            let reader = BodyReader::new(chunks.into_iter());
            face.answer_streamed(context, &head, reader).await
        }
    }
}

/// One vendor API.
pub trait Face: Send + Sync + std::fmt::Debug {
    /// Name for config, metrics and logs, such as `dotdigital-soap`.
    fn name(&self) -> &'static str;

    /// Paths to name to a caller who asks for one that is not there.
    fn paths(&self) -> &'static [&'static str] {
        &[]
    }

    /// Whether a call with this head belongs to this face.
    fn serves(&self, head: &Head) -> bool;

    /// The operation that a call asks for, by its name on the wire, without answering it. `None`
    /// when it names none of ours. Credentials are not looked at, and nothing is read or written.
    fn operation_of(&self, head: &Head, body: &Bytes) -> Option<&'static str>;

    /// Every operation that [`Face::operation_of`] can name.
    fn operations(&self) -> Vec<OperationName>;

    /// Whether [`Face::operation_of`] needs the body.
    fn names_operations_in_bodies(&self) -> bool {
        false
    }

    /// Judges the head alone: method, content type, length, credentials if they are there.
    fn admit<'a>(&'a self, context: &'a Arc<Context>, head: &'a Head) -> BoxFuture<'a, Admission>;

    /// Answers the call. Never fails: whatever goes wrong comes back in this face's own form.
    ///
    /// The context is shared, since a streamed reply outlives the call.
    fn answer<'a>(&'a self, context: &'a Arc<Context>, call: HttpCall) -> BoxFuture<'a, Reply>;

    /// Answers a call admitted with [`Admission::Stream`], reading its body as it needs it.
    ///
    /// Until it is called nothing of the body is asked for. A face holds at most some MiB of it:
    /// [`STREAMED_BYTES`] are counted for each such call. What it leaves unread is read and dropped
    /// within the server's bound, or the connection closes. A face that never admits a call so has
    /// no answer of its own.
    fn answer_streamed<'a>(
        &'a self,
        _context: &'a Arc<Context>,
        head: &'a Arc<Head>,
        _body: BodyReader<'a>,
    ) -> BoxFuture<'a, Reply> {
        Box::pin(std::future::ready(self.broken(head)))
    }

    /// The code by which this face's errors say a refusal; empty where they have none.
    fn code_of(&self, _refusal: &Refusal) -> String {
        String::new()
    }

    /// Codes of the vendor's errors that can be answered on purpose, besides those of refusals.
    fn error_codes(&self) -> &'static [&'static str] {
        &[]
    }

    /// Says in this face's own form the error of this code, for which nothing happened. An empty
    /// code is an error of the vendor's that has none.
    fn failed(&self, head: &Head, code: &str) -> Reply {
        self.unanswered(head, StatusCode::INTERNAL_SERVER_ERROR, code)
    }

    /// Says in this face's own form that the body could not be read.
    fn unreadable(&self, head: &Head, error: BodyError) -> Reply;

    /// Says in this face's own form, in the given words, why the call has no answer. `status` goes
    /// out where the face's errors have statuses of their own.
    fn unanswered(&self, head: &Head, status: StatusCode, text: &str) -> Reply;

    /// Says in this face's own form that answering panicked; the request id finds the log line.
    fn broken(&self, head: &Head) -> Reply;
}

#[cfg(test)]
mod tests {
    use super::short_name;

    #[test]
    fn only_the_entity_of_an_operation_id_is_left_out() {
        for (name, short) in [
            ("ApiContact_GetContactById", "GetContactById"),
            ("legacy.manage_subscriber", "legacy.manage_subscriber"),
            ("ApiInfo", "ApiInfo"),
            ("getLists", "getLists"),
        ] {
            assert_eq!(short_name(name), short);
        }
    }
}
