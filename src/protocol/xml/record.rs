//! The shape of a wire record: one static description that reader, writer, WSDL and tests share.

use super::error::{Problem, XmlError};
use super::reader::Reader;
use super::writer::Writer;
use super::{ARRAYS, SERIALIZATION, XSD};

/// A named type of the schema.
#[derive(Debug, Clone, Copy)]
pub struct Shape {
    pub name: &'static str,
    pub namespace: &'static str,
    /// What the type means, for the WSDL and the help page; empty for none.
    pub doc: &'static str,
    pub kind: Kind,
}

#[derive(Debug, Clone, Copy)]
pub enum Kind {
    /// Members in wire order.
    Sequence(&'static [Member]),
    /// Names in schema order with the number each stands for.
    Enumeration(&'static [EnumName]),
}

/// One name of an enumeration.
#[derive(Debug, Clone, Copy)]
pub struct EnumName {
    pub name: &'static str,
    pub value: i32,
    pub doc: &'static str,
}

/// One element of a sequence. It occurs at most once: lists have a type of their own.
#[derive(Debug, Clone, Copy)]
pub struct Member {
    pub name: &'static str,
    pub ty: TypeRef,
    /// `minOccurs="1"`, as against `0`. Reading does not insist on it.
    pub required: bool,
    /// The first edition of the service that has the member; 0 when all have it. Strict clients
    /// of older editions refuse a record with a member that their WSDL does not know.
    pub since: u16,
    pub nillable: bool,
    pub doc: &'static str,
}

/// A type by reference. Records are named through a function, so that types may be recursive.
#[derive(Debug, Clone, Copy)]
pub enum TypeRef {
    Int,
    Long,
    Double,
    Boolean,
    String,
    DateTime,
    Base64Binary,
    Guid,
    AnyType,
    Named(fn() -> &'static Shape),
    /// The wrapper `ArrayOfX` of any number of elements `X`, each an [`Item`].
    ArrayOf(&'static Item),
}

/// The element that repeats in an `ArrayOfX`; it has `minOccurs="0"` and no upper bound.
#[derive(Debug, Clone, Copy)]
pub struct Item {
    /// Also the namespace of the `ArrayOfX` type.
    pub namespace: &'static str,
    /// The `X`.
    pub name: &'static str,
    pub ty: TypeRef,
    /// True for what .NET has as a reference type.
    pub nillable: bool,
}

impl TypeRef {
    /// Namespace and local name of the type in a schema.
    pub fn qualified_name(&self) -> (&'static str, std::borrow::Cow<'static, str>) {
        match self {
            Self::Int => (XSD, "int".into()),
            Self::Long => (XSD, "long".into()),
            Self::Double => (XSD, "double".into()),
            Self::Boolean => (XSD, "boolean".into()),
            Self::String => (XSD, "string".into()),
            Self::DateTime => (XSD, "dateTime".into()),
            Self::Base64Binary => (XSD, "base64Binary".into()),
            Self::Guid => (SERIALIZATION, "guid".into()),
            Self::AnyType => (XSD, "anyType".into()),
            Self::Named(shape) => (shape().namespace, shape().name.into()),
            Self::ArrayOf(item) => (item.namespace, format!("ArrayOf{}", item.name).into()),
        }
    }
}

/// What the content of an element can be read into and written from.
pub trait XmlValue: Sized {
    const TYPE: TypeRef;

    /// Whether the element may say `xsi:nil`.
    const NILLABLE: bool = false;

    /// The namespace that WCF declares on the element carrying such a value.
    const CONTRACT: Option<&'static str> = None;

    /// Reads the content of the element entered last, which does not say `xsi:nil`, and leaves
    /// the element.
    fn read(xml: &mut Reader<'_>) -> Result<Self, XmlError>;

    /// What an absent or nil element means: .NET's default for value types and text, `None` for
    /// an `Option`. Records answer `None`: they have no default.
    fn absent() -> Option<Self>;

    /// Writes the content of the element opened last, and its attributes before that.
    fn write(&self, xml: &mut Writer);
}

/// A type of the schema that has a name of its own. Derived: see the module's documentation.
pub trait XmlRecord: XmlValue {
    const NAME: &'static str;
    const NAMESPACE: &'static str;

    fn shape() -> &'static Shape;
}

/// An enumeration of the schema. Derived.
pub trait XmlEnum: XmlRecord + Copy + 'static {
    /// In schema order.
    const ALL: &'static [Self];

    /// The name on the wire.
    fn wire_name(self) -> &'static str;

    fn from_wire_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|value| value.wire_name() == name)
    }
}

/// What may repeat in an `ArrayOfX`.
pub trait XmlItem: XmlValue {
    const ITEM: Item;
}

impl<T: XmlRecord> XmlItem for T {
    const ITEM: Item = Item {
        namespace: T::NAMESPACE,
        name: T::NAME,
        ty: T::TYPE,
        nillable: T::CONTRACT.is_some(),
    };
}

impl XmlItem for i32 {
    const ITEM: Item = Item { namespace: ARRAYS, name: "int", ty: TypeRef::Int, nillable: false };
}

impl XmlItem for i64 {
    const ITEM: Item = Item { namespace: ARRAYS, name: "long", ty: TypeRef::Long, nillable: false };
}

impl XmlItem for String {
    const ITEM: Item =
        Item { namespace: ARRAYS, name: "string", ty: TypeRef::String, nillable: true };
}

/// An `ArrayOfX`. Elements that are no items are passed over, nil items left out.
impl<T: XmlItem> XmlValue for Vec<T> {
    const TYPE: TypeRef = TypeRef::ArrayOf(&T::ITEM);
    const CONTRACT: Option<&'static str> = Some(T::ITEM.namespace);

    fn read(xml: &mut Reader<'_>) -> Result<Self, XmlError> {
        let mut items = Self::new();
        while let Some(name) = xml.next_child()? {
            if name.is(T::ITEM.namespace, T::ITEM.name) && !xml.is_nil() {
                items.push(T::read(xml)?);
            } else {
                xml.skip()?;
            }
        }
        Ok(items)
    }

    fn absent() -> Option<Self> {
        Some(Self::new())
    }

    fn write(&self, xml: &mut Writer) {
        for item in self {
            write_member(xml, T::ITEM.namespace, T::ITEM.name, item);
        }
    }
}

/// Absent and nil are both `None`.
impl<T: XmlValue> XmlValue for Option<T> {
    const TYPE: TypeRef = T::TYPE;
    const NILLABLE: bool = true;
    const CONTRACT: Option<&'static str> = T::CONTRACT;

    fn read(xml: &mut Reader<'_>) -> Result<Self, XmlError> {
        T::read(xml).map(Some)
    }

    fn absent() -> Option<Self> {
        Some(None)
    }

    fn write(&self, xml: &mut Writer) {
        match self {
            Some(value) => value.write(xml),
            None => xml.nil(),
        }
    }
}

/// Reads the element entered last, nil or not, and leaves it.
pub fn read_value<T: XmlValue>(xml: &mut Reader<'_>) -> Result<T, XmlError> {
    if !xml.is_nil() {
        return T::read(xml);
    }
    xml.skip()?;
    T::absent().ok_or_else(|| xml.error_in_left(Problem::Nil))
}

/// The member `name` of the record left last, as far as it was found.
pub fn found_or_absent<T: XmlValue>(
    xml: &Reader<'_>,
    found: Option<T>,
    name: &'static str,
) -> Result<T, XmlError> {
    found.or_else(T::absent).ok_or_else(|| xml.error_in_left(Problem::Missing(name)))
}

/// Writes an element with this value in it.
pub fn write_member<T: XmlValue>(xml: &mut Writer, namespace: &'static str, name: &str, value: &T) {
    xml.open(namespace, name);
    if let Some(contract) = T::CONTRACT {
        xml.declare_contract(contract);
    }
    value.write(xml);
    xml.close();
}
