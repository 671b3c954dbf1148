//! What is known of the types of values, from the descriptions that the faces have of their wire.

use std::fmt::Debug;

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
    /// A value that says its own type.
    Any,
}

impl From<TypeRef> for Type {
    fn from(ty: TypeRef) -> Self {
        match ty {
            TypeRef::Int | TypeRef::Long | TypeRef::Double => Self::Simple(Simple::Number),
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
    pub(super) fn of_child(self, local: &str) -> Option<Self> {
        match self {
            Self::Record(members) => {
                let member = members.iter().find(|member| member.name == local)?;
                Some(member.ty.into())
            }
            Self::List(item) => (item.name == local).then(|| item.ty.into()),
            Self::Simple(_) | Self::Any => None,
        }
    }
}

/// Knows the types of a vendor's documents.
pub trait Schema: Debug + Sync {
    /// The type of an element wherever it stands, if the name decides it.
    fn element(&self, namespace: &str, local: &str) -> Option<Type>;
}

/// The schema of a face by the face's name, where one is known.
pub fn schema_of(face: &str) -> Option<&'static dyn Schema> {
    match face {
        "dotdigital-soap" => Some(&DotdigitalSoap),
        _ => None,
    }
}

/// Requests and responses of Dotdigital's SOAP service.
#[derive(Debug)]
struct DotdigitalSoap;

impl Schema for DotdigitalSoap {
    fn element(&self, namespace: &str, local: &str) -> Option<Type> {
        let shapes = OPERATIONS.iter().map(|operation| operation.shape);
        let mut shapes = shapes.flat_map(|shape| [(shape.request)(), (shape.response)()]);
        let named = shapes.find(|shape| shape.name == local && shape.namespace == namespace);
        named.map(Type::from)
    }
}
