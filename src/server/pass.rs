//! A call that somebody else answers: passed on to an upstream, and its reply handed back.
//!
//! No face admits or authenticates it: the credentials are the upstream's. The reply is as it came,
//! but for its compression and for addresses that would lead clients past us.

use bytes::Bytes;

use crate::contract::Request;
use crate::contract::upstream::{Upstream, UpstreamError};
use crate::protocol::http::{Body, Head, Reply};

/// Passes a call on, body already read and decoded, and brings the reply.
///
/// Why there is none is said by the call's face, in its own form, with
/// [`UpstreamError::status`].
pub async fn pass(upstream: &Upstream, head: &Head, body: Bytes) -> Result<Reply, UpstreamError> {
    let request = as_sent(head, body);
    let mut response = upstream.pass(&request).await?;
    upstream.readdress(&request, &mut response, &head.base_url);
    Ok(Reply {
        status: response.status,
        headers: response.headers,
        body: Body::Whole(response.body),
        operation: "",
    })
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
