//! Types as a service's own WSDL or XML Schema declares them.
//!
//! What is not understood (groups, substitutions, wildcards, imports that were not given) leaves
//! values without a type, so that they are compared as they stand: a schema never makes a
//! comparison laxer by what it does not say.

#[cfg(test)]
mod tests;

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
    /// What it restricts or extends; lists and unions have none, and no known type.
    base: Option<Use>,
    children: BTreeMap<String, Use>,
    attributes: BTreeMap<String, Use>,
    /// Its children may stand in any order: `xs:all`.
    is_unordered: bool,
    /// White space at the ends does not count: names of an enumeration.
    is_token: bool,
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
                Some("types") => self.types(xml)?,
                Some("message") => self.message(xml)?,
                Some("portType") => self.port_type(xml)?,
                _ => xml.skip()?,
            }
        }
        Ok(())
    }

    fn types(&mut self, xml: &mut Reader<'_>) -> Result<(), XmlError> {
        while let Some(child) = xml.next_child()? {
            if child.is(XSD, "schema") {
                self.schema(xml)?;
            } else {
                xml.skip()?;
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
