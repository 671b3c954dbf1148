//! The simple types, in their .NET forms.

use bytes::Bytes;
use uuid::Uuid;

use super::error::XmlError;
use super::reader::Reader;
use super::record::{TypeRef, XmlValue};
use super::writer::Writer;

impl XmlValue for i32 {
    const TYPE: TypeRef = TypeRef::Int;

    fn read(xml: &mut Reader<'_>) -> Result<Self, XmlError> {
        xml.value("xs:int", |text| text.parse().ok())
    }

    fn absent() -> Option<Self> {
        Some(0)
    }

    fn write(&self, xml: &mut Writer) {
        xml.display(self);
    }
}

impl XmlValue for i64 {
    const TYPE: TypeRef = TypeRef::Long;

    fn read(xml: &mut Reader<'_>) -> Result<Self, XmlError> {
        xml.value("xs:long", |text| text.parse().ok())
    }

    fn absent() -> Option<Self> {
        Some(0)
    }

    fn write(&self, xml: &mut Writer) {
        xml.display(self);
    }
}

impl XmlValue for f64 {
    const TYPE: TypeRef = TypeRef::Double;

    fn read(xml: &mut Reader<'_>) -> Result<Self, XmlError> {
        xml.value("xs:double", parse_double)
    }

    fn absent() -> Option<Self> {
        Some(0.0)
    }

    fn write(&self, xml: &mut Writer) {
        xml.display(double_text(*self));
    }
}

impl XmlValue for bool {
    const TYPE: TypeRef = TypeRef::Boolean;

    fn read(xml: &mut Reader<'_>) -> Result<Self, XmlError> {
        xml.value("xs:boolean", parse_boolean)
    }

    fn absent() -> Option<Self> {
        Some(false)
    }

    fn write(&self, xml: &mut Writer) {
        xml.display(self);
    }
}

impl XmlValue for String {
    const TYPE: TypeRef = TypeRef::String;

    fn read(xml: &mut Reader<'_>) -> Result<Self, XmlError> {
        xml.text().map(std::borrow::Cow::into_owned)
    }

    fn absent() -> Option<Self> {
        Some(Self::new())
    }

    fn write(&self, xml: &mut Writer) {
        xml.text(self);
    }
}

/// `xs:base64Binary`, .NET's `byte[]`.
impl XmlValue for Vec<u8> {
    const TYPE: TypeRef = TypeRef::Base64Binary;

    fn read(xml: &mut Reader<'_>) -> Result<Self, XmlError> {
        xml.base64()
    }

    fn absent() -> Option<Self> {
        Some(Self::new())
    }

    fn write(&self, xml: &mut Writer) {
        xml.base64(self);
    }
}

/// `xs:base64Binary` of any size, in chunks: a file.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Octets(pub Vec<Bytes>);

/// Without the bytes: they are a file of personal data.
impl std::fmt::Debug for Octets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let bytes: usize = self.0.iter().map(Bytes::len).sum();
        f.debug_struct("Octets").field("bytes", &bytes).finish_non_exhaustive()
    }
}

impl From<Vec<u8>> for Octets {
    fn from(bytes: Vec<u8>) -> Self {
        Self(vec![bytes.into()])
    }
}

impl XmlValue for Octets {
    const TYPE: TypeRef = TypeRef::Base64Binary;

    fn read(xml: &mut Reader<'_>) -> Result<Self, XmlError> {
        xml.octets()
    }

    fn absent() -> Option<Self> {
        Some(Self::default())
    }

    fn write(&self, xml: &mut Writer) {
        xml.base64(&self.0.concat());
    }
}

/// A guid: written in lower case; read in any case, with or without braces and hyphens.
impl XmlValue for Uuid {
    const TYPE: TypeRef = TypeRef::Guid;

    fn read(xml: &mut Reader<'_>) -> Result<Self, XmlError> {
        xml.value("guid", |text| Self::parse_str(text).ok())
    }

    fn absent() -> Option<Self> {
        Some(Self::nil())
    }

    fn write(&self, xml: &mut Writer) {
        xml.display(self.hyphenated());
    }
}

pub(super) fn parse_boolean(text: &str) -> Option<bool> {
    match text {
        "true" | "1" => Some(true),
        "false" | "0" => Some(false),
        _ => None,
    }
}

pub(super) fn parse_double(text: &str) -> Option<f64> {
    match text {
        "INF" => Some(f64::INFINITY),
        "-INF" => Some(f64::NEG_INFINITY),
        "NaN" => Some(f64::NAN),
        _ if text.contains(|c: char| c.is_ascii_alphabetic() && !matches!(c, 'e' | 'E')) => None,
        _ => text.parse().ok(),
    }
}

/// As .NET's round-trip format: an exponent from 1E+15 up and below 1E-04.
pub(super) fn double_text(value: f64) -> String {
    if value.is_nan() {
        return "NaN".to_owned();
    }
    if value.is_infinite() {
        return if value > 0.0 { "INF" } else { "-INF" }.to_owned();
    }
    if value == 0.0 || (1e-4..1e15).contains(&value.abs()) {
        return value.to_string();
    }
    let text = format!("{value:E}");
    match text.split_once('E') {
        Some((digits, exponent)) => match exponent.strip_prefix('-') {
            Some(exponent) => format!("{digits}E-{exponent:0>2}"),
            None => format!("{digits}E+{exponent:0>2}"),
        },
        None => text,
    }
}
