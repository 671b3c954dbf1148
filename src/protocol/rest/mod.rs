//! Documents of an HTTP API without any vendor in them: one record, as JSON or as XML.
//!
//! **Negotiation.** [`choose`] picks the media type of a reply from an `Accept` header,
//! [`MediaType`] reads a `Content-Type`.
//!
//! **Paths.** [`segments`] decodes a path, [`PathArgs`] holds what stands in a template's places.
//!
//! **Reading.** A body becomes a [`Tree`] within [`Bounds`], from JSON ([`read_json`]) or XML
//! ([`read_xml`]), and a tree becomes a `serde` record ([`from_tree`]). .NET's serializers set the
//! manners: names in any letter case, enums by name or by number, unknown members passed over.
//!
//! **Writing.** `serde_json` writes the JSON; [`to_xml`] writes the same record as XML, where the
//! names of the members begin with a capital and the record's own name is the root.
//!
//! ```
//! use lychgate::protocol::rest::{Bounds, XmlNames, from_tree, read_json, read_xml, to_xml};
//! use serde::{Deserialize, Serialize};
//!
//! #[derive(Debug, PartialEq, Serialize, Deserialize)]
//! enum Visibility {
//!     Private,
//!     Public,
//! }
//!
//! #[derive(Debug, PartialEq, Serialize, Deserialize)]
//! #[serde(rename_all = "camelCase")]
//! struct ApiBook {
//!     id: i32,
//!     display_name: Option<String>,
//!     visibility: Visibility,
//! }
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let json = br#"{"ID":"7","DisplayName":null,"visibility":1,"more":[]}"#;
//! let book: ApiBook = from_tree(&read_json(json, Bounds::default())?)?;
//! assert_eq!(book, ApiBook { id: 7, display_name: None, visibility: Visibility::Public });
//!
//! let xml = b"<ApiBook><Id>7</Id><Visibility>public</Visibility></ApiBook>";
//! assert_eq!(from_tree::<ApiBook>(&read_xml(xml, None, Bounds::default())?)?, book);
//!
//! assert_eq!(
//!     String::from_utf8(to_xml(&book, &XmlNames::default())?)?,
//!     "<ApiBook xmlns:i=\"http://www.w3.org/2001/XMLSchema-instance\"><Id>7</Id>\
//!      <DisplayName i:nil=\"true\"/><Visibility>Public</Visibility></ApiBook>"
//! );
//! # Ok(())
//! # }
//! ```

mod accept;
mod date;
mod json;
mod media_type;
mod path;
mod read;
mod tree;
pub mod web_api;
mod write;
mod xml;

pub use self::accept::choose;
pub use self::date::parse_date;
pub use self::json::read_json;
pub use self::media_type::{MediaType, Syntax};
pub use self::path::{PathArgs, parameter, segments, template};
pub use self::read::{ReadError, from_tree};
pub use self::tree::{Bounds, Element, Tree};
pub use self::write::{WriteError, XmlNames, to_xml};
pub use self::xml::read_xml;
