//! Types that need no schema: those of XML Schema, of SOAP's own elements and attributes.

use crate::contract::compare::value::Simple;
use crate::protocol::xml::Name;

const SOAP_11: &str = "http://schemas.xmlsoap.org/soap/envelope/";
const SOAP_12: &str = "http://www.w3.org/2003/05/soap-envelope";
const UTILITY: &str =
    "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd";

/// The type that a local name in the namespace of XML Schema stands for.
pub fn of_xsd(local: &str) -> Option<Simple> {
    Some(match local {
        "string" | "normalizedString" => Simple::Text,
        "int" | "short" | "byte" | "long" | "unsignedInt" | "unsignedShort" | "unsignedByte"
        | "unsignedLong" | "integer" | "decimal" | "double" | "float" | "nonNegativeInteger"
        | "positiveInteger" | "nonPositiveInteger" | "negativeInteger" => Simple::Number,
        "boolean" => Simple::Boolean,
        "dateTime" | "date" => Simple::DateTime,
        "base64Binary" => Simple::Base64,
        "QName" => Simple::QName,
        "token" | "anyURI" | "language" | "Name" | "NCName" | "NMTOKEN" | "ID" | "IDREF"
        | "time" | "duration" => Simple::Token,
        _ => return None,
    })
}

/// The type of an element that means the same in every document.
pub fn element(namespace: &str, local: &str) -> Option<Simple> {
    match (namespace, local) {
        ("", "faultcode") | (SOAP_12, "Value") => Some(Simple::QName),
        (UTILITY, "Created" | "Expires") => Some(Simple::DateTime),
        _ => None,
    }
}

/// The type of an attribute that means the same in every document.
pub fn attribute(name: &Name<'_>) -> Option<Simple> {
    match (name.namespace(), name.local()) {
        (SOAP_11 | SOAP_12, "mustUnderstand") => Some(Simple::Boolean),
        _ => None,
    }
}
