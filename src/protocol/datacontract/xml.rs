//! Documents as `DataContractSerializer` writes them.

use std::io::Write;

use xml::attribute::OwnedAttribute;
use xml::namespace::Namespace;
use xml::writer::XmlEvent;
use yaserde::YaSerialize;
use yaserde::ser::{Config, Serializer, to_string_with_config};

use super::date::format_date;
use super::value::{Contract, Document, Member, Record, Value};
use super::{ARRAYS, INSTANCE, SCHEMA, SERIALIZATION};
use crate::protocol::xml::is_forbidden;

const KEY_VALUE: &str = "KeyValueOfstringanyType";
const ARRAY_OF_KEY_VALUE: &str = "ArrayOfKeyValueOfstringanyType";

/// The document as XML, without a declaration, as Web API sends it.
pub fn to_xml(document: &Document) -> Vec<u8> {
    let config = Config { write_document_declaration: false, ..Config::default() };
    // Memory takes every write, and what is opened is closed: this cannot fail.
    let mut xml = to_string_with_config(document, &config).unwrap_or_default();
    // yaserde escapes but passes these on, and a contact's values are whatever its sender sent.
    xml.retain(|c| !is_forbidden(c));
    // A reader takes a bare one for a line feed, so .NET writes it by its number.
    if xml.contains('\r') {
        xml = xml.replace('\r', "&#xD;");
    }
    xml.into_bytes()
}

