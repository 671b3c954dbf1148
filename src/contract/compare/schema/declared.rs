//! Types as a service's own WSDL or XML Schema declares them.
//!
//! What is not understood (groups, substitutions, wildcards, imports that were not given) leaves
//! values without a type, so that they are compared as they stand: a schema never makes a
//! comparison laxer by what it does not say.

use std::collections::BTreeMap;

use super::super::value::Simple;
use super::{Schema, Type};
use crate::protocol::xml::{Limits, Reader, SERIALIZATION, XSD, XmlError, decode};

const WSDL: &str = "http://schemas.xmlsoap.org/wsdl/";
/// Where .NET's asmx services have their guid.
const ASMX_TYPES: &str = "http://microsoft.com/wsdl/types/";
/// Types of SOAP's own encoding are those of XML Schema.
const ENCODING: &str = "http://schemas.xmlsoap.org/soap/encoding/";

/// Largest WSDL or schema, in bytes. The vendors' have about 250 KB.
const MOST_BYTES: usize = 16 << 20;
/// Types that are derived from one another, and references to references.
const MOST_DERIVED: usize = 16;

/// Why a description cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum BadDescription {
    #[error("it is larger than {MOST_BYTES} bytes")]
    TooLarge,
    #[error("{0}")]
    Xml(#[from] XmlError),
    #[error("it is neither a WSDL 1.1 nor an XML Schema")]
    Other,
}

/// Namespace and local name.
type QName = (String, String);

/// How a declaration says its type.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Use {
    Named(QName),
    /// By the global element that it refers to.
    Element(QName),
    /// Its own, by its number.
    Own(usize),
    /// There are several of this name, and of different types.
    Several,
}

/// A type, simple or complex.
#[derive(Debug, Default)]
struct Declared {
    is_complex: bool,
    /// What it restricts or extends.
    base: Option<Use>,
    children: BTreeMap<String, Use>,
    attributes: BTreeMap<String, Use>,
    /// Its children may stand in any order: `xs:all`.
    is_unordered: bool,
    /// White space at the ends does not count: names of an enumeration.
    is_token: bool,
    /// A list or a union, of whose values nothing more is known.
    is_compound: bool,
}

/// A message's parts by name, where they are of types and not of elements (RPC).
type Parts = BTreeMap<String, Use>;

/// All that one or more files declare.
#[derive(Debug, Default)]
pub struct Declarations {
    types: Vec<Declared>,
    named: BTreeMap<QName, usize>,
    elements: BTreeMap<QName, Use>,
    messages: BTreeMap<String, Parts>,
    /// What wraps the parts of a call or a reply, by its local name: its namespace is that of a
    /// binding.
    wrappers: BTreeMap<String, usize>,
}

impl Declarations {
    /// Adds what a WSDL or a schema declares.
    pub fn add(&mut self, bytes: &[u8]) -> Result<(), BadDescription> {
        if bytes.len() > MOST_BYTES {
            return Err(BadDescription::TooLarge);
        }
        let document = decode(bytes, None)?;
        let mut xml = Reader::new(&document, Limits::default());
        let root = xml.root()?;
        if root.is(XSD, "schema") {
            self.schema(&mut xml)?;
        } else if root.is(WSDL, "definitions") {
            self.definitions(&mut xml)?;
        } else {
            return Err(BadDescription::Other);
        }
        xml.finish()?;
        Ok(())
    }

    fn definitions(&mut self, xml: &mut Reader<'_>) -> Result<(), XmlError> {
        while let Some(child) = xml.next_child()? {
            match child.within(WSDL) {
                Some("types") => {
                    while let Some(child) = xml.next_child()? {
                        if child.is(XSD, "schema") { self.schema(xml)? } else { xml.skip()? }
                    }
                }
                Some("message") => self.message(xml)?,
                Some("portType") => self.port_type(xml)?,
                _ => xml.skip()?,
            }
        }
        Ok(())
    }

    fn schema(&mut self, xml: &mut Reader<'_>) -> Result<(), XmlError> {
        let namespace = xml.attribute("", "targetNamespace").unwrap_or_default().to_owned();
        while let Some(child) = xml.next_child()? {
            let name = (namespace.clone(), name_of(xml));
            match child.within(XSD) {
                Some("element") => {
                    let said = self.said(xml)?;
                    self.elements.insert(name, said);
                }
                Some(kind @ ("complexType" | "simpleType")) => {
                    let number = self.ty(xml, kind == "complexType")?;
                    self.named.insert(name, number);
                }
                _ => xml.skip()?,
            }
        }
        Ok(())
    }

