//! Faults as WCF writes them: always HTTP 500, no detail, the text in one language.
//!
//! `.NET` reads bodies of 200 and 500 only, and Mono's WCF chokes on an undeclared detail child.
//! Clients in the wild compare the texts of the framework's own faults, so these are kept word
//! for word.

use super::addressing::{self, Addressing};
use super::version::Version;
use crate::protocol::xml::Writer;

const DISPATCHER: &str =
    "http://schemas.microsoft.com/net/2005/12/windowscommunicationfoundation/dispatcher";

/// Longest part of a request that a fault's text repeats, in characters.
const MAX_QUOTED_CHARS: usize = 256;

/// Whose fault it is, in the words of SOAP 1.1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Code {
    /// `Client`; `Sender` in SOAP 1.2.
    Client,
    /// `Server`; `Receiver` in SOAP 1.2.
    Server,
    VersionMismatch,
    MustUnderstand,
}

/// What WCF adds to a code. SOAP 1.1 has no place for it, so it stands instead of the code there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subcode {
    /// No operation has this action.
    ActionNotSupported,
    /// The body is not what the operation takes.
    DeserializationFailed,
    /// The service failed.
    InternalServiceFault,
    /// The security header is missing a part, too old or used before.
    InvalidSecurity,
    /// The user name or the password is wrong.
    FailedAuthentication,
}

/// A SOAP fault of either version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    pub code: Code,
    pub subcode: Option<Subcode>,
    /// What the caller reads; never a secret, a path or a name from inside.
    pub text: String,
    /// Header blocks that were not understood: namespace and local name.
    pub not_understood: Vec<(String, String)>,
}

impl Fault {
    pub fn new(code: Code, text: impl Into<String>) -> Self {
        Self { code, subcode: None, text: text.into(), not_understood: Vec::new() }
    }

    /// A refusal that the caller could do something about; what vendors' services throw.
    pub fn client(text: impl Into<String>) -> Self {
        Self::new(Code::Client, text)
    }

    /// A failure that the caller cannot mend, in WCF's form for an unhandled exception.
    pub fn internal(text: impl Into<String>) -> Self {
        Self { subcode: Some(Subcode::InternalServiceFault), ..Self::new(Code::Server, text) }
    }

    /// No operation has this action and the body names none either.
    pub fn action_not_supported(action: &str) -> Self {
        let action = quoted(action);
        Self::with(
            Subcode::ActionNotSupported,
            format!(
                "The message with Action '{action}' cannot be processed at the receiver, due to a \
                 ContractFilter mismatch at the EndpointDispatcher. This may be because of either \
                 a contract mismatch (mismatched Actions between sender and receiver) or a \
                 binding/security mismatch between the sender and the receiver.  Check that \
                 sender and receiver have the same contract and the same binding (including \
                 security requirements, e.g. Message, Transport, None)."
            ),
        )
    }

    /// The body of a call for `operation` cannot be read; `reason` is for the caller.
    pub fn deserialization_failed(operation: &str, reason: &str) -> Self {
        let reason = quoted(reason);
        Self::with(
            Subcode::DeserializationFailed,
            format!(
                "The formatter threw an exception while trying to deserialize the message: Error \
                 in deserializing body of request message for operation '{operation}'. {reason}"
            ),
        )
    }

    /// The action names one operation and the body is of another.
    pub fn body_of_another(operation: &str, expected: (&str, &str), found: (&str, &str)) -> Self {
        let (found_namespace, found_name) = (quoted(found.0), quoted(found.1));
        let (namespace, name) = expected;
        Self::with(
            Subcode::DeserializationFailed,
            format!(
                "Error in deserializing body of request message for operation '{operation}'. \
                 OperationFormatter encountered an invalid Message body. Expected to find node \
                 type 'Element' with name '{name}' and namespace '{namespace}'. Found node type \
                 'Element' with name '{found_name}' and namespace '{found_namespace}'"
            ),
        )
    }

    /// The body holds no element although the action names an operation.
    pub fn body_empty(operation: &str, expected: (&str, &str)) -> Self {
        let (namespace, name) = expected;
        Self::with(
            Subcode::DeserializationFailed,
            format!(
                "Error in deserializing body of request message for operation '{operation}'. \
                 OperationFormatter encountered an invalid Message body. Expected to find node \
                 type 'Element' with name '{name}' and namespace '{namespace}'. Found node type \
                 'EndElement' with name 'Body'"
            ),
        )
    }

    /// Header blocks marked `mustUnderstand` that nobody here understands. WCF names the first.
    pub fn must_understand(not_understood: Vec<(String, String)>) -> Self {
        let (namespace, name) = not_understood.first().cloned().unwrap_or_default();
        let (namespace, name) = (quoted(&namespace), quoted(&name));
        let text = format!(
            "The header '{name}' from the namespace '{namespace}' was not understood by the \
             recipient of this message, causing the message to not be processed.  This error \
             typically indicates that the sender of this message has enabled a communication \
             protocol that the receiver cannot process.  Please ensure that the configuration of \
             the client's binding is consistent with the service's binding. "
        );
        Self { not_understood, ..Self::new(Code::MustUnderstand, text) }
    }

