//! The schemas of a contract, written as WCF exports them.

use super::document::Document;
use super::model::{Contract, Element, Occurs, QName, Type, TypeKind};
use crate::protocol::xml::{SERIALIZATION, XSD};

/// Where the schema of a namespace can be fetched, or nothing when it stands in the same document.
pub(super) type Location<'a> = &'a dyn Fn(&str) -> Option<String>;

/// The primitive types that have a global element in WCF's serialization schema.
const PRIMITIVES: [&str; 19] = [
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
    "char",
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

/// Writes the schema of one namespace.
pub(super) fn write(
    document: &mut Document,
    contract: &Contract,
    namespace: &str,
    location: Location<'_>,
) {
    if namespace == SERIALIZATION {
        return write_serialization(document);
    }
    document.open_as(
        "xs",
        (XSD, "schema"),
        &[("elementFormDefault", "qualified"), ("targetNamespace", namespace)],
    );
    document.declare("tns", namespace);
    let mut schema = Schema { document, namespace, qualified: 0 };
    let is_calls = namespace == contract.target_namespace;
    let types = || contract.types.iter().filter(|ty| ty.name.namespace == namespace);
    let elements = contract.operations.iter().flat_map(|o| [&o.request, &o.response]);
    if is_calls {
        schema.imports(elements.clone().flat_map(|message| &message.members), location);
        elements.for_each(|message| schema.message(&message.element.local, &message.members));
    } else {
        schema.imports(types().flat_map(members), location);
    }
    types().for_each(|ty| schema.ty(ty));
    document.close();
}

fn members(ty: &Type) -> &[Element] {
    match &ty.kind {
        TypeKind::Sequence(members) => members,
        TypeKind::Enumeration(_) | TypeKind::Other => &[],
    }
}

struct Schema<'d, 'n> {
    document: &'d mut Document,
    namespace: &'n str,
    /// How many prefixes `q1`, `q2`… were declared.
    qualified: u32,
}

impl Schema<'_, '_> {
    /// One import for each foreign namespace, in the order of first use.
    fn imports<'e>(&mut self, elements: impl Iterator<Item = &'e Element>, location: Location<'_>) {
        let mut imported = vec![XSD, self.namespace];
        for element in elements {
            let namespace = element.ty.namespace.as_str();
            if imported.contains(&namespace) {
                continue;
            }
            imported.push(namespace);
            let location = location(namespace);
            let mut attributes = Vec::new();
            attributes.extend(location.as_deref().map(|at| ("schemaLocation", at)));
            attributes.push(("namespace", namespace));
            self.document.empty((XSD, "import"), &attributes);
        }
    }

    fn message(&mut self, name: &str, members: &[Element]) {
        self.document.open((XSD, "element"), &[("name", name)]);
        self.document.open((XSD, "complexType"), &[]);
        self.sequence(members, true);
        self.document.close();
        self.document.close();
    }

    fn ty(&mut self, ty: &Type) {
        let name = ty.name.local.as_str();
        match &ty.kind {
            TypeKind::Sequence(members) => {
                self.document.open((XSD, "complexType"), &[("name", name)]);
                self.sequence(members, false);
                self.document.close();
            }
            TypeKind::Enumeration(names) => self.enumeration(name, names),
            TypeKind::Other => return,
        }
        let ty = format!("tns:{name}");
        let attributes = [("name", name), ("nillable", "true"), ("type", ty.as_str())];
        self.document.empty((XSD, "element"), &attributes);
    }

    fn sequence(&mut self, members: &[Element], say_required: bool) {
        self.document.open((XSD, "sequence"), &[]);
        for member in members {
            self.member(member, say_required);
        }
        self.document.close();
    }

    /// WCF says `minOccurs="1"` of parameters and leaves it out elsewhere.
    fn member(&mut self, member: &Element, say_required: bool) {
        let (prefix, declared) = self.prefix(&member.ty);
        let ty = format!("{prefix}:{}", member.ty.local);
        let min_occurs = member.min_occurs.to_string();
        let max_occurs = member.max_occurs.to_string();
        let mut attributes = Vec::new();
        if say_required || member.min_occurs != 1 {
            attributes.push(("minOccurs", min_occurs.as_str()));
        }
        if member.max_occurs != Occurs::AtMost(1) {
            attributes.push(("maxOccurs", max_occurs.as_str()));
        }
        attributes.push(("name", member.name.as_str()));
        if member.nillable {
            attributes.push(("nillable", "true"));
        }
        attributes.push(("type", ty.as_str()));
        self.document.open((XSD, "element"), &attributes);
        if declared {
            self.document.declare(&prefix, &member.ty.namespace);
        }
        self.document.close();
    }

    /// The prefix of a type, and whether it must be declared on the element.
    fn prefix(&mut self, ty: &QName) -> (String, bool) {
        match ty.namespace.as_str() {
            XSD => ("xs".to_owned(), false),
            namespace if namespace == self.namespace => ("tns".to_owned(), false),
            _ => {
                self.qualified += 1;
                (format!("q{}", self.qualified), true)
            }
        }
    }

    /// WCF notes the number of a name where it is not the name's place.
    fn enumeration(&mut self, name: &str, names: &[(String, i32)]) {
        self.document.open((XSD, "simpleType"), &[("name", name)]);
        self.document.open((XSD, "restriction"), &[("base", "xs:string")]);
        for (place, (name, number)) in (0_i32..).zip(names) {
            self.document.open((XSD, "enumeration"), &[("value", name)]);
            if *number != place {
                self.number(*number);
            }
            self.document.close();
        }
        self.document.close();
        self.document.close();
    }

    fn number(&mut self, number: i32) {
        self.document.open((XSD, "annotation"), &[]);
        self.document.open((XSD, "appinfo"), &[]);
        self.document.open_as("", (SERIALIZATION, "EnumerationValue"), &[]);
        self.document.text(&number.to_string());
        for _ in 0..3 {
            self.document.close();
        }
    }
}

