//! Wire formats without any vendor in them: HTTP messages, XML, SOAP and WSDL.
//!
//! A leaf: nothing here knows contacts, accounts or the store.

pub mod http;
pub mod soap;
pub mod xml;
