//! How replies go out: the five media types of the vendor's help pages, and headers.

use http::StatusCode;
use http::header::{HeaderValue, WWW_AUTHENTICATE};

use super::failure::Failure;
use super::operation::Answer;
use crate::protocol::datacontract::{Document, Syntax, to_json, to_xml};
use crate::protocol::http::{Head, Reply};
use crate::protocol::rest::{self, MediaType, choose};

/// A media type that is offered, as its reply says it, and what it is written in.
const OFFERED: [(&str, &str, Syntax); 5] = [
    ("application/json", "application/json; charset=utf-8", Syntax::Json),
    ("text/json", "text/json; charset=utf-8", Syntax::Json),
    ("application/csp-report", "application/csp-report; charset=utf-8", Syntax::Json),
    ("application/xml", "application/xml; charset=utf-8", Syntax::Xml),
    ("text/xml", "text/xml; charset=utf-8", Syntax::Xml),
];

/// What a caller without credentials may answer with.
const CHALLENGES: [HeaderValue; 2] =
    [HeaderValue::from_static("Basic realm=\"Which50API\""), HeaderValue::from_static("Bearer")];

/// The media type of the reply: what `Accept` likes best, else what the body came in, else JSON.
pub fn negotiated(head: &Head) -> (&'static str, Syntax) {
    let names = OFFERED.map(|(name, ..)| name);
    let accepted = head.header("accept").and_then(|accept| choose(accept, &names));
    let is_sent = |name: &str| {
        let sent = head.header("content-type").map(MediaType::parse);
        sent.is_some_and(|sent| sent.essence().eq_ignore_ascii_case(name))
    };
    let like_the_body = || {
        let silent = head.header("accept").is_none();
        names.iter().position(|name| silent && is_sent(name))
    };
    let place = accepted.or_else(like_the_body).unwrap_or_default();
    let (_, content_type, syntax) = OFFERED.get(place).copied().unwrap_or(OFFERED[0]);
    (content_type, syntax)
}

/// The syntax of a body: by its `Content-Type`, or by its first character when that says nothing.
/// `None` is a form, or what is not taken.
pub fn syntax_of_body(head: &Head, body: &[u8]) -> Option<Syntax> {
    let Some(header) = head.header("content-type") else { return Some(guessed(body)) };
    let media_type = MediaType::parse(header);
    if media_type.essence().eq_ignore_ascii_case("application/csp-report") {
        return Some(Syntax::Json);
    }
    match media_type.syntax() {
        rest::Syntax::Json => Some(Syntax::Json),
        rest::Syntax::Xml => Some(Syntax::Xml),
        rest::Syntax::Form | rest::Syntax::Multipart | rest::Syntax::Other => None,
    }
}

fn guessed(body: &[u8]) -> Syntax {
    let first = body.iter().find(|byte| !byte.is_ascii_whitespace() && byte.is_ascii());
    if first == Some(&b'<') { Syntax::Xml } else { Syntax::Json }
}

/// An answer as the caller accepts it.
pub fn reply(head: &Head, answer: Answer) -> Reply {
    let (content_type, syntax) = negotiated(head);
    match answer {
        Answer::Empty => {
            let mut reply = Reply::new(StatusCode::OK, content_type, "");
            reply.headers.clear();
            reply
        }
        Answer::Document(document) => {
            Reply::new(StatusCode::OK, content_type, written(&document, syntax))
        }
        Answer::Contacts(listing) => {
            Reply::streamed(StatusCode::OK, content_type, listing.stream(syntax))
        }
    }
}

/// A failure as the caller accepts it.
pub fn failure(head: &Head, failure: &Failure) -> Reply {
    let (content_type, syntax) = negotiated(head);
    let body = written(&failure.record().into(), syntax);
    let mut reply = Reply::new(failure.status, content_type, body);
    if failure.status == StatusCode::UNAUTHORIZED {
        for challenge in CHALLENGES {
            reply.headers.append(WWW_AUTHENTICATE, challenge);
        }
    }
    reply
}

fn written(document: &Document, syntax: Syntax) -> Vec<u8> {
    match syntax {
        Syntax::Json => to_json(document),
        Syntax::Xml => to_xml(document),
    }
}
