//! One folder per vendor API, all with the same skeleton: story, codec, faults, operations.
//!
//! A face turns a wire call into one domain call and the result back. It never fails to answer:
//! [`Face::answer`] returns a [`Reply`], not a `Result`, so an error in the wrong language is
//! impossible by type. A face never imports another face.

pub mod dotdigital_fault;
pub mod dotdigital_soap;
pub mod empower;
pub mod quirk;
pub mod selzy;

use std::sync::Arc;

use futures_util::future::BoxFuture;

use crate::domain::Context;
use crate::protocol::http::{BodyBounds, BodyError, Head, HttpCall, Reply};

/// What a face decides from the head of a call, before its body is asked for.
#[derive(Debug)]
pub enum Admission {
    /// Read the body within these bounds, then call [`Face::answer`].
    Read(BodyBounds),
    /// Answer at once; the body is not asked for.
    Answer(Reply),
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

    /// Judges the head alone: method, content type, length, credentials if they are there.
    fn admit<'a>(&'a self, context: &'a Arc<Context>, head: &'a Head) -> BoxFuture<'a, Admission>;

    /// Answers the call. Never fails: whatever goes wrong comes back in this face's own form.
    ///
    /// The context is shared, since a streamed reply outlives the call.
    fn answer<'a>(&'a self, context: &'a Arc<Context>, call: HttpCall) -> BoxFuture<'a, Reply>;

    /// Says in this face's own form that the body could not be read.
    fn unreadable(&self, head: &Head, error: BodyError) -> Reply;

    /// Says in this face's own form that answering panicked; the request id finds the log line.
    fn broken(&self, head: &Head) -> Reply;
}
