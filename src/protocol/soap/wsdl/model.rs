//! What a WSDL says, without the way it says it.

use std::fmt;

use crate::protocol::soap::operation::{Edition, OperationShape};
use crate::protocol::soap::service::Service;
use crate::protocol::xml::{EnumName, Item, Kind, Member, Shape, TypeRef};

/// A service as its WSDL describes it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Contract {
    pub name: String,
    pub port_type: String,
    pub binding: String,
    pub port: String,
    pub target_namespace: String,
    pub doc: String,
    /// In WSDL order.
    pub operations: Vec<Operation>,
    /// In schema order: each where it is first used, depth first, as WCF exports them.
    pub types: Vec<Type>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Operation {
    pub name: String,
    pub doc: String,
    pub soap_action: String,
    /// `wsaw:Action` of the output.
    pub reply_action: String,
    pub request: Message,
    pub response: Message,
}

/// The element that is a body's child, and its members.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Message {
    pub element: QName,
    pub members: Vec<Element>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Type {
    pub name: QName,
    pub kind: TypeKind,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TypeKind {
    Sequence(Vec<Element>),
    /// Names with the numbers they stand for.
    Enumeration(Vec<(String, i32)>),
    /// Something else, such as a pattern; named only.
    Other,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Element {
    pub name: String,
    pub ty: QName,
    pub min_occurs: u32,
    pub max_occurs: Occurs,
    pub nillable: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Occurs {
    AtMost(u32),
    Unbounded,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct QName {
    pub namespace: String,
    pub local: String,
}

impl Default for Occurs {
    fn default() -> Self {
        Self::AtMost(1)
    }
}

impl fmt::Display for Occurs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AtMost(count) => count.fmt(f),
            Self::Unbounded => f.write_str("unbounded"),
        }
    }
}

impl QName {
    pub fn new(namespace: &str, local: &str) -> Self {
        Self { namespace: namespace.to_owned(), local: local.to_owned() }
    }
}

impl fmt::Display for QName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{{{}}}{}", self.namespace, self.local)
    }
}

impl Contract {
    /// The contract of a service in one of its editions.
    pub fn of<S: Service>(service: &S, edition: Edition) -> Self {
        let shape = service.shape();
        let listed = service.operations().iter().map(|operation| &operation.shape);
        let listed: Vec<_> = listed.filter(|shape| shape.is_listed_in(edition)).collect();
        let min_occurs = shape.edition(edition).and_then(|edition| edition.parameter_min_occurs);
        let mut types = Types { edition, found: Vec::new() };
        for operation in &listed {
            types.add_members((operation.request)());
            types.add_members((operation.response)());
        }
        Self {
            name: shape.name.to_owned(),
            port_type: shape.port_type.to_owned(),
            binding: shape.binding.to_owned(),
            port: shape.port.to_owned(),
            target_namespace: shape.target_namespace.to_owned(),
            doc: shape.doc.to_owned(),
            operations: listed
                .iter()
                .map(|operation| Operation {
                    soap_action: shape.action(operation.name),
                    reply_action: shape.reply_action(operation.name),
                    ..Operation::of(operation, min_occurs)
                })
                .collect(),
            types: types.found,
        }
    }

    pub fn operation(&self, name: &str) -> Option<&Operation> {
        self.operations.iter().find(|operation| operation.name == name)
    }

    pub fn ty(&self, name: &QName) -> Option<&Type> {
        self.types.iter().find(|ty| ty.name == *name)
    }
}

impl Operation {
    fn of(shape: &OperationShape, parameter_min_occurs: Option<u8>) -> Self {
        let mut request = Message::of((shape.request)());
        if let Some(min_occurs) = parameter_min_occurs {
            request.members.iter_mut().for_each(|m| m.min_occurs = u32::from(min_occurs));
        }
        Self {
            name: shape.name.to_owned(),
            doc: shape.doc().to_owned(),
            request,
            response: Message::of((shape.response)()),
            ..Self::default()
        }
    }
}

impl Message {
    fn of(shape: &Shape) -> Self {
        let members = match shape.kind {
            Kind::Sequence(members) => members.iter().map(Element::of).collect(),
            Kind::Enumeration(_) => Vec::new(),
        };
        Self { element: QName::new(shape.namespace, shape.name), members }
    }
}

impl Element {
    fn of(member: &Member) -> Self {
        Self {
            name: member.name.to_owned(),
            ty: name_of(&member.ty),
            min_occurs: u32::from(member.required),
            max_occurs: Occurs::AtMost(1),
            nillable: member.nillable,
        }
    }

    fn of_item(item: &Item) -> Self {
        Self {
            name: item.name.to_owned(),
            ty: name_of(&item.ty),
            min_occurs: 0,
            max_occurs: Occurs::Unbounded,
            nillable: item.nillable,
        }
    }
}

fn name_of(ty: &TypeRef) -> QName {
    let (namespace, local) = ty.qualified_name();
    QName::new(namespace, &local)
}

/// The named types that messages reach.
#[derive(Debug)]
struct Types {
    edition: Edition,
    found: Vec<Type>,
}

impl Types {
    fn add_members(&mut self, shape: &Shape) {
        if let Kind::Sequence(members) = shape.kind {
            for member in members {
                self.add(&member.ty);
            }
        }
    }

    fn add(&mut self, ty: &TypeRef) {
        let name = name_of(ty);
        if self.found.iter().any(|known| known.name == name) {
            return;
        }
        match ty {
            TypeRef::Named(shape) => self.add_shape(name, shape()),
            TypeRef::ArrayOf(item) => {
                let kind = TypeKind::Sequence(vec![Element::of_item(item)]);
                self.found.push(Type { name, kind });
                self.add(&item.ty);
            }
            TypeRef::Int
            | TypeRef::Long
            | TypeRef::Double
            | TypeRef::Boolean
            | TypeRef::String
            | TypeRef::DateTime
            | TypeRef::Base64Binary
            | TypeRef::Guid
            | TypeRef::AnyType => {}
        }
    }

    fn add_shape(&mut self, name: QName, shape: &Shape) {
        let kind = match shape.kind {
            Kind::Sequence(members) => {
                let known = members.iter().filter(|member| member.since <= self.edition.0);
                TypeKind::Sequence(known.map(Element::of).collect())
            }
            Kind::Enumeration(names) => TypeKind::Enumeration(names.iter().map(numbered).collect()),
        };
        self.found.push(Type { name, kind });
        self.add_members(shape);
    }
}

fn numbered(name: &EnumName) -> (String, i32) {
    (name.name.to_owned(), name.value)
}
