//! The values of XML-RPC.

use std::fmt;

use super::date_time::DateTime;

/// One value. Writing and reading it again gives the same one; the only exception are characters
/// that no XML document may contain (most control characters): they are left out of strings.
#[derive(Clone, PartialEq)]
pub enum Value {
    /// `<int>` or `<i4>`.
    Int(i32),
    /// `<i8>`, an extension; also an `<int>` that is wider than its type, as phpxmlrpc sends it.
    I8(i64),
    Boolean(bool),
    String(String),
    Double(Double),
    DateTime(DateTime),
    Base64(Vec<u8>),
    /// Members in the order of the document. A name that occurs twice is kept twice.
    Struct(Vec<(String, Value)>),
    Array(Vec<Value>),
    /// `<nil/>`, an extension.
    Nil,
}

impl Value {
    /// A struct with these members.
    pub fn fields<const N: usize>(members: [(&str, Self); N]) -> Self {
        Self::Struct(members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
    }

    /// The member of a struct with exactly this name; of a repeated one the last, as everywhere.
    pub fn member(&self, name: &str) -> Option<&Self> {
        let Self::Struct(members) = self else { return None };
        members.iter().rev().find(|(member, _)| member == name).map(|(_, value)| value)
    }

    /// The text of a string.
    pub fn as_str(&self) -> Option<&str> {
        if let Self::String(text) = self { Some(text) } else { None }
    }

    /// The type's name as `system.methodSignature` spells it.
    pub fn type_name(&self) -> &'static str {
        match self {
            Self::Int(_) => "int",
            Self::I8(_) => "i8",
            Self::Boolean(_) => "boolean",
            Self::String(_) => "string",
            Self::Double(_) => "double",
            Self::DateTime(_) => "dateTime.iso8601",
            Self::Base64(_) => "base64",
            Self::Struct(_) => "struct",
            Self::Array(_) => "array",
            Self::Nil => "nil",
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::String(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::String(text)
    }
}

impl From<i32> for Value {
    fn from(number: i32) -> Self {
        Self::Int(number)
    }
}

/// The type alone: values are personal data.
impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.type_name())
    }
}

/// A finite number: XML-RPC has no way to write the others.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Double(f64);

impl Double {
    /// `None` for a number that is not finite.
    pub fn new(number: f64) -> Option<Self> {
        number.is_finite().then_some(Self(number))
    }

    pub fn get(self) -> f64 {
        self.0
    }

    /// Reads a number; an exponent, which the specification does not have, is understood.
    pub fn parse(text: &str) -> Option<Self> {
        let numeric = |byte: u8| byte.is_ascii_digit() || b"+-.eE".contains(&byte);
        if !text.bytes().all(numeric) {
            return None;
        }
        text.parse().ok().and_then(Self::new)
    }
}

/// Sign, digits, a period, digits: never an exponent, and all digits that tell it from others.
impl fmt::Display for Double {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.0.to_string();
        f.write_str(&text)?;
        if text.contains('.') { Ok(()) } else { f.write_str(".0") }
    }
}