    /// The security header cannot be believed. WCF never says why.
    pub fn invalid_security() -> Self {
        Self::with(
            Subcode::InvalidSecurity,
            "An error occurred when verifying security for the message.",
        )
    }

    /// The user name or the password within the security header is wrong.
    pub fn failed_authentication() -> Self {
        Self::with(
            Subcode::FailedAuthentication,
            "At least one security token in the message could not be validated.",
        )
    }

    fn with(subcode: Subcode, text: impl Into<String>) -> Self {
        Self { subcode: Some(subcode), ..Self::new(Code::Client, text) }
    }

    /// Writes the `Fault` element. `addressing` is what the reply is addressed with.
    pub fn write(
        &self,
        writer: &mut Writer,
        version: Version,
        addressing: Option<Addressing>,
        language: &str,
    ) {
        let soap = version.namespace();
        let subcode = self.subcode.map(|subcode| subcode.qname(addressing));
        let own = (soap, self.code.name(version));
        writer.open(soap, "Fault");
        match version {
            Version::Soap11 => {
                write_qname(writer, "", "faultcode", subcode.unwrap_or(own));
                write_text(writer, "", "faultstring", &self.text, language);
            }
            Version::Soap12 => {
                writer.open(soap, "Code");
                write_qname(writer, soap, "Value", own);
                if let Some(subcode) = subcode {
                    writer.open(soap, "Subcode");
                    write_qname(writer, soap, "Value", subcode);
                    writer.close();
                }
                writer.close();
                writer.open(soap, "Reason");
                write_text(writer, soap, "Text", &self.text, language);
                writer.close();
            }
        }
        writer.close();
    }

    /// The value of `wsa:Action` in a reply that carries this fault.
    pub fn action(&self, addressing: Addressing) -> &'static str {
        match (addressing, self.subcode) {
            (Addressing::August2004, _) => addressing::FAULT_2004,
            (Addressing::August2005, Some(Subcode::ActionNotSupported)) => addressing::FAULT_2005,
            (
                Addressing::August2005,
                Some(Subcode::DeserializationFailed | Subcode::InternalServiceFault),
            ) => concat!(
                "http://schemas.microsoft.com/net/2005/12/windowscommunicationfoundation/",
                "dispatcher/fault"
            ),
            (Addressing::August2005, _) => addressing::SOAP_FAULT_2005,
        }
    }
}

impl Code {
    /// The local name within the envelope's namespace.
    pub const fn name(self, version: Version) -> &'static str {
        match (self, version) {
            (Self::Client, Version::Soap11) => "Client",
            (Self::Client, Version::Soap12) => "Sender",
            (Self::Server, Version::Soap11) => "Server",
            (Self::Server, Version::Soap12) => "Receiver",
            (Self::VersionMismatch, _) => "VersionMismatch",
            (Self::MustUnderstand, _) => "MustUnderstand",
        }
    }
}

impl Subcode {
    /// Namespace and local name. The action's namespace is that of the caller's addressing.
    pub const fn qname(self, addressing: Option<Addressing>) -> (&'static str, &'static str) {
        match self {
            Self::ActionNotSupported => match addressing {
                Some(addressing) => (addressing.namespace(), "ActionNotSupported"),
                None => (addressing::NONE, "ActionNotSupported"),
            },
            Self::DeserializationFailed => (DISPATCHER, "DeserializationFailed"),
            Self::InternalServiceFault => (DISPATCHER, "InternalServiceFault"),
            Self::InvalidSecurity => (super::security::WSSE, "InvalidSecurity"),
            Self::FailedAuthentication => (super::security::WSSE, "FailedAuthentication"),
        }
    }
}

fn write_qname(
    writer: &mut Writer,
    namespace: &'static str,
    element: &str,
    value: (&'static str, &str),
) {
    writer.open(namespace, element);
    let prefix = writer.prefix_for(value.0);
    writer.text(&format!("{prefix}:{}", value.1));
    writer.close();
}

fn write_text(
    writer: &mut Writer,
    namespace: &'static str,
    element: &str,
    text: &str,
    language: &str,
) {
    writer.open(namespace, element);
    writer.attribute("xml:lang", language);
    writer.text(text);
    writer.close();
}

/// The beginning of something that the caller sent, without what XML cannot carry.
fn quoted(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(MAX_QUOTED_CHARS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_action_is_repeated_in_part_only() {
        let fault = Fault::action_not_supported(&"x".repeat(10_000));
        assert!(fault.text.len() < 1_000);
    }

    #[test]
    fn each_kind_of_fault_has_the_action_that_wcf_gives_it() {
        let of = |fault: Fault| fault.action(Addressing::August2005);
        assert_eq!(
            of(Fault::action_not_supported("x")),
            "http://www.w3.org/2005/08/addressing/fault"
        );
        assert_eq!(of(Fault::client("x")), "http://www.w3.org/2005/08/addressing/soap/fault");
        assert_eq!(of(Fault::internal("x")), format!("{DISPATCHER}/fault"));
        assert_eq!(
            Fault::client("x").action(Addressing::August2004),
            "http://schemas.xmlsoap.org/ws/2004/08/addressing/fault"
        );
    }
}
