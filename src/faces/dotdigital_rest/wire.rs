//! Bodies and replies in the caller's form.

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderValue, WWW_AUTHENTICATE};
use http::{Method, StatusCode};
use serde::Serialize;

use super::answer::{Answer, Content};
use super::failure::Failure;
use super::operation::Operation;
use crate::protocol::form::{text, urlencoded};
use crate::protocol::http::{Head, Reply};
use crate::protocol::rest::{
    Bounds, MediaType, Syntax, Tree, XmlNames, choose, read_json, read_xml, to_xml,
};

/// What replies can be, best first, and what they say they are.
const OFFERED: [&str; 4] = ["application/json", "text/json", "application/xml", "text/xml"];
const CONTENT_TYPES: [&str; 4] = [
    "application/json; charset=utf-8",
    "text/json; charset=utf-8",
    "application/xml; charset=utf-8",
    "text/xml; charset=utf-8",
];
/// Where XML begins in the two lists above.
const FIRST_XML: usize = 2;
/// Fields of a form; a record has fewer members.
const MOST_FIELDS: usize = 1_000;

/// The form of a reply: a place in [`OFFERED`].
#[derive(Debug, Clone, Copy)]
struct Form(usize);

impl Form {
    /// By `Accept`; without one that can be met, XML for who sends XML, otherwise JSON.
    fn of(head: &Head) -> Self {
        if let Some(accept) = head.header("accept") {
            return Self(choose(accept, &OFFERED).unwrap_or(0));
        }
        let sends = head.header("content-type").map(|header| MediaType::parse(header).syntax());
        let is_xml = sends == Some(Syntax::Xml) && head.method != Method::GET;
        Self(if is_xml { FIRST_XML } else { 0 })
    }

    fn is_xml(self) -> bool {
        self.0 >= FIRST_XML
    }

    fn content_type(self) -> &'static str {
        CONTENT_TYPES.get(self.0).copied().unwrap_or_default()
    }
}

/// The document in a body, or `None` for a body without anything in it.
pub fn read(head: &Head, body: &Bytes) -> Result<Option<Tree>, Failure> {
    let Some(first) = first_byte(body) else { return Ok(None) };
    let media_type = head.header("content-type").map(MediaType::parse);
    let syntax = media_type.map_or(guessed(first), MediaType::syntax);
    let bounds = Bounds::default();
    let tree = match syntax {
        Syntax::Json if first == b'<' => return Err(mismatch()),
        Syntax::Json => read_json(body, bounds)?,
        Syntax::Xml if first != b'<' => return Err(mismatch()),
        Syntax::Xml => {
            let charset = media_type.and_then(|media_type| media_type.parameter("charset"));
            read_xml(body, charset, bounds)?
        }
        Syntax::Form if matches!(first, b'{' | b'[' | b'<') => return Err(mismatch()),
        Syntax::Form => form(body)?,
        Syntax::Multipart | Syntax::Other => {
            return Err(Failure::code("ERROR_CONTENT_TYPE_IS_NOT_SUPPORTED"));
        }
    };
    Ok(Some(tree).filter(|tree| !tree.is_nothing()))
}

/// The first byte that is neither white space nor part of a byte-order mark.
fn first_byte(body: &[u8]) -> Option<u8> {
    let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
    body.iter().copied().find(|byte| !byte.is_ascii_whitespace())
}

/// For callers who do not say what they send.
fn guessed(first: u8) -> Syntax {
    if first == b'<' { Syntax::Xml } else { Syntax::Json }
}

fn mismatch() -> Failure {
    Failure::code("ERROR_BODY_DOES_NOT_MATCH_CONTENT_TYPE")
}

/// A form is a flat record of texts.
fn form(body: &[u8]) -> Result<Tree, Failure> {
    let fields = urlencoded::read(body, MOST_FIELDS).map_err(|_| Failure::malformed())?;
    let members = fields
        .iter()
        .map(|field| (field.name.clone(), Tree::Text(text::read(&field.value).into_owned())));
    Ok(Tree::Record(members.collect()))
}

/// What an operation answered, as a reply.
pub fn reply(head: &Head, operation: &Operation, answer: Answer) -> Result<Reply, Failure> {
    let status = answer.status.unwrap_or(operation.success);
    let reply = match answer.content {
        Content::Empty => empty(status),
        Content::Raw { content_type, bytes } => Reply::new(status, content_type, bytes),
        Content::Reply(reply) => reply,
        Content::Record(record, names) => {
            let form = Form::of(head);
            let written = if form.is_xml() { record.xml(&names) } else { record.json() };
            let bytes = written.map_err(Failure::unwritten)?;
            Reply::new(status, form.content_type(), bytes)
        }
    };
    Ok(reply)
}

fn empty(status: StatusCode) -> Reply {
    let mut reply = Reply::new(status, "", Bytes::new());
    reply.headers.remove(CONTENT_TYPE);
    reply
}

/// What every failure looks like.
#[derive(Serialize)]
#[serde(rename = "Error")]
struct Said<'a> {
    message: &'a str,
}

/// A failure as a reply. Its text is for the caller: what is for the log is logged before.
pub fn failure(head: &Head, failure: &Failure) -> Reply {
    let said = Said { message: &failure.text };
    let form = Form::of(head);
    let written = if form.is_xml() {
        to_xml(&said, &XmlNames::default()).unwrap_or_default()
    } else {
        serde_json::to_vec(&said).unwrap_or_default()
    };
    let mut reply = Reply::new(failure.status, form.content_type(), written);
    if failure.status == StatusCode::UNAUTHORIZED {
        let challenge = HeaderValue::from_static("Basic realm=\"Lychgate\"");
        reply.headers.insert(WWW_AUTHENTICATE, challenge);
    }
    reply
}
