//! Reads a single-file WSDL of a vendor, as far as a comparison needs it.
//!
//! The reader is the one that client bytes go through, so a WSDL cannot bring a document type or
//! grow without bound either. Names are followed by namespace: message parts and types are
//! resolved through whatever prefixes the document uses.

use std::collections::BTreeMap;

use super::model::{Contract, Element, Message, Occurs, Operation, QName, Type, TypeKind};
use super::ns;
use crate::protocol::xml::{Limits, Name, Problem, Reader, XSD, XmlError, decode};

/// Largest WSDL that is read, in bytes. The vendors' have about 250 KB.
pub const MAX_WSDL_BYTES: usize = 16 * 1024 * 1024;

/// Why a WSDL could not be read.
#[derive(Debug, thiserror::Error)]
pub enum Unreadable {
    #[error("the WSDL is larger than {MAX_WSDL_BYTES} bytes")]
    TooLarge,
    #[error("the WSDL cannot be read: {0}")]
    Xml(#[from] XmlError),
    #[error("the document is no WSDL 1.1")]
    NotWsdl,
    #[error("the WSDL has no operations")]
    NoOperations,
    #[error("the element {element} of a message is not in the WSDL; is it the single-file form?")]
    NoElement { element: QName },
}

/// Reads the contract that a WSDL describes.
pub fn read(bytes: &[u8]) -> Result<Contract, Unreadable> {
    if bytes.len() > MAX_WSDL_BYTES {
        return Err(Unreadable::TooLarge);
    }
    let document = decode(bytes, None)?;
    let mut definitions = Definitions::default();
    let mut xml = Reader::new(&document, Limits::default());
    if !xml.root()?.is(ns::WSDL, "definitions") {
        return Err(Unreadable::NotWsdl);
    }
    definitions.name = attribute(&xml, "name");
    definitions.target_namespace = attribute(&xml, "targetNamespace");
    while let Some(child) = xml.next_child()? {
        match child.within(ns::WSDL) {
            Some("types") => each_child(&mut xml, XSD, "schema", |xml| definitions.schema(xml))?,
            Some("message") => definitions.message(&mut xml)?,
            Some("portType") => definitions.port_type(&mut xml)?,
            Some("binding") => definitions.binding(&mut xml)?,
            Some("service") => definitions.service(&mut xml)?,
            _ => xml.skip()?,
        }
    }
    xml.finish()?;
    definitions.contract()
}

/// The parts of a WSDL, not yet connected.
#[derive(Debug, Default)]
struct Definitions {
    name: String,
    target_namespace: String,
    port_type: String,
    binding: String,
    port: String,
    /// Members of global elements with a type of their own.
    elements: BTreeMap<QName, Vec<Element>>,
    types: Vec<Type>,
    /// Element of each message's only part, by local name.
    messages: BTreeMap<String, QName>,
    operations: Vec<PortOperation>,
    soap_actions: BTreeMap<String, String>,
}

#[derive(Debug, Default)]
struct PortOperation {
    name: String,
    doc: String,
    /// Local name of a message, and `wsaw:Action`.
    input: (String, String),
    output: (String, String),
}

impl Definitions {
    fn contract(self) -> Result<Contract, Unreadable> {
        if self.operations.is_empty() {
            return Err(Unreadable::NoOperations);
        }
        let operations = self.operations.iter().map(|operation| {
            Ok(Operation {
                name: operation.name.clone(),
                doc: operation.doc.clone(),
                soap_action: self.soap_actions.get(&operation.name).cloned().unwrap_or_default(),
                reply_action: operation.output.1.clone(),
                request: self.message_of(&operation.input.0)?,
                response: self.message_of(&operation.output.0)?,
            })
        });
        let operations = operations.collect::<Result<_, Unreadable>>()?;
        Ok(Contract {
            name: self.name,
            port_type: self.port_type,
            binding: self.binding,
            port: self.port,
            target_namespace: self.target_namespace,
            doc: String::new(),
            operations,
            types: self.types,
        })
    }

    fn message_of(&self, name: &str) -> Result<Message, Unreadable> {
        let element = self.messages.get(name).cloned().unwrap_or_default();
        match self.elements.get(&element) {
            Some(members) => Ok(Message { element, members: members.clone() }),
            None => Err(Unreadable::NoElement { element }),
        }
    }

    fn schema(&mut self, xml: &mut Reader<'_>) -> Result<(), XmlError> {
        let namespace = attribute(xml, "targetNamespace");
        while let Some(child) = xml.next_child()? {
            let name = QName::new(&namespace, &attribute(xml, "name"));
            match child.within(XSD) {
                Some("element") => {
                    if let Some(members) = inline_members(xml)? {
                        self.elements.insert(name, members);
                    }
                }
                Some("complexType") => {
                    let kind = match members(xml)? {
                        Some(members) => TypeKind::Sequence(members),
                        None => TypeKind::Other,
                    };
                    self.types.push(Type { name, kind });
                }
                Some("simpleType") => {
                    let kind = enumeration(xml)?;
                    self.types.push(Type { name, kind });
                }
                _ => xml.skip()?,
            }
        }
        Ok(())
    }

    fn message(&mut self, xml: &mut Reader<'_>) -> Result<(), XmlError> {
        let name = attribute(xml, "name");
        each_child(xml, ns::WSDL, "part", |xml| {
            let element = resolved(xml, "element")?;
            self.messages.insert(name.clone(), element);
            xml.skip()
        })
    }

