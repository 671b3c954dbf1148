//! Arrays of plain values, in Microsoft's own namespace.

use lychgate_derive::XmlRecord;

/// Where the platform's arrays of plain values live.
pub const ARRAYS: &str = "http://schemas.microsoft.com/2003/10/Serialization/Arrays";

/// Several integers.
#[derive(Debug, Clone, PartialEq, XmlRecord)]
#[xml(name = "ArrayOfint", namespace = ARRAYS)]
pub struct ArrayOfInt {
    #[xml(name = "int")]
    pub items: Vec<i32>,
}
