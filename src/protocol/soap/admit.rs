//! What a head alone tells: method, content type, length, and Basic credentials if they are there.
//!
//! Old clients send the body only after `100 Continue`, so whatever can be refused is refused here,
//! before it is asked for. A call without `Authorization` must be read: a token may be inside.

use http::{HeaderValue, Method, StatusCode, header};

use super::answer::{bare_frame, challenge};
use super::fault::Fault;
use super::security::Credentials;
use super::service::{Denied, Service};
use super::version::{MediaType, Version};
use super::wsdl;
use crate::protocol::basic;
use crate::protocol::http::{BodyError, Head, Reply};

/// The reply to a call whose body need not be asked for; `None` to read it and then answer.
pub async fn admit<S: Service>(
    service: &S,
    context: &S::Context,
    head: &Head,
    max_body_bytes: u64,
) -> Option<Reply> {
    if let Some(reply) = by_method(service, head) {
        return Some(reply);
    }
    let refuse = |status, text: String| {
        let frame = bare_frame(service, head);
        let body = frame.write_fault(&Fault::client(text));
        Reply::new(status, frame.version.content_type(), body)
    };
    if MediaType::of(head.header("content-type")) == MediaType::Foreign {
        return Some(refuse(StatusCode::UNSUPPORTED_MEDIA_TYPE, unexpected_content_type(head)));
    }
    if !head.states_body() {
        let text = "The request does not state the length of its body.".to_owned();
        return Some(refuse(StatusCode::LENGTH_REQUIRED, text));
    }
    if stated_length(head).is_some_and(|bytes| bytes > max_body_bytes) {
        return Some(refuse(StatusCode::PAYLOAD_TOO_LARGE, too_large(max_body_bytes)));
    }
    let logins = basic::logins(&head.headers);
    if logins.is_empty() {
        return None;
    }
    match service.authenticate(context, head, Credentials::Basic(logins)).await {
        Err(Denied::Wrong) => Some(challenge(service)),
        // Said again, in the caller's own form, once the body tells which that is.
        Ok(_) | Err(Denied::Failed(_)) => None,
    }
}

/// Says that a body could not be read: as a fault where clients read one, otherwise as the status
/// which they turn into an exception of its own.
pub fn unreadable<S: Service>(service: &S, head: &Head, error: BodyError) -> Reply {
    let status = match error.status() {
        StatusCode::BAD_REQUEST => StatusCode::INTERNAL_SERVER_ERROR,
        status => status,
    };
    let text = match error {
        BodyError::TooLarge { limit } => too_large(limit),
        _ => format!("The request cannot be read: {error}."),
    };
    let frame = bare_frame(service, head);
    let body = frame.write_fault(&Fault::client(text));
    Reply::new(status, frame.version.content_type(), body)
}

/// Metadata for `GET`, nothing for `POST`, 405 for the rest.
pub(super) fn by_method<S: Service>(service: &S, head: &Head) -> Option<Reply> {
    match head.method {
        Method::POST => None,
        Method::GET | Method::HEAD => Some(wsdl::serve(service, head)),
        _ => Some(not_allowed()),
    }
}

fn not_allowed() -> Reply {
    let mut reply = Reply::new(StatusCode::METHOD_NOT_ALLOWED, "text/plain; charset=utf-8", "");
    reply.headers.insert(header::ALLOW, HeaderValue::from_static("GET, HEAD, POST"));
    reply
}

fn stated_length(head: &Head) -> Option<u64> {
    head.header("content-length")?.trim().parse().ok()
}

/// The very text of WCF, which people search the web for.
fn unexpected_content_type(head: &Head) -> String {
    let sent: String = head.header("content-type").unwrap_or_default().chars().take(200).collect();
    let expected = Version::Soap11.content_type();
    format!(
        "Cannot process the message because the content type '{sent}' was not the expected type \
         '{expected}'."
    )
}

/// The very text of WCF for its `MaxReceivedMessageSize`.
fn too_large(limit_bytes: u64) -> String {
    format!(
        "The maximum message size quota for incoming messages ({limit_bytes}) has been exceeded. \
         To increase the quota, use the MaxReceivedMessageSize property on the appropriate binding \
         element."
    )
}
