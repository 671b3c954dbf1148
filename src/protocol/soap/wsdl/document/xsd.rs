//! XML Schema, as far as WCF's data contracts use it.

use yaserde::YaSerialize;

#[derive(Debug, Default, YaSerialize)]
#[yaserde(
    prefix = "xs",
    rename = "schema",
    namespaces = { "xs" = "http://www.w3.org/2001/XMLSchema" }
)]
pub struct Schema {
    #[yaserde(attribute = true, rename = "attributeFormDefault")]
    pub attribute_form_default: Option<String>,
    #[yaserde(attribute = true, rename = "elementFormDefault")]
    pub element_form_default: Option<String>,
    #[yaserde(attribute = true, rename = "targetNamespace")]
    pub target_namespace: String,
    /// Declares the prefix `tns`; the target namespace again.
    #[yaserde(attribute = true, prefix = "xmlns", rename = "tns")]
    pub tns: Option<String>,
    #[yaserde(prefix = "xs", rename = "import")]
    pub imports: Vec<Import>,
    #[yaserde(flatten = true)]
    pub declarations: Vec<Declaration>,
    #[yaserde(prefix = "xs", rename = "attribute")]
    pub attributes: Vec<Attribute>,
}

#[derive(Debug, YaSerialize)]
pub struct Import {
    #[yaserde(attribute = true, rename = "schemaLocation")]
    pub schema_location: Option<String>,
    #[yaserde(attribute = true, rename = "namespace")]
    pub namespace: String,
}

/// What WCF writes of one name: a type, then the global element of that type; or either alone.
///
/// These have no element around them: they stand in the schema one after the other.
#[derive(Debug, Default, YaSerialize)]
pub struct Declaration {
    #[yaserde(prefix = "xs", rename = "complexType")]
    pub complex_type: Option<ComplexType>,
    #[yaserde(prefix = "xs", rename = "simpleType")]
    pub simple_type: Option<SimpleType>,
    #[yaserde(prefix = "xs", rename = "element")]
    pub element: Option<Element>,
}

#[derive(Debug, Default, YaSerialize)]
pub struct Element {
    #[yaserde(attribute = true, rename = "minOccurs")]
    pub min_occurs: Option<u32>,
    #[yaserde(attribute = true, rename = "maxOccurs")]
    pub max_occurs: Option<String>,
    #[yaserde(attribute = true, rename = "name")]
    pub name: String,
    #[yaserde(attribute = true, rename = "nillable")]
    pub nillable: Option<bool>,
    #[yaserde(attribute = true, rename = "type")]
    pub ty: Option<String>,
    /// Declares the prefix `q`, for a type of another namespace than `xs` and `tns`.
    #[yaserde(attribute = true, prefix = "xmlns", rename = "q")]
    pub q: Option<String>,
    #[yaserde(prefix = "xs", rename = "complexType")]
    pub complex_type: Option<ComplexType>,
}

#[derive(Debug, YaSerialize)]
pub struct ComplexType {
    /// None when it stands inside an element.
    #[yaserde(attribute = true, rename = "name")]
    pub name: Option<String>,
    #[yaserde(prefix = "xs", rename = "sequence")]
    pub sequence: Sequence,
}

#[derive(Debug, YaSerialize)]
pub struct Sequence {
    #[yaserde(prefix = "xs", rename = "element")]
    pub elements: Vec<Element>,
}

#[derive(Debug, YaSerialize)]
pub struct SimpleType {
    #[yaserde(attribute = true, rename = "name")]
    pub name: String,
    #[yaserde(prefix = "xs", rename = "restriction")]
    pub restriction: Restriction,
}

#[derive(Debug, Default, YaSerialize)]
pub struct Restriction {
    #[yaserde(attribute = true, rename = "base")]
    pub base: String,
    #[yaserde(prefix = "xs", rename = "enumeration")]
    pub enumerations: Vec<Enumeration>,
    #[yaserde(prefix = "xs", rename = "pattern")]
    pub pattern: Option<Facet>,
    #[yaserde(prefix = "xs", rename = "minInclusive")]
    pub min_inclusive: Option<Facet>,
    #[yaserde(prefix = "xs", rename = "maxInclusive")]
    pub max_inclusive: Option<Facet>,
}

#[derive(Debug, YaSerialize)]
pub struct Facet {
    #[yaserde(attribute = true, rename = "value")]
    pub value: String,
}

#[derive(Debug, YaSerialize)]
pub struct Enumeration {
    #[yaserde(attribute = true, rename = "value")]
    pub value: String,
    #[yaserde(prefix = "xs", rename = "annotation")]
    pub annotation: Option<Annotation>,
}

#[derive(Debug, YaSerialize)]
pub struct Annotation {
    #[yaserde(prefix = "xs", rename = "appinfo")]
    pub appinfo: Appinfo,
}

#[derive(Debug, YaSerialize)]
pub struct Appinfo {
    #[yaserde(rename = "EnumerationValue")]
    pub enumeration_value: EnumerationValue,
}

/// WCF's note of the number behind a name.
#[derive(Debug, YaSerialize)]
#[yaserde(
    default_namespace = "ser",
    namespaces = { "ser" = "http://schemas.microsoft.com/2003/10/Serialization/" }
)]
pub struct EnumerationValue {
    #[yaserde(text = true)]
    pub number: i32,
}

/// A global attribute.
#[derive(Debug, YaSerialize)]
pub struct Attribute {
    #[yaserde(attribute = true, rename = "name")]
    pub name: String,
    #[yaserde(attribute = true, rename = "type")]
    pub ty: String,
}