    /// The type of the element or attribute that was entered; leaves it.
    fn said(&mut self, xml: &mut Reader<'_>) -> Result<Use, XmlError> {
        let refers = qname(xml, "ref")?.map(Use::Element);
        let mut said = qname(xml, "type")?.map(Use::Named).or(refers);
        while let Some(child) = xml.next_child()? {
            match child.within(XSD) {
                Some(kind @ ("complexType" | "simpleType")) => {
                    said = Some(Use::Own(self.ty(xml, kind == "complexType")?));
                }
                _ => xml.skip()?,
            }
        }
        // An element that says nothing is of any type.
        Ok(said.unwrap_or_else(|| Use::Named((XSD.to_owned(), "anyType".to_owned()))))
    }

    fn ty(&mut self, xml: &mut Reader<'_>, is_complex: bool) -> Result<usize, XmlError> {
        let mut declared = Declared { is_complex, ..Declared::default() };
        self.inside(xml, &mut declared)?;
        self.types.push(declared);
        Ok(self.types.len() - 1)
    }

    /// Reads what a type is made of, at any depth of sequences, choices and derivations; the
    /// reader bounds the depth.
    fn inside(&mut self, xml: &mut Reader<'_>, into: &mut Declared) -> Result<(), XmlError> {
        while let Some(child) = xml.next_child()? {
            match child.within(XSD) {
                Some("sequence" | "choice" | "complexContent" | "simpleContent") => {
                    self.inside(xml, into)?;
                }
                Some("all") => {
                    into.is_unordered = true;
                    self.inside(xml, into)?;
                }
                Some("extension" | "restriction") => {
                    into.base = qname(xml, "base")?.map(Use::Named);
                    self.inside(xml, into)?;
                }
                Some(kind @ ("element" | "attribute")) => {
                    let refers = qname(xml, "ref")?.map(|(_, local)| local);
                    let name = refers.unwrap_or_else(|| name_of(xml));
                    let said = self.said(xml)?;
                    let members =
                        if kind == "element" { &mut into.children } else { &mut into.attributes };
                    let kept = members.entry(name).or_insert_with(|| said.clone());
                    if *kept != said {
                        *kept = Use::Several;
                    }
                }
                Some(facet @ ("enumeration" | "whiteSpace")) => {
                    let is_kept = xml.attribute("", "value") == Some("preserve");
                    into.is_token |= facet == "enumeration" || !is_kept;
                    xml.skip()?;
                }
                Some("list" | "union") => {
                    into.is_compound = true;
                    xml.skip()?;
                }
                _ => xml.skip()?,
            }
        }
        Ok(())
    }

    fn message(&mut self, xml: &mut Reader<'_>) -> Result<(), XmlError> {
        let name = name_of(xml);
        let mut parts = Parts::new();
        while let Some(child) = xml.next_child()? {
            if let Some(ty) = qname(xml, "type")?.filter(|_| child.is(WSDL, "part")) {
                parts.insert(name_of(xml), Use::Named(ty));
            }
            xml.skip()?;
        }
        self.messages.insert(name, parts);
        Ok(())
    }

    /// Operations whose messages have parts of types: their call is an element of the operation's
    /// name, and their reply one of that name with `Response` behind it.
    fn port_type(&mut self, xml: &mut Reader<'_>) -> Result<(), XmlError> {
        while let Some(child) = xml.next_child()? {
            if !child.is(WSDL, "operation") {
                xml.skip()?;
                continue;
            }
            let operation = name_of(xml);
            while let Some(child) = xml.next_child()? {
                let wrapper = match child.within(WSDL) {
                    Some("input") => operation.clone(),
                    Some("output") => format!("{operation}Response"),
                    _ => String::new(),
                };
                let message = qname(xml, "message")?.map(|(_, local)| local).unwrap_or_default();
                let parts = self.messages.get(&message).filter(|parts| !parts.is_empty());
                if let Some(children) = parts.filter(|_| !wrapper.is_empty()).cloned() {
                    self.wrappers.insert(wrapper, self.types.len());
                    let declared = Declared { is_complex: true, children, ..Declared::default() };
                    self.types.push(declared);
                }
                xml.skip()?;
            }
        }
        Ok(())
    }

