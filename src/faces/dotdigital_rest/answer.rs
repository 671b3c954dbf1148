//! What an operation answers.

use bytes::Bytes;
use http::StatusCode;
use serde::Serialize;

use crate::protocol::http::Reply;
use crate::protocol::rest::{WriteError, XmlNames, to_xml};

/// The result of an operation; in which form it goes out is not its concern.
#[derive(Debug)]
pub struct Answer {
    pub(super) status: Option<StatusCode>,
    pub(super) content: Content,
}

pub(super) enum Content {
    Empty,
    Record(Box<dyn Record>, XmlNames),
    Raw { content_type: &'static str, bytes: Bytes },
    Reply(Reply),
}

impl Answer {
    /// A record, as JSON or XML. For a list see [`list`](Self::list).
    pub fn of(record: impl Serialize + Send + 'static) -> Self {
        Self::new(Content::Record(Box::new(Held(record)), XmlNames::default()))
    }

    /// A list of records of the type that is called `item` on the wire, such as `ApiContact`.
    pub fn list<T: Serialize + Send + 'static>(item: &'static str, records: Vec<T>) -> Self {
        let names = XmlNames { item: Some(item), ..XmlNames::default() };
        Self::new(Content::Record(Box::new(Held(records)), names))
    }

    /// No body.
    pub fn empty() -> Self {
        Self::new(Content::Empty)
    }

    /// Bytes in their own form, whatever the caller asked for.
    pub fn raw(content_type: &'static str, bytes: impl Into<Bytes>) -> Self {
        Self::new(Content::Raw { content_type, bytes: bytes.into() })
    }

    /// A reply that is made already, such as a streamed file. Its own status counts.
    pub fn reply(reply: Reply) -> Self {
        Self::new(Content::Reply(reply))
    }

    /// With another status than the one which the operation declares.
    #[must_use]
    pub fn with_status(self, status: StatusCode) -> Self {
        Self { status: Some(status), ..self }
    }

    fn new(content: Content) -> Self {
        Self { status: None, content }
    }
}

/// The kind only: what it says is personal data.
impl std::fmt::Debug for Content {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Empty => "Empty",
            Self::Record(..) => "Record(..)",
            Self::Raw { .. } => "Raw(..)",
            Self::Reply(_) => "Reply(..)",
        })
    }
}

/// A record that is still to be written.
pub(super) trait Record: Send {
    fn json(&self) -> Result<Vec<u8>, WriteError>;
    fn xml(&self, names: &XmlNames) -> Result<Vec<u8>, WriteError>;
}

struct Held<T>(T);

impl<T: Serialize + Send> Record for Held<T> {
    fn json(&self) -> Result<Vec<u8>, WriteError> {
        serde_json::to_vec(&self.0).map_err(serde::ser::Error::custom)
    }

    fn xml(&self, names: &XmlNames) -> Result<Vec<u8>, WriteError> {
        to_xml(&self.0, names)
    }
}