/// WCF's own schema, the same in every service.
fn write_serialization(document: &mut Document) {
    document.open_as(
        "xs",
        (XSD, "schema"),
        &[
            ("attributeFormDefault", "qualified"),
            ("elementFormDefault", "qualified"),
            ("targetNamespace", SERIALIZATION),
        ],
    );
    document.declare("tns", SERIALIZATION);
    for name in PRIMITIVES {
        let prefix = if name == "char" { "tns" } else { "xs" };
        global_element(document, name, &format!("{prefix}:{name}"));
    }
    restricted(document, "char", "xs:int", &[]);
    global_element(document, "duration", "tns:duration");
    restricted(
        document,
        "duration",
        "xs:duration",
        &[
            ("pattern", r"\-?P(\d*D)?(T(\d*H)?(\d*M)?(\d*(\.\d*)?S)?)?"),
            ("minInclusive", "-P10675199DT2H48M5.4775808S"),
            ("maxInclusive", "P10675199DT2H48M5.4775807S"),
        ],
    );
    global_element(document, "guid", "tns:guid");
    let pattern = r"[\da-fA-F]{8}-[\da-fA-F]{4}-[\da-fA-F]{4}-[\da-fA-F]{4}-[\da-fA-F]{12}";
    restricted(document, "guid", "xs:string", &[("pattern", pattern)]);
    for (name, ty) in [("FactoryType", "xs:QName"), ("Id", "xs:ID"), ("Ref", "xs:IDREF")] {
        document.empty((XSD, "attribute"), &[("name", name), ("type", ty)]);
    }
    document.close();
}

fn global_element(document: &mut Document, name: &str, ty: &str) {
    let attributes = [("name", name), ("nillable", "true"), ("type", ty)];
    document.empty((XSD, "element"), &attributes);
}

fn restricted(document: &mut Document, name: &str, base: &str, facets: &[(&str, &str)]) {
    document.element((XSD, "simpleType"), &[("name", name)], |document| {
        document.open((XSD, "restriction"), &[("base", base)]);
        for (facet, value) in facets {
            document.empty((XSD, facet), &[("value", value)]);
        }
        document.close();
    });
}