    fn resolve(&self, said: &Use, depth: usize) -> Option<Type> {
        if depth > MOST_DERIVED {
            return None;
        }
        match said {
            Use::Named((namespace, local)) => match (namespace.as_str(), local.as_str()) {
                (XSD, "anyType") => Some(Type::Any),
                (XSD | ENCODING, _) => Simple::of_xsd(local).map(Type::Simple),
                (SERIALIZATION | ASMX_TYPES, "guid") => Some(Type::Simple(Simple::Guid)),
                (SERIALIZATION, "char") => Some(Type::Simple(Simple::Number)),
                _ => {
                    let number = *self.named.get(&(namespace.clone(), local.clone()))?;
                    self.resolve(&Use::Own(number), depth + 1)
                }
            },
            Use::Element(name) => self.resolve(self.elements.get(name)?, depth + 1),
            Use::Own(number) => {
                let declared = self.types.get(*number)?;
                if declared.is_complex {
                    return Some(Type::Declared(*number));
                }
                if declared.is_compound {
                    return None;
                }
                match self.resolve(declared.base.as_ref()?, depth + 1)? {
                    Type::Simple(Simple::Text) if declared.is_token => {
                        Some(Type::Simple(Simple::Token))
                    }
                    base => Some(base),
                }
            }
            Use::Several => None,
        }
    }

    /// The type and those that it is derived from.
    fn line_of(&self, of: usize) -> impl Iterator<Item = &Declared> {
        let mut next = self.types.get(of);
        let line = std::iter::from_fn(move || {
            let declared = next?;
            next = match declared.base.as_ref().and_then(|base| self.resolve(base, 0)) {
                Some(Type::Declared(base)) => self.types.get(base),
                _ => None,
            };
            Some(declared)
        });
        line.take(MOST_DERIVED)
    }
}

impl Schema for Declarations {
    fn element(&self, namespace: &str, local: &str) -> Option<Type> {
        let name = (namespace.to_owned(), local.to_owned());
        match self.elements.get(&name) {
            Some(said) => self.resolve(said, 0),
            None => self.wrappers.get(local).map(|number| Type::Declared(*number)),
        }
    }

    fn named(&self, namespace: &str, local: &str) -> Option<Type> {
        self.resolve(&Use::Named((namespace.to_owned(), local.to_owned())), 0)
    }

    fn child(&self, of: usize, local: &str) -> Option<Type> {
        let said = self.line_of(of).find_map(|declared| declared.children.get(local))?;
        self.resolve(said, 0)
    }

    fn attribute(&self, of: usize, local: &str) -> Option<Simple> {
        let said = self.line_of(of).find_map(|declared| declared.attributes.get(local))?;
        self.resolve(said, 0)?.simple()
    }

    fn text(&self, of: usize) -> Option<Simple> {
        let last = self.line_of(of).last()?;
        self.resolve(last.base.as_ref()?, 0)?.simple()
    }

    fn is_unordered(&self, of: usize) -> bool {
        self.line_of(of).any(|declared| declared.is_unordered)
    }
}

fn name_of(xml: &Reader<'_>) -> String {
    xml.attribute("", "name").unwrap_or_default().to_owned()
}

