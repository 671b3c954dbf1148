//! Types that need no schema: those of SOAP's own elements and attributes.

use crate::contract::compare::value::Simple;
use crate::protocol::xml::Name;

const SOAP_11: &str = "http://schemas.xmlsoap.org/soap/envelope/";
const SOAP_12: &str = "http://www.w3.org/2003/05/soap-envelope";
const UTILITY: &str =
    "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd";

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
