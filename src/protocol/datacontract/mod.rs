//! Documents as .NET's `DataContractSerializer` and Json.NET write them from one record.
//!
//! A [`Record`] has its members in the order of their declaration. [`to_json`] writes them so;
//! [`to_xml`] writes those of the base class first and each class's by the alphabet, in the
//! namespace of the class that declares them: `i:nil`, `ArrayOf…`, `KeyValueOfstringanyType` and
//! prefixes such as `d2p1` are as the serializer makes them. yaserde does the writing of XML;
//! what clients send is read by [`read_texts`] and [`read_dictionary`] with our own reader, which
//! has limits, and by true names: an element of another namespace is passed over.

mod date;
mod json;
mod read;
mod stream;
#[cfg(test)]
mod tests;
mod value;
mod xml;

pub use date::{format_date, parse_date};
pub use json::to_json;
pub use read::{read_dictionary, read_text, read_texts};
pub use stream::{RecordStream, Syntax};
pub use value::{Contract, Document, Member, Record, Value};
pub use xml::to_xml;

/// Where items of collections live that no class declares.
pub const ARRAYS: &str = "http://schemas.microsoft.com/2003/10/Serialization/Arrays";
/// Where a document lives that is one text.
pub const SERIALIZATION: &str = "http://schemas.microsoft.com/2003/10/Serialization/";
const SCHEMA: &str = "http://www.w3.org/2001/XMLSchema";
const INSTANCE: &str = "http://www.w3.org/2001/XMLSchema-instance";
