//! What is known of the types of values: from the descriptions that the faces have of their wire,
//! and from a service's own WSDL.

mod declared;
mod names;

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::LazyLock;

pub use self::declared::{BadDescription, Declarations};
use super::value::Simple;
use crate::faces::dotdigital_soap::operations::OPERATIONS;
use crate::protocol::xml::{Item, Kind, Member, Shape, TypeRef};

/// The type of an element.
#[derive(Debug, Clone, Copy)]
pub enum Type {
    Simple(Simple),
    /// A record, whose members stand in the order of its description.
    Record(&'static [Member]),
    /// A list of one kind of element.
    List(&'static Item),
    /// A type of a [`Declarations`], by its number there.
    Declared(usize),
    /// A value that says its own type.
    Any,
}

impl From<TypeRef> for Type {
    fn from(ty: TypeRef) -> Self {
        match ty {
            TypeRef::Int | TypeRef::Long => Self::Simple(Simple::Number),
            TypeRef::Double => Self::Simple(Simple::Double),
            TypeRef::Boolean => Self::Simple(Simple::Boolean),
            TypeRef::String => Self::Simple(Simple::Text),
            TypeRef::DateTime => Self::Simple(Simple::DateTime),
            TypeRef::Base64Binary => Self::Simple(Simple::Base64),
            TypeRef::Guid => Self::Simple(Simple::Guid),
            TypeRef::AnyType => Self::Any,
            TypeRef::Named(shape) => Self::from(shape()),
            TypeRef::ArrayOf(item) => Self::List(item),
        }
    }
}

impl From<&'static Shape> for Type {
    fn from(shape: &'static Shape) -> Self {
        match shape.kind {
            Kind::Sequence(members) => Self::Record(members),
            Kind::Enumeration(_) => Self::Simple(Simple::Token),
        }
    }
}

impl Type {
    /// The type of a child.
    pub(super) fn of_child(self, local: &str, schema: Option<&dyn Schema>) -> Option<Self> {
        match self {
            Self::Declared(number) => schema?.child(number, local),
            Self::Record(members) => {
                let member = members.iter().find(|member| member.name == local)?;
                Some(member.ty.into())
            }
            Self::List(item) => (item.name == local).then(|| item.ty.into()),
            Self::Simple(_) | Self::Any => None,
        }
    }

    /// The type of a value without elements in it.
    pub(super) fn simple(self) -> Option<Simple> {
        match self {
            Self::Simple(simple) => Some(simple),
            Self::Record(_) | Self::List(_) | Self::Declared(_) | Self::Any => None,
        }
    }
}

/// Knows the types of a vendor's documents.
pub trait Schema: Debug + Sync {
    /// The type of an element wherever it stands, if the name decides it.
    fn element(&self, namespace: &str, local: &str) -> Option<Type>;

    /// The type of this name, which an element may say of itself.
    fn named(&self, _namespace: &str, _local: &str) -> Option<Type> {
        None
    }

    /// The type of a child of [`Type::Declared`] of this number.
    fn child(&self, _of: usize, _local: &str) -> Option<Type> {
        None
    }

    /// The type of an attribute of such a one.
    fn attribute(&self, _of: usize, _local: &str) -> Option<Simple> {
        None
    }

    /// The type of its text, where it has attributes and a text.
    fn text(&self, _of: usize) -> Option<Simple> {
        None
    }

    /// Whether its children of different names may stand in any order.
    fn is_unordered(&self, _of: usize) -> bool {
        false
    }

    /// The type of a value by the names that lead to it from the root, where the place in a record
    /// is all that is known.
    fn by_names(&self, _names: &[&str]) -> Option<Simple> {
        None
    }
}

/// The schema of a face by the face's name, where one is known.
pub fn schema_of(face: &str) -> Option<&'static dyn Schema> {
    match face {
        "dotdigital-soap" => Some(&DotdigitalSoap),
        "dotdigital-rest" => Some(&*names::DOTDIGITAL_REST),
        "which50" => Some(&*names::WHICH50),
        _ => None,
    }
}

/// Requests, responses and records of Dotdigital's SOAP service.
#[derive(Debug)]
struct DotdigitalSoap;

/// By namespace and name: every shape that an operation reads or writes.
static DOTDIGITAL_SOAP: LazyLock<BTreeMap<(&str, &str), Type>> = LazyLock::new(|| {
    let mut known = BTreeMap::new();
    for operation in OPERATIONS {
        add_shape((operation.shape.request)(), &mut known);
        add_shape((operation.shape.response)(), &mut known);
    }
    known
});

impl Schema for DotdigitalSoap {
    fn element(&self, namespace: &str, local: &str) -> Option<Type> {
        DOTDIGITAL_SOAP.get(&(namespace, local)).copied()
    }
}

/// Adds a shape with all that its members are made of. Of two shapes of one name the first counts:
/// they are two editions of one request.
fn add_shape(shape: &'static Shape, known: &mut BTreeMap<(&str, &str), Type>) {
    let name = (shape.namespace, shape.name);
    if known.contains_key(&name) {
        return;
    }
    known.insert(name, shape.into());
    if let Kind::Sequence(members) = shape.kind {
        for member in members {
            add_type(member.ty, known);
        }
    }
}

fn add_type(ty: TypeRef, known: &mut BTreeMap<(&str, &str), Type>) {
    match ty {
        TypeRef::Named(shape) => add_shape(shape(), known),
        TypeRef::ArrayOf(item) => add_type(item.ty, known),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schema_knows_calls_and_the_records_in_them() {
        let schema = schema_of("dotdigital-soap").unwrap();
        let of = |namespace, local| schema.element(namespace, local);
        let call = of("http://apiconnector.com/v2", "GetContactById").unwrap();
        assert!(matches!(call.of_child("id", None), Some(Type::Simple(Simple::Number))));
        let data = of("http://apiconnector.com", "ApiContactData").unwrap();
        assert!(matches!(data.of_child("Value", None), Some(Type::Any)));
        assert!(data.of_child("Nothing", None).is_none());
        assert!(of("http://apiconnector.com", "GetContactById").is_none());
    }
}
