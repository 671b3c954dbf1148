//! XML as generated clients write it: a namespace-aware reader with limits, and exact writers.
//!
//! **Reading.** [`decode`] turns body bytes into text. A [`Reader`] walks it: [`Reader::root`] and
//! [`Reader::next_child`] enter elements, and each entered element is left in exactly one way:
//! `text`, `base64`, `skip`, `next_child` answering `None`, or a typed [`read_value`]. A SOAP
//! layer reads headers that way and then hands the reader, standing inside the operation's
//! element, to the request type. [`XmlError`] says what and where, without any content.
//!
//! **Writing.** A [`Writer`] opens and closes elements by namespace, with the prefix in scope or
//! the next of WCF's letters. [`write_member`] writes an element with a typed value in it.
//!
//! **Records.** `#[derive(XmlRecord)]` gives a struct of named fields or an enum of plain
//! variants its [`XmlValue`] (read, write) and its [`Shape`] (for WSDL, tests, help pages):
//!
//! ```
//! use lychgate::protocol::xml::{
//!     AnyValue, Limits, Reader, Writer, XmlRecord, decode, read_value, write_member,
//! };
//!
//! const DATA: &str = "http://vendor.example";
//! const CALLS: &str = "http://vendor.example/v2";
//!
//! /// How an address was confirmed.
//! #[derive(Debug, Clone, Copy, PartialEq, XmlRecord)]
//! #[xml(name = "ApiOptInTypes", ns = DATA)]
//! enum OptIn {
//!     #[xml(value = -1)]
//!     NotAvailableInThisVersion,
//!     Unknown, // 0: one more than the one before. What an absent member means.
//!     #[xml(name = "Single")]
//!     Once,
//! }
//!
//! #[derive(Debug, PartialEq, XmlRecord)]
//! #[xml(name = "ApiField", ns = DATA)]
//! struct Field {
//!     #[xml(name = "Key")]
//!     key: Option<String>, // nillable
//!     #[xml(name = "Value")]
//!     value: Option<AnyValue>,
//! }
//!
//! /// The doc comments become the `doc` of the shape.
//! #[derive(Debug, PartialEq, XmlRecord)]
//! #[xml(name = "ApiContact", ns = DATA)]
//! struct Contact {
//!     #[xml(name = "Id")]
//!     id: i32,
//!     #[xml(name = "Email", required)] // minOccurs="1"
//!     email: Option<String>,
//!     #[xml(name = "OptIn")]
//!     opt_in: OptIn,
//!     #[xml(name = "Fields")]
//!     fields: Option<Vec<Field>>, // type ArrayOfApiField, items <ApiField>
//! }
//!
//! /// An operation's wrapper elements are records in the operations' namespace.
//! #[derive(Debug, XmlRecord)]
//! #[xml(name = "CreateContactResponse", ns = CALLS)]
//! struct Response {
//!     #[xml(name = "CreateContactResult", required)]
//!     result: Option<Contact>,
//! }
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let body = br#"<c:contact xmlns:c="urn:x" xmlns="http://vendor.example"><Id>7</Id></c:contact>"#;
//! let text = decode(body, Some("utf-8"))?;
//! let mut reader = Reader::new(&text, Limits::default());
//! assert!(reader.root()?.is("urn:x", "contact"));
//! let contact: Contact = read_value(&mut reader)?;
//! reader.finish()?;
//! assert_eq!(contact, Contact { id: 7, email: None, opt_in: OptIn::Unknown, fields: None });
//!
//! let mut writer = Writer::new();
//! writer.open_as("", CALLS, "CreateContactResponse");
//! lychgate::protocol::xml::XmlValue::write(&Response { result: Some(contact) }, &mut writer);
//! assert_eq!(
//!     String::from_utf8(writer.finish())?,
//!     "<CreateContactResponse xmlns=\"http://vendor.example/v2\">\
//!      <CreateContactResult xmlns:a=\"http://vendor.example\" \
//!      xmlns:i=\"http://www.w3.org/2001/XMLSchema-instance\">\
//!      <a:Id>7</a:Id><a:Email i:nil=\"true\"/><a:OptIn>Unknown</a:OptIn>\
//!      <a:Fields i:nil=\"true\"/></CreateContactResult></CreateContactResponse>"
//! );
//! # Ok(())
//! # }
//! ```
//!
//! Field types: `i32`, `i64`, `f64`, `bool`, `String`, `Vec<u8>`, [`Octets`] and [`LongBytes`]
//! (base64Binary), [`DateTime`],
//! `uuid::Uuid`, [`AnyValue`], records, enums, `Vec<X>` (`ArrayOfX` in the namespace of `X`, or
//! `ArrayOfint` in [`ARRAYS`]) and `Option` of each, which makes it nillable.
//!
//! Reading a record is lenient where hand-written clients need it: members in any order, unknown
//! elements passed over, of a repeated member the last one. It is strict in names: a member in
//! another namespace is an unknown element. Absent and nil mean the same: `None`, or .NET's
//! default (0, false, empty text, [`DateTime::MIN`], the enum name with the number 0); a bare
//! record has no default and is [`Problem::Missing`] or [`Problem::Nil`].

mod any;
pub(super) mod base64;
mod date_time;
mod encoding;
mod entities;
mod error;
mod lifted;
mod limits;
mod long;
mod mixed;
mod names;
mod reader;
pub mod record;
mod text;
mod types;
mod writer;

pub use lychgate_derive::XmlRecord;

pub use self::any::{AnyValue, is_decimal};
pub use self::date_time::DateTime;
pub use self::encoding::{decode, decode_leniently};
pub use self::error::{Problem, XmlError};
pub use self::lifted::{Arrival, Document, LIFTED_CHUNK_BYTES, Lifted, put_back, sent_bytes};
pub use self::limits::Limits;
pub use self::long::{Later, LaterBytes, LongBytes};
pub use self::mixed::{Content, Run};
pub use self::names::{Attribute, Name};
pub use self::reader::Reader;
pub use self::record::{
    EnumName, Item, Kind, Member, Shape, TypeRef, XmlEnum, XmlItem, XmlRecord, XmlValue,
    found_or_absent, read_value, write_member,
};
pub use self::text::{is_forbidden, may_begin_forbidden, trim};
pub use self::types::Octets;
pub use self::writer::Writer;

/// `xsi:nil` and `xsi:type`.
pub const XSI: &str = "http://www.w3.org/2001/XMLSchema-instance";
/// WCF's prefix for [`XSI`].
pub const XSI_PREFIX: &str = "i";
/// The simple types of XML Schema.
pub const XSD: &str = "http://www.w3.org/2001/XMLSchema";
/// WCF's arrays of simple types.
pub const ARRAYS: &str = "http://schemas.microsoft.com/2003/10/Serialization/Arrays";
/// WCF's `guid` and `duration`.
pub const SERIALIZATION: &str = "http://schemas.microsoft.com/2003/10/Serialization/";
