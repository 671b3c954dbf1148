//! What a hostile message is: its bytes, why it is hostile, and what must come back.

use std::time::Duration;

use super::gateway::Gateway;
use super::wire::Reply;

/// In whose words an answer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    Soap11,
    Soap12,
    RestJson,
    RestXml,
    /// Dotdigital's own `methodCall`.
    Empower,
    XmlRpc,
    Which50Json,
    Which50Xml,
    Selzy,
    /// No face has the call yet: plain text, or a status alone.
    Http,
}

/// What must come back.
#[derive(Debug, Clone)]
pub enum Expected {
    /// An error in the form, with this status, that says this.
    Refused { form: Form, status: u16, says: &'static str },
    /// An answer that is no error: the document is odd and its contract takes it.
    Answered { status: u16, says: &'static str },
    /// The connection ends without a word.
    Closed,
}

/// Looks further, at what the call left behind: a report, a letter, a list.
pub type Aftermath = Box<dyn Fn(&Gateway, &Reply) -> Result<(), String>>;

/// One hostile message.
pub struct Case {
    pub name: String,
    /// What it would do to a server that does not look.
    pub why: &'static str,
    /// Everything that goes over the connection.
    pub wire: Vec<u8>,
    /// How the face that is asked is asked again afterwards.
    pub door: Form,
    pub expected: Expected,
    /// CPU time of the whole process that it may cost.
    pub most_cpu: Duration,
    /// Bytes by which it may raise the peak of memory.
    pub most_bytes: u64,
    /// The caller ends its side of the connection behind the last byte.
    pub hangs_up: bool,
    pub then: Option<Aftermath>,
}

/// CPU time that any refusal may cost in an unoptimized build, journal and doctor included.
const CPU: Duration = Duration::from_millis(300);
/// And for each MiB of it. An optimized build takes about a tenth.
const CPU_PER_MIB: Duration = Duration::from_millis(400);
/// Bytes by which any message may raise the peak: a wrong password takes 19 MiB to hash.
const MEMORY: u64 = 24 << 20;
/// And for each of its own.
const MEMORY_PER_BYTE: u64 = 6;

impl Case {
    pub fn new(
        name: impl Into<String>,
        why: &'static str,
        door: Form,
        wire: Vec<u8>,
        expected: Expected,
    ) -> Self {
        let bytes = u64::try_from(wire.len()).unwrap();
        let mebibytes = u32::try_from(bytes >> 20).unwrap();
        Self {
            name: name.into(),
            why,
            wire,
            door,
            expected,
            most_cpu: CPU + CPU_PER_MIB * mebibytes,
            most_bytes: MEMORY + MEMORY_PER_BYTE * bytes,
            hangs_up: false,
            then: None,
        }
    }

    /// Unlike the others it is taken, and what it asks for costs this much.
    pub fn costing(self, most_cpu: Duration, most_bytes: u64) -> Self {
        Self { most_cpu, most_bytes, ..self }
    }

    pub fn hanging_up(self) -> Self {
        Self { hangs_up: true, ..self }
    }

    pub fn then(self, look: impl Fn(&Gateway, &Reply) -> Result<(), String> + 'static) -> Self {
        Self { then: Some(Box::new(look)), ..self }
    }
}

/// An error of `form` with `status` that says `says`.
pub fn refused(form: Form, status: u16, says: &'static str) -> Expected {
    Expected::Refused { form, status, says }
}

/// Success, with this in it.
pub fn answered(says: &'static str) -> Expected {
    Expected::Answered { status: 200, says }
}

/// A refusal is no longer than this, whatever was sent.
const MOST_REFUSAL_BYTES: usize = 4_096;

impl Expected {
    pub fn judge(&self, reply: Option<&Reply>) -> Result<(), String> {
        match (self, reply) {
            (Self::Closed, None) => Ok(()),
            (Self::Closed, Some(reply)) => Err(format!("an answer came: {reply}")),
            (_, None) => Err("no answer came".to_owned()),
            (Self::Answered { status, says }, Some(reply)) => {
                let fits = reply.status == *status && reply.text().contains(says);
                fits.then_some(()).ok_or_else(|| format!("want {status} with {says:?}: {reply}"))
            }
            (Self::Refused { form, status, says }, Some(reply)) => {
                let fits = reply.status == *status
                    && form.is_refusal(reply)
                    && reply.text().contains(says)
                    && reply.body.len() <= MOST_REFUSAL_BYTES;
                let want = format!("want {status} {form:?} {says:?}");
                fits.then_some(()).ok_or_else(|| format!("{want}: {reply}"))
            }
        }
    }
}

impl Form {
    /// Whether `reply` is an error as this form has it.
    fn is_refusal(self, reply: &Reply) -> bool {
        let text = reply.text();
        let is = |content_type: &str| {
            reply.header("content-type").is_some_and(|said| said.starts_with(content_type))
        };
        match self {
            Self::Soap11 => is("text/xml") && text.contains("<s:Fault><faultcode"),
            Self::Soap12 => is("application/soap+xml") && text.contains("<s:Fault><s:Code>"),
            Self::RestJson => is("application/json") && text.starts_with("{\"message\":\""),
            Self::RestXml => {
                is("application/xml") && text.starts_with("<Error ") && text.contains("<Message>")
            }
            Self::Empower => {
                text.starts_with("<?xml version=\"1.0\"?><methodResponse><item>")
                    && text.contains("<error><![CDATA[1]]></error>")
            }
            Self::XmlRpc => text.contains("<methodResponse><fault>"),
            Self::Which50Json => is("application/json") && text.starts_with("{\"Message\":\""),
            Self::Which50Xml => is("application/xml") && text.starts_with("<Error>"),
            Self::Selzy => is("application/json") && text.starts_with("{\"error\":\""),
            Self::Http => reply.body.is_empty() || is("text/plain"),
        }
    }
}