/// The root element around objects of one class.
pub(super) fn root_of_list(contract: &Contract) -> (String, String) {
    let name = format!("ArrayOf{}", contract.name);
    let namespace = contract.namespace;
    (format!(r#"<{name} xmlns:i="{INSTANCE}" xmlns="{namespace}">"#), format!("</{name}>"))
}

impl YaSerialize for Document {
    fn serialize<W: Write>(&self, writer: &mut Serializer<W>) -> yaserde::Result<()> {
        let mut out = Out { writer, depth: 0, namespace: "" };
        match self {
            Self::Text(text) => out.root("string", SERIALIZATION, |out| out.text(text)),
            Self::Record(record) => {
                let Contract { name, namespace } = record.contract;
                out.root(name, namespace, |out| out.members(record))
            }
            Self::Records(contract, records) => {
                let name = format!("ArrayOf{}", contract.name);
                out.root(&name, contract.namespace, |out| out.items(contract, records))
            }
            Self::Dictionaries(all) => {
                let name = format!("ArrayOf{ARRAY_OF_KEY_VALUE}");
                out.root(&name, ARRAYS, |out| {
                    all.iter().try_for_each(|entries| {
                        let name = ARRAY_OF_KEY_VALUE;
                        out.element(name, &[], |out| out.entries("", entries))
                    })
                })
            }
        }
    }

    fn serialize_attributes(
        &self,
        attributes: Vec<OwnedAttribute>,
        namespace: Namespace,
    ) -> yaserde::Result<(Vec<OwnedAttribute>, Namespace)> {
        Ok((attributes, namespace))
    }
}

/// Where elements go, how deep we are, and the default namespace there.
struct Out<'w, W: Write> {
    writer: &'w mut Serializer<W>,
    depth: usize,
    namespace: &'static str,
}

type Written = yaserde::Result<()>;

impl<W: Write> Out<'_, W> {
    fn root(
        &mut self,
        name: &str,
        namespace: &'static str,
        inside: impl FnOnce(&mut Self) -> Written,
    ) -> Written {
        self.namespace = namespace;
        let declared = [("xmlns:i", INSTANCE), ("xmlns", namespace)];
        self.element(name, if namespace.is_empty() { &[] } else { &declared }, inside)
    }

    fn element(
        &mut self,
        name: &str,
        attributes: &[(&str, &str)],
        inside: impl FnOnce(&mut Self) -> Written,
    ) -> Written {
        let mut start = XmlEvent::start_element(name);
        for (name, value) in attributes {
            start = start.attr(*name, value);
        }
        self.emit(start)?;
        self.depth += 1;
        inside(self)?;
        self.depth -= 1;
        self.emit(XmlEvent::end_element())
    }

    fn emit<'e>(&mut self, event: impl Into<XmlEvent<'e>>) -> Written {
        self.writer.write(event).map_err(yaserde::Error::custom)
    }

    fn text(&mut self, text: &str) -> Written {
        if text.is_empty() {
            return Ok(());
        }
        self.emit(XmlEvent::characters(text))
    }

    fn members(&mut self, record: &Record) -> Written {
        let mut members: Vec<&Member> = record.members.iter().collect();
        // By UTF-16 units in .NET, which for ASCII names is by bytes.
        members.sort_by_key(|member| (member.base.is_none(), member.name));
        members.into_iter().try_for_each(|member| self.member(member, record.contract))
    }

    fn member(&mut self, member: &Member, contract: &Contract) -> Written {
        let namespace = member.base.unwrap_or(contract.namespace);
        let outer = std::mem::replace(&mut self.namespace, namespace);
        let default = (namespace != outer).then_some(("xmlns", namespace));
        let written = self.value(member.name, &member.value, default);
        self.namespace = outer;
        written
    }

    /// `default` declares a namespace for the element, behind the one of its contents.
    fn value(&mut self, name: &str, value: &Value, default: Option<(&str, &str)>) -> Written {
        let declared: Vec<(&str, &str)> = default.into_iter().collect();
        match value {
            Value::Null => {
                let nil = [&[("i:nil", "true")][..], &declared].concat();
                self.element(name, &nil, |_| Ok(()))
            }
            Value::Texts(texts) => self.collection(name, default, |out, prefix| {
                let item = format!("{prefix}string");
                texts.iter().try_for_each(|text| out.element(&item, &[], |out| out.text(text)))
            }),
            Value::Dictionary(entries) => {
                self.collection(name, default, |out, prefix| out.entries(prefix, entries))
            }
            Value::Record(record) => self.element(name, &declared, |out| out.members(record)),
            Value::Records(contract, records) => {
                self.element(name, &declared, |out| out.items(contract, records))
            }
            scalar => self.element(name, &declared, |out| out.text(&scalar_of(scalar).1)),
        }
    }

    /// An element whose items live in the namespace of arrays, under a prefix of its own.
    fn collection(
        &mut self,
        name: &str,
        default: Option<(&str, &str)>,
        inside: impl FnOnce(&mut Self, &str) -> Written,
    ) -> Written {
        let prefix = format!("d{}p1", self.depth + 1);
        let (declaration, prefix) = (format!("xmlns:{prefix}"), format!("{prefix}:"));
        let mut attributes = vec![(declaration.as_str(), ARRAYS)];
        attributes.extend(default);
        self.element(name, &attributes, |out| inside(out, &prefix))
    }

    fn items(&mut self, contract: &Contract, records: &[Record]) -> Written {
        records
            .iter()
            .try_for_each(|record| self.element(contract.name, &[], |out| out.members(record)))
    }

    fn entries(&mut self, prefix: &str, entries: &[(String, Value)]) -> Written {
        let names = [KEY_VALUE, "Key", "Value"].map(|name| format!("{prefix}{name}"));
        let [item, key, value] = names;
        entries.iter().try_for_each(|(name, of)| {
            self.element(&item, &[], |out| {
                out.element(&key, &[], |out| out.text(name))?;
                out.any(&value, of)
            })
        })
    }

    /// A value that says its own type, as an `object` does.
    fn any(&mut self, name: &str, value: &Value) -> Written {
        if *value == Value::Null {
            return self.element(name, &[("i:nil", "true")], |_| Ok(()));
        }
        let prefix = format!("d{}p1", self.depth + 1);
        let (kind, text) = scalar_of(value);
        let (declaration, kind) = (format!("xmlns:{prefix}"), format!("{prefix}:{kind}"));
        let attributes = [(declaration.as_str(), SCHEMA), ("i:type", kind.as_str())];
        self.element(name, &attributes, |out| out.text(&text))
    }
}

/// The schema's name of a scalar's type, and its text; what is no scalar is an empty text.
fn scalar_of(value: &Value) -> (&'static str, String) {
    match value {
        Value::Boolean(flag) => ("boolean", flag.to_string()),
        Value::Integer(number) => {
            let kind = if i32::try_from(*number).is_ok() { "int" } else { "long" };
            (kind, number.to_string())
        }
        Value::Decimal(number) => ("decimal", number.clone()),
        Value::Text(text) => ("string", text.clone()),
        Value::Date(at) => ("dateTime", format_date(*at)),
        Value::Null
        | Value::Texts(_)
        | Value::Record(_)
        | Value::Records(..)
        | Value::Dictionary(_) => ("string", String::new()),
    }
}
