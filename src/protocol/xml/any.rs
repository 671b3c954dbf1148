//! `xs:anyType`: a value that says its type on the wire.

use super::XSD;
use super::date_time::DateTime;
use super::error::XmlError;
use super::reader::Reader;
use super::record::{TypeRef, XmlValue};
use super::text::trim;
use super::types::{double_text, parse_boolean, parse_double};
use super::writer::Writer;

/// A value of `xs:anyType`; `Option<AnyValue>` is how a nil one is read.
///
/// Written with its `xsi:type`, which .NET clients need. Text without a type is [`Self::Text`]:
/// suds sends such values. So is text of a type that is not among the ones here, and a day, which
/// is no moment.
#[derive(Debug, Clone, PartialEq)]
pub enum AnyValue {
    Text(String),
    Int(i32),
    /// A decimal number as it was written, valid as `xs:decimal`; also whole numbers that are
    /// wider than `xs:int`.
    Decimal(String),
    Double(f64),
    Boolean(bool),
    DateTime(DateTime),
}

impl XmlValue for AnyValue {
    const TYPE: TypeRef = TypeRef::AnyType;

    fn read(xml: &mut Reader<'_>) -> Result<Self, XmlError> {
        let named = xml.xsi_type()?;
        let local = named.as_ref().and_then(|name| name.within(XSD)).unwrap_or("string");
        match local {
            "int" | "short" | "byte" | "unsignedShort" | "unsignedByte" => {
                xml.value("xs:int", |text| text.parse().ok().map(Self::Int))
            }
            "decimal" | "integer" | "long" | "unsignedInt" | "unsignedLong" => xml
                .value("xs:decimal", |text| {
                    is_decimal(text).then(|| Self::Decimal(text.to_owned()))
                }),
            "double" | "float" => {
                xml.value("xs:double", |text| parse_double(text).map(Self::Double))
            }
            "boolean" => xml.value("xs:boolean", |text| parse_boolean(text).map(Self::Boolean)),
            "dateTime" => {
                xml.value("xs:dateTime", |text| DateTime::parse(text).map(Self::DateTime))
            }
            "date" => xml.value("xs:date", |text| day(text).map(Self::Text)),
            _ => xml.text().map(|text| Self::Text(text.into_owned())),
        }
    }

    fn absent() -> Option<Self> {
        None
    }

    fn write(&self, xml: &mut Writer) {
        match self {
            Self::Text(text) => {
                xml.xsi_type(XSD, "string");
                xml.text(text);
            }
            Self::Int(number) => {
                xml.xsi_type(XSD, "int");
                xml.display(number);
            }
            Self::Decimal(number) => {
                xml.xsi_type(XSD, "decimal");
                xml.text(number);
            }
            Self::Double(number) => {
                xml.xsi_type(XSD, "double");
                xml.text(&double_text(*number));
            }
            Self::Boolean(truth) => {
                xml.xsi_type(XSD, "boolean");
                xml.display(truth);
            }
            Self::DateTime(at) => {
                xml.xsi_type(XSD, "dateTime");
                xml.display(at);
            }
        }
    }
}

/// The day of an `xs:date`, without its zone: a birthday is the same day everywhere. JAXB writes
/// the zone of the machine that it runs on.
fn day(text: &str) -> Option<String> {
    let known = DateTime::parse(text).is_some() && !text.contains('T');
    text.get(.."0001-01-01".len()).filter(|_| known).map(str::to_owned)
}

/// Whether text is in the lexical space of `xs:decimal`: digits with at most one point, no
/// exponent.
pub fn is_decimal(text: &str) -> bool {
    let text = trim(text);
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    let digits = whole.len() + fraction.len() > 0;
    digits && whole.bytes().chain(fraction.bytes()).all(|byte| byte.is_ascii_digit())
}
