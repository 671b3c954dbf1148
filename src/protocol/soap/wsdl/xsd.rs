//! Fills the schemas of a contract, as WCF exports them.

use super::document::xsd::{
    Annotation, Appinfo, Attribute, ComplexType, Declaration, Element, Enumeration,
    EnumerationValue, Facet, Import, Restriction, Schema, Sequence, SimpleType,
};
use super::model::{Contract, Element as Member, Message, Occurs, QName, Type, TypeKind};
use crate::protocol::xml::{SERIALIZATION, XSD};

/// Where the schema of a namespace can be fetched, or nothing when it stands in the same document.
pub(super) type Location<'a> = &'a dyn Fn(&str) -> Option<String>;

/// The primitive types that have a global element in WCF's serialization schema.
const PRIMITIVES: [&str; 18] = [
    "anyType",
    "anyURI",
    "base64Binary",
    "boolean",
    "byte",
    "dateTime",
    "decimal",
    "double",
    "float",
    "int",
    "long",
    "QName",
    "short",
    "string",
    "unsignedByte",
    "unsignedInt",
    "unsignedLong",
    "unsignedShort",
];

/// The namespaces of a contract's schemas in the order of WCF: calls, serialization, data.
pub(super) fn namespaces(contract: &Contract) -> Vec<&str> {
    let mut namespaces = vec![contract.target_namespace.as_str(), SERIALIZATION];
    for ty in &contract.types {
        if !namespaces.contains(&ty.name.namespace.as_str()) {
            namespaces.push(&ty.name.namespace);
        }
    }
    namespaces
}

/// The schema of one namespace.
pub(super) fn schema(contract: &Contract, namespace: &str, location: Location<'_>) -> Schema {
    if namespace == SERIALIZATION {
        return serialization();
    }
    let is_calls = namespace == contract.target_namespace;
    let operations = contract.operations.iter().filter(|_| is_calls);
    let messages = operations.flat_map(|operation| [&operation.request, &operation.response]);
    let types = contract.types.iter().filter(|ty| ty.name.namespace == namespace);
    let members: Vec<_> = if is_calls {
        messages.clone().flat_map(|message| &message.members).collect()
    } else {
        types.clone().flat_map(members).collect()
    };
    let types = types.filter_map(|ty| declaration(ty, namespace));
    let messages = messages.map(|message| call(message, namespace));
    Schema {
        imports: imports(&members, namespace, location),
        declarations: messages.chain(types).collect(),
        ..qualified(namespace)
    }
}

fn qualified(namespace: &str) -> Schema {
    Schema {
        element_form_default: Some("qualified".to_owned()),
        target_namespace: namespace.to_owned(),
        tns: Some(namespace.to_owned()),
        ..Schema::default()
    }
}

fn members(ty: &Type) -> &[Member] {
    match &ty.kind {
        TypeKind::Sequence(members) => members,
        TypeKind::Enumeration(_) | TypeKind::Other => &[],
    }
}

/// One import for each foreign namespace, in the order of first use.
fn imports(members: &[&Member], namespace: &str, location: Location<'_>) -> Vec<Import> {
    let mut imported = vec![XSD, namespace];
    let mut imports = Vec::new();
    for member in members {
        let namespace = member.ty.namespace.as_str();
        if imported.contains(&namespace) {
            continue;
        }
        imported.push(namespace);
        let schema_location = location(namespace);
        imports.push(Import { schema_location, namespace: namespace.to_owned() });
    }
    imports
}

/// The element that is a body's child.
fn call(message: &Message, namespace: &str) -> Declaration {
    // WCF says `minOccurs="1"` of parameters and leaves it out elsewhere.
    let parameter = |member: &Member| Element {
        min_occurs: Some(member.min_occurs),
        ..element(member, namespace)
    };
    let sequence = Sequence { elements: message.members.iter().map(parameter).collect() };
    global(Element {
        name: message.element.local.clone(),
        complex_type: Some(ComplexType { name: None, sequence }),
        ..Element::default()
    })
}