/// A name in an attribute, by the declarations in scope.
fn qname(xml: &Reader<'_>, attribute: &str) -> Result<Option<QName>, XmlError> {
    let Some(value) = xml.attribute("", attribute) else { return Ok(None) };
    let name = xml.resolve(value)?;
    Ok(Some((name.namespace().to_owned(), name.local().to_owned())))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn declared(text: &str) -> Declarations {
        let mut declarations = Declarations::default();
        declarations.add(text.as_bytes()).unwrap();
        declarations
    }

    fn number(ty: Option<Type>) -> usize {
        let Some(Type::Declared(number)) = ty else { panic!("{ty:?}") };
        number
    }

    #[test]
    fn types_are_followed_through_references_and_derivations() {
        let schema = declared(
            "<xs:schema targetNamespace='urn:x' xmlns:t='urn:x' \
             xmlns:xs='http://www.w3.org/2001/XMLSchema'>\
             <xs:simpleType name='Age'><xs:restriction base='xs:int'/></xs:simpleType>\
             <xs:simpleType name='Older'><xs:restriction base='t:Age'/></xs:simpleType>\
             <xs:simpleType name='Kind'><xs:restriction base='xs:string'>\
             <xs:enumeration value='A'/></xs:restriction></xs:simpleType>\
             <xs:simpleType name='Round'><xs:restriction base='t:Round'/></xs:simpleType>\
             <xs:complexType name='Base'><xs:all><xs:element name='age' type='t:Older'/>\
             <xs:element ref='t:note'/></xs:all><xs:attribute name='at' type='xs:dateTime'/>\
             </xs:complexType>\
             <xs:complexType name='More'><xs:complexContent><xs:extension base='t:Base'>\
             <xs:sequence><xs:choice><xs:element name='kind' type='t:Kind'/>\
             <xs:element name='both' type='xs:int'/><xs:element name='both' type='xs:string'/>\
             </xs:choice></xs:sequence></xs:extension></xs:complexContent></xs:complexType>\
             <xs:complexType name='Sum'><xs:simpleContent><xs:extension base='xs:decimal'>\
             <xs:attribute name='currency'/></xs:extension></xs:simpleContent></xs:complexType>\
             <xs:element name='note' type='xs:boolean'/><xs:element name='more' type='t:More'/>\
             </xs:schema>",
        );
        let more = number(schema.element("urn:x", "more"));
        let of = |local| schema.child(more, local).and_then(Type::simple);
        assert_eq!(of("age"), Some(Simple::Number));
        assert_eq!(of("note"), Some(Simple::Boolean));
        assert_eq!(of("kind"), Some(Simple::Token));
        assert_eq!(of("both"), None);
        assert_eq!(schema.attribute(more, "at"), Some(Simple::DateTime));
        assert!(schema.is_unordered(more));
        let sum = number(schema.named("urn:x", "Sum"));
        assert_eq!(schema.text(sum), Some(Simple::Number));
        assert!(schema.named("urn:x", "Round").is_none());
        assert!(schema.element("urn:y", "more").is_none());
    }

    #[test]
    fn parts_of_a_remote_call_have_types_too() {
        let schema = declared(
            "<definitions xmlns='http://schemas.xmlsoap.org/wsdl/' xmlns:t='urn:x' \
             xmlns:s='http://www.w3.org/2001/XMLSchema' targetNamespace='urn:x'>\
             <message name='In'><part name='id' type='s:int'/></message>\
             <message name='Out'><part name='return' type='s:dateTime'/></message>\
             <portType name='P'><operation name='get'><input message='t:In'/>\
             <output message='t:Out'/></operation></portType></definitions>",
        );
        let reply = number(schema.element("urn:any", "getResponse"));
        assert_eq!(schema.child(reply, "return").and_then(Type::simple), Some(Simple::DateTime));
    }

    #[test]
    fn what_is_no_description_is_refused() {
        let mut declarations = Declarations::default();
        let error = declarations.add(b"<a/>").unwrap_err();
        assert!(matches!(error, BadDescription::Other));
        assert!(declarations.add(b"<a>").is_err());
    }

    #[test]
    fn the_vendors_own_wsdl_says_the_types_of_its_calls() {
        let Some(evidence) = std::env::var_os("LYCHGATE_EVIDENCE") else {
            eprintln!("skipped: the vendors' files are not at hand");
            return;
        };
        let file =
            std::path::Path::new(&evidence).join("dotdigital-soap/wsdl-2013-02-15/ApiService.wsdl");
        let mut schema = Declarations::default();
        schema.add(&std::fs::read(file).unwrap()).unwrap();
        let call = number(schema.element("http://apiconnector.com/v2", "GetContactById"));
        assert_eq!(schema.child(call, "id").and_then(Type::simple), Some(Simple::Number));
        let contact = number(schema.named("http://apiconnector.com", "ApiContact"));
        assert_eq!(schema.child(contact, "OptInType").and_then(Type::simple), Some(Simple::Token));
        assert!(!schema.is_unordered(contact));
    }
}
