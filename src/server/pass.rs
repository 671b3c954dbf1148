//! A call that somebody else answers: passed on to an upstream, and its reply handed back.
//!
//! No face admits or authenticates it: the credentials are the upstream's. The reply is as it came,
//! but for its compression and for addresses that would lead clients past us; its header
//! [`PASSED`] says that it is not our own.

use bytes::Bytes;
use tracing::warn;

use crate::contract::Request;
use crate::contract::upstream::{PASSED, Upstream, UpstreamError};
use crate::faces::Face;
use crate::protocol::http::{Body, BodyBounds, Head, Reply};

/// Of a call's body. The largest upload that a vendor takes has 50 MB, in Base64 or JSON.
pub const BOUNDS: BodyBounds = BodyBounds { decoded: 96 * 1024 * 1024, ratio: 100 };

/// Passes a call on, body already read and decoded, and brings the reply.
///
/// Why there is none is said by the call's face, in its own form, with
/// [`UpstreamError::status`].
pub async fn pass(upstream: &Upstream, head: &Head, body: Bytes) -> Result<Reply, UpstreamError> {
    let request = as_sent(head, body);
    let mut response = upstream.pass(&request).await?;
    upstream.readdress(&request, &mut response, &head.base_url);
    response.headers.insert(PASSED, upstream.mark());
    Ok(Reply {
        status: response.status,
        headers: response.headers,
        body: Body::Whole(response.body),
        operation: "",
    })
}

/// Says in the face's own form that the upstream has no answer.
pub fn unanswered(face: &dyn Face, head: &Head, error: UpstreamError) -> Reply {
    warn!(cause = error.word(), "a call was passed on in vain: {error}");
    face.unanswered(head, error.status(), &format!("The call cannot be passed on: {error}"))
}

/// The call as its client made it.
pub fn as_sent(head: &Head, body: Bytes) -> Request {
    let target = if head.query.is_empty() {
        head.path.clone()
    } else {
        format!("{}?{}", head.path, head.query)
    };
    Request { method: head.method.clone(), target, headers: head.headers.clone(), body }
}
