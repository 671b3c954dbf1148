//! Faults, with the codes that XML-RPC libraries agreed on.

use super::value::Value;
use crate::protocol::xml::{Problem, XmlError};

/// Codes of "Specification for Fault Code Interoperability, version 20010516".
pub mod code {
    /// Not well-formed.
    pub const PARSE_ERROR: i32 = -32700;
    pub const UNSUPPORTED_ENCODING: i32 = -32701;
    pub const INVALID_CHARACTER: i32 = -32702;
    /// XML, but no XML-RPC.
    pub const INVALID_REQUEST: i32 = -32600;
    pub const METHOD_NOT_FOUND: i32 = -32601;
    pub const INVALID_PARAMS: i32 = -32602;
    /// Something that ought not to happen happened here.
    pub const INTERNAL_ERROR: i32 = -32603;
    /// The method itself refused.
    pub const APPLICATION_ERROR: i32 = -32500;
    /// The machine refused: too busy, disk full.
    pub const SYSTEM_ERROR: i32 = -32400;
    pub const TRANSPORT_ERROR: i32 = -32300;
}

/// Why a call failed. The text is for the caller and names no address, secret or path.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text} ({code})")]
pub struct Fault {
    pub code: i32,
    pub text: String,
}

impl Fault {
    pub fn new(code: i32, text: impl Into<String>) -> Self {
        Self { code, text: text.into() }
    }

    /// The struct that stands for the fault: in `<fault>`, and in the answer of a multicall.
    pub fn to_value(&self) -> Value {
        Value::fields([
            ("faultCode", Value::Int(self.code)),
            ("faultString", Value::String(self.text.clone())),
        ])
    }
}

/// A document that cannot be read. The text says what and where, without content.
impl From<XmlError> for Fault {
    fn from(error: XmlError) -> Self {
        let code = match error.problem() {
            Problem::UnknownEncoding => code::UNSUPPORTED_ENCODING,
            Problem::InvalidEncoding => code::INVALID_CHARACTER,
            problem if problem.is_malformed() => code::PARSE_ERROR,
            _ => code::INVALID_REQUEST,
        };
        Self::new(code, error.to_string())
    }
}
