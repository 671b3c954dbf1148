//! The documents that we write, as types: WSDL 1.1, XML Schema and WS-Policy, as far as a
//! [`Contract`](super::Contract) needs them.
//!
//! A struct is an element, a field an attribute or a child, in the order in which they are written;
//! yaserde does the writing. Prefixes are the same in all documents. A prefix whose namespace is
//! known only when rendering is declared by a field too: an attribute with the prefix `xmlns`.
//!
//! Nothing is read with these types. A vendor's WSDL goes through our own reader, which has limits.

pub mod policy;
pub mod wsdl;
pub mod xsd;

use yaserde::YaSerialize;
use yaserde::ser::{Config, to_string_with_config};

use crate::protocol::xml::is_forbidden;

/// An element as a document, one element a line, so that golden files can be reviewed.
pub fn write(root: &impl YaSerialize) -> String {
    let config = Config { perform_indent: true, ..Config::default() };
    // Memory takes every write, and what a derived element opens it closes: this cannot fail.
    let mut document = to_string_with_config(root, &config).unwrap_or_default();
    // yaserde escapes but passes these on, and an address holds what its caller sent.
    document.retain(|c| !is_forbidden(c));
    document.push('\n');
    document
}