    fn port_type(&mut self, xml: &mut Reader<'_>) -> Result<(), XmlError> {
        self.port_type = attribute(xml, "name");
        each_child(xml, ns::WSDL, "operation", |xml| {
            let mut operation =
                PortOperation { name: attribute(xml, "name"), ..Default::default() };
            while let Some(child) = xml.next_child()? {
                match child.within(ns::WSDL) {
                    Some("input") => operation.input = directed(xml)?,
                    Some("output") => operation.output = directed(xml)?,
                    _ => {}
                }
                xml.skip()?;
            }
            self.operations.push(operation);
            Ok(())
        })
    }

    fn binding(&mut self, xml: &mut Reader<'_>) -> Result<(), XmlError> {
        self.binding = attribute(xml, "name");
        each_child(xml, ns::WSDL, "operation", |xml| {
            let operation = attribute(xml, "name");
            each_child(xml, ns::WSDL_SOAP, "operation", |xml| {
                self.soap_actions.insert(operation.clone(), attribute(xml, "soapAction"));
                xml.skip()
            })
        })
    }

    fn service(&mut self, xml: &mut Reader<'_>) -> Result<(), XmlError> {
        each_child(xml, ns::WSDL, "port", |xml| {
            self.port = attribute(xml, "name");
            xml.skip()
        })
    }
}

/// Message and action of an input or output.
fn directed(xml: &Reader<'_>) -> Result<(String, String), XmlError> {
    let action = xml.attribute(ns::WSAW, "Action").unwrap_or_default().to_owned();
    Ok((resolved(xml, "message")?.local, action))
}

/// Calls `read` inside each child of this name; `read` leaves it.
fn each_child<'x>(
    xml: &mut Reader<'x>,
    namespace: &str,
    local: &str,
    mut read: impl FnMut(&mut Reader<'x>) -> Result<(), XmlError>,
) -> Result<(), XmlError> {
    while let Some(child) = xml.next_child()? {
        if child.is(namespace, local) {
            read(xml)?;
        } else {
            xml.skip()?;
        }
    }
    Ok(())
}

/// Members of a global element's own type; `None` for one of a named type.
fn inline_members(xml: &mut Reader<'_>) -> Result<Option<Vec<Element>>, XmlError> {
    let mut found = None;
    while let Some(child) = xml.next_child()? {
        match child.within(XSD) {
            Some("complexType") => found = members(xml)?,
            _ => xml.skip()?,
        }
    }
    Ok(found)
}

/// Members of a complex type; `None` when it is made of anything but one sequence.
fn members(xml: &mut Reader<'_>) -> Result<Option<Vec<Element>>, XmlError> {
    let mut members = Vec::new();
    let mut is_plain = true;
    while let Some(child) = xml.next_child()? {
        match child.within(XSD) {
            Some("sequence") => {
                while let Some(member) = xml.next_child()? {
                    is_plain &= is_element(&member);
                    members.push(element(xml)?);
                    xml.skip()?;
                }
            }
            Some("annotation") => xml.skip()?,
            _ => {
                is_plain = false;
                xml.skip()?;
            }
        }
    }
    Ok(is_plain.then_some(members))
}

fn is_element(name: &Name<'_>) -> bool {
    name.is(XSD, "element")
}

fn element(xml: &Reader<'_>) -> Result<Element, XmlError> {
    Ok(Element {
        name: attribute(xml, "name"),
        ty: resolved(xml, "type")?,
        min_occurs: count(xml, "minOccurs")?,
        max_occurs: match xml.attribute("", "maxOccurs") {
            Some("unbounded") => Occurs::Unbounded,
            _ => Occurs::AtMost(count(xml, "maxOccurs")?),
        },
        nillable: matches!(xml.attribute("", "nillable"), Some("true" | "1")),
    })
}

/// An enumeration with the numbers that WCF notes; anything else is named only.
fn enumeration(xml: &mut Reader<'_>) -> Result<TypeKind, XmlError> {
    let mut names = Vec::new();
    each_child(xml, XSD, "restriction", |xml| {
        each_child(xml, XSD, "enumeration", |xml| {
            let name = attribute(xml, "value");
            let place = i32::try_from(names.len()).unwrap_or(i32::MAX);
            let mut number = place;
            each_child(xml, XSD, "annotation", |xml| {
                each_child(xml, XSD, "appinfo", |xml| {
                    noted_number(xml).map(|noted| number = noted.unwrap_or(place))
                })
            })?;
            names.push((name, number));
            Ok(())
        })
    })?;
    Ok(if names.is_empty() { TypeKind::Other } else { TypeKind::Enumeration(names) })
}

fn noted_number(xml: &mut Reader<'_>) -> Result<Option<i32>, XmlError> {
    let mut number = None;
    while let Some(child) = xml.next_child()? {
        if child.local() == "EnumerationValue" {
            number = Some(xml.value("xs:int", |text| text.parse().ok())?);
        } else {
            xml.skip()?;
        }
    }
    Ok(number)
}

fn attribute(xml: &Reader<'_>, name: &str) -> String {
    xml.attribute("", name).unwrap_or_default().to_owned()
}

/// A name in an attribute, by the declarations in scope; empty when the attribute is absent.
fn resolved(xml: &Reader<'_>, name: &str) -> Result<QName, XmlError> {
    let Some(value) = xml.attribute("", name) else { return Ok(QName::default()) };
    let name = xml.resolve(value)?;
    Ok(QName::new(name.namespace(), name.local()))
}

fn count(xml: &Reader<'_>, name: &str) -> Result<u32, XmlError> {
    let Some(value) = xml.attribute("", name) else { return Ok(1) };
    value.parse().map_err(|_| xml.error(Problem::Invalid("xs:nonNegativeInteger")))
}
