//! WS-Addressing: what a request's headers ask of the reply.
//!
//! A reply is addressed when the request's sender binds addressing: it marked a header with
//! `mustUnderstand` (WCF, JAX-WS), said where to reply, or sent a `MessageID` with SOAP 1.2. `zeep`
//! adds `Action`, `MessageID` and `To` to SOAP 1.1 merely because the WSDL has `wsaw:Action`, and
//! reads plain replies; plain WCF and asmx proxies send none and would refuse addressed replies.
//! `Action` and `To` in `…/addressing/none` are understood and never written: WCF throws on them.

use super::version::Version;

/// The namespace of message logs and copied requests; its headers never stand in a reply.
pub const NONE: &str = "http://schemas.microsoft.com/ws/2005/05/addressing/none";

pub const FAULT_2005: &str = "http://www.w3.org/2005/08/addressing/fault";
pub const SOAP_FAULT_2005: &str = "http://www.w3.org/2005/08/addressing/soap/fault";
pub const FAULT_2004: &str = "http://schemas.xmlsoap.org/ws/2004/08/addressing/fault";

/// Longest `MessageID` that is repeated in `RelatesTo`, in bytes.
const MAX_MESSAGE_ID_BYTES: usize = 1_024;

/// A version of WS-Addressing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Addressing {
    August2004,
    August2005,
}

impl Addressing {
    pub const fn namespace(self) -> &'static str {
        match self {
            Self::August2004 => "http://schemas.xmlsoap.org/ws/2004/08/addressing",
            Self::August2005 => "http://www.w3.org/2005/08/addressing",
        }
    }

    pub fn of_namespace(namespace: &str) -> Option<Self> {
        [Self::August2004, Self::August2005].into_iter().find(|a| a.namespace() == namespace)
    }
}

/// The addressing headers of one request.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Addressed {
    version: Option<Addressing>,
    pub action: Option<String>,
    message_id: Option<String>,
    /// A header was marked `mustUnderstand`, or named the address to reply to.
    binding: bool,
}

/// What a reply's headers repeat.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Relation {
    pub version: Addressing,
    pub relates_to: Option<String>,
}

impl Addressed {
    /// Takes in one header block of an addressing namespace.
    pub fn add(&mut self, version: Addressing, name: &str, text: &str, must_understand: bool) {
        self.version = self.version.or(Some(version));
        self.binding |= must_understand || name == "ReplyTo";
        let text = text.trim();
        match name {
            "Action" if self.action.is_none() => self.action = Some(text.to_owned()),
            "MessageID" if self.message_id.is_none() && text.len() <= MAX_MESSAGE_ID_BYTES => {
                self.message_id = Some(text.to_owned());
            }
            _ => {}
        }
    }

    /// How the reply must be addressed, if at all.
    pub fn relation(&self, envelope: Version) -> Option<Relation> {
        let correlates = envelope == Version::Soap12 && self.message_id.is_some();
        let version = self.version.filter(|_| self.binding || correlates)?;
        Some(Relation { version, relates_to: self.message_id.clone() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_binding_with_addressing_gets_an_addressed_reply() {
        let mut request = Addressed::default();
        request.add(Addressing::August2005, "MessageID", " urn:uuid:1 ", false);
        request.add(Addressing::August2005, "To", "http://here/", true);
        let relation = request.relation(Version::Soap11).unwrap();
        assert_eq!(relation.relates_to.as_deref(), Some("urn:uuid:1"));
        assert_eq!(relation.version, Addressing::August2005);
    }

    #[test]
    fn headers_that_nobody_must_understand_get_a_plain_reply() {
        let mut request = Addressed::default();
        request.add(Addressing::August2005, "Action", "urn:a/Op", false);
        request.add(Addressing::August2005, "MessageID", "urn:uuid:1", false);
        assert_eq!(request.relation(Version::Soap11), None);
        assert_eq!(request.action.as_deref(), Some("urn:a/Op"));
    }

    #[test]
    fn a_message_id_with_soap_12_or_a_reply_address_asks_for_an_addressed_reply() {
        let mut request = Addressed::default();
        request.add(Addressing::August2004, "MessageID", "urn:uuid:1", false);
        assert!(request.relation(Version::Soap12).is_some());
        assert!(request.relation(Version::Soap11).is_none());
        request.add(Addressing::August2004, "ReplyTo", "", false);
        assert!(request.relation(Version::Soap11).is_some());
    }
}