/// A type and the global element of that type; nothing when the type is only known by name.
fn declaration(ty: &Type, namespace: &str) -> Option<Declaration> {
    let name = ty.name.local.clone();
    let element = Some(nillable(&name, format!("tns:{name}")));
    match &ty.kind {
        TypeKind::Sequence(members) => {
            let elements = members.iter().map(|member| self::element(member, namespace)).collect();
            let complex_type = ComplexType { name: Some(name), sequence: Sequence { elements } };
            Some(Declaration { complex_type: Some(complex_type), simple_type: None, element })
        }
        TypeKind::Enumeration(names) => {
            let simple_type = SimpleType { name, restriction: enumeration(names) };
            Some(Declaration { complex_type: None, simple_type: Some(simple_type), element })
        }
        TypeKind::Other => None,
    }
}

fn element(member: &Member, namespace: &str) -> Element {
    let (prefix, q) = prefix(&member.ty, namespace);
    Element {
        min_occurs: Some(member.min_occurs).filter(|count| *count != 1),
        max_occurs: Some(member.max_occurs)
            .filter(|count| *count != Occurs::AtMost(1))
            .map(|count| count.to_string()),
        name: member.name.clone(),
        nillable: member.nillable.then_some(true),
        ty: Some(format!("{prefix}:{}", member.ty.local)),
        q,
        complex_type: None,
    }
}

/// The prefix of a type in the schema of `namespace`, and the namespace to declare for it.
fn prefix(ty: &QName, namespace: &str) -> (&'static str, Option<String>) {
    match ty.namespace.as_str() {
        XSD => ("xs", None),
        of if of == namespace => ("tns", None),
        of => ("q", Some(of.to_owned())),
    }
}

/// WCF notes the number of a name where it is not the name's place.
fn enumeration(names: &[(String, i32)]) -> Restriction {
    let name = |(place, (name, number)): (i32, &(String, i32))| Enumeration {
        value: name.clone(),
        annotation: (*number != place).then_some(Annotation {
            appinfo: Appinfo { enumeration_value: EnumerationValue { number: *number } },
        }),
    };
    Restriction {
        base: "xs:string".to_owned(),
        enumerations: (0..).zip(names).map(name).collect(),
        ..Restriction::default()
    }
}

/// WCF's own schema, the same in every service.
fn serialization() -> Schema {
    let primitives = PRIMITIVES.map(|name| global(nillable(name, format!("xs:{name}"))));
    let own = |name: &str| global(nillable(name, format!("tns:{name}")));
    let facet = |value: &str| Some(Facet { value: value.to_owned() });
    let base = |base: &str| Restriction { base: base.to_owned(), ..Restriction::default() };
    let duration = Restriction {
        pattern: facet(r"\-?P(\d*D)?(T(\d*H)?(\d*M)?(\d*(\.\d*)?S)?)?"),
        min_inclusive: facet("-P10675199DT2H48M5.4775808S"),
        max_inclusive: facet("P10675199DT2H48M5.4775807S"),
        ..base("xs:duration")
    };
    let guid = Restriction {
        pattern: facet(r"[\da-fA-F]{8}-[\da-fA-F]{4}-[\da-fA-F]{4}-[\da-fA-F]{4}-[\da-fA-F]{12}"),
        ..base("xs:string")
    };
    let own_types = [
        own("char"),
        restricted("char", base("xs:int")),
        own("duration"),
        restricted("duration", duration),
        own("guid"),
        restricted("guid", guid),
    ];
    let attribute =
        |(name, ty): (&str, &str)| Attribute { name: name.to_owned(), ty: ty.to_owned() };
    let attributes = [("FactoryType", "xs:QName"), ("Id", "xs:ID"), ("Ref", "xs:IDREF")];
    Schema {
        attribute_form_default: Some("qualified".to_owned()),
        declarations: primitives.into_iter().chain(own_types).collect(),
        attributes: attributes.map(attribute).into(),
        ..qualified(SERIALIZATION)
    }
}

fn global(element: Element) -> Declaration {
    Declaration { element: Some(element), ..Declaration::default() }
}

fn restricted(name: &str, restriction: Restriction) -> Declaration {
    let simple_type = Some(SimpleType { name: name.to_owned(), restriction });
    Declaration { simple_type, ..Declaration::default() }
}

/// An element that may be nil, as WCF declares one of each type.
fn nillable(name: &str, ty: String) -> Element {
    Element { name: name.to_owned(), nillable: Some(true), ty: Some(ty), ..Element::default() }
}
