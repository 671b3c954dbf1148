//! WSDL: one typed [`Contract`], built from a service's operations or read from a vendor's file.
//!
//! [`render`](Contract::render) fills the typed elements of `document` and writes what is served and
//! what lies in the golden files, [`read`] understands single-file documents, [`agree`] compares two
//! contracts. [`serve`] answers `GET`: bare and `?singleWsdl` with everything in one document,
//! `?wsdl` with its schemas at `?xsd=xsd0` and so on, `?help` with a page for people. A browser's
//! bare `GET` gets the WSDL too: node-soap asks with a browser's `Accept`, so that header tells
//! nothing.

pub mod agree;
mod document;
mod help;
mod metadata;
pub mod model;
pub mod read;
mod render;
mod xsd;

pub use agree::{Accepted, Agreement, Difference, What, agree};
pub use metadata::{METADATA, serve};
pub use model::Contract;
pub use read::{Unreadable, read};
pub use render::Form;

/// Namespaces of what is read.
pub(super) mod ns {
    pub const WSDL: &str = "http://schemas.xmlsoap.org/wsdl/";
    pub const WSDL_SOAP: &str = "http://schemas.xmlsoap.org/wsdl/soap/";
    /// `wsaw:Action` on inputs and outputs.
    pub const WSAW: &str = "http://www.w3.org/2006/05/addressing/wsdl";
}
