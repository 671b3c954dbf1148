//! The XML reader, and the values of XML-RPC.

use lychgate::protocol::xml::{Limits, Name, Reader, Writer, XmlError, decode};
use lychgate::protocol::xmlrpc::{Call, ResponseWriter, Value, read_value};

/// What `xml:` stands for; the writer declares prefixes, and this one cannot be declared.
const XML: &str = "http://www.w3.org/XML/1998/namespace";

#[derive(Debug, PartialEq)]
struct Element {
    name: (String, String),
    attributes: Vec<(String, String, String)>,
    content: Vec<Item>,
}

#[derive(Debug, PartialEq)]
enum Item {
    Text(String),
    Child(Element),
}

/// A document that is read, written and read again says the same.
pub fn document(data: &[u8]) {
    for charset in [None, Some("utf-16"), Some("iso-8859-1")] {
        let Ok(text) = decode(data, charset) else { continue };
        let Ok(read) = read(&text) else { continue };
        if uses_xml_prefix(&read) {
            continue;
        }
        let mut writer = Writer::new();
        write(&read, &mut writer);
        let written = String::from_utf8(writer.finish()).expect("what is written is UTF-8");
        match self::read(&written) {
            Ok(again) => assert_eq!(again, read, "{written}"),
            // The writer declares where the sender did not; only bounds may be in the way.
            Err(error) => assert!(error.to_string().contains("more than"), "{error}: {written}"),
        }
    }
}

fn read(text: &str) -> Result<Element, XmlError> {
    let mut reader = Reader::new(text, Limits::default());
    let name = reader.root()?;
    let root = rest_of(&name, &mut reader)?;
    reader.finish()?;
    Ok(root)
}

/// The element that was entered last, up to its end.
fn rest_of(name: &Name<'_>, reader: &mut Reader<'_>) -> Result<Element, XmlError> {
    let attributes = reader.attributes().iter().map(|attribute| {
        let name = &attribute.name;
        (name.namespace().to_owned(), name.local().to_owned(), attribute.value.to_string())
    });
    let attributes = attributes.collect();
    let name = (name.namespace().to_owned(), name.local().to_owned());
    let mut content = Vec::new();
    loop {
        let run = reader.run()?;
        if !run.text.is_empty() {
            content.push(Item::Text(run.text.into_owned()));
        }
        let Some(child) = run.child else { return Ok(Element { name, attributes, content }) };
        content.push(Item::Child(rest_of(&child, reader)?));
    }
}

fn uses_xml_prefix(element: &Element) -> bool {
    element.name.0 == XML
        || element.attributes.iter().any(|(namespace, ..)| namespace == XML)
        || element
            .content
            .iter()
            .any(|item| matches!(item, Item::Child(child) if uses_xml_prefix(child)))
}

fn write(element: &Element, writer: &mut Writer) {
    let (namespace, local) = &element.name;
    writer.open(namespace.clone(), local);
    for (namespace, local, value) in &element.attributes {
        if namespace.is_empty() {
            writer.attribute(local, value);
        } else {
            writer.attribute_in(namespace.clone(), local, value);
        }
    }
    for item in &element.content {
        match item {
            Item::Text(text) => writer.text(text),
            Item::Child(child) => write(child, writer),
        }
    }
    writer.close();
}

/// A parameter that is read, written and read again is the same value.
pub fn xmlrpc(data: &[u8]) {
    let Ok(text) = decode(data, None) else { return };
    let mut reader = Reader::new(&text, Limits::default());
    if reader.root().is_err() {
        return;
    }
    let Ok(call) = Call::read(&mut reader) else { return };
    for value in call.params {
        let written = String::from_utf8(ResponseWriter::answer(&value)).expect("UTF-8");
        match value_in(&written) {
            Ok(again) => assert_eq!(again, value, "{written}"),
            // A response has one level more than a call.
            Err(error) => assert!(error.to_string().contains("more than"), "{error}: {written}"),
        }
    }
}

fn value_in(response: &str) -> Result<Value, XmlError> {
    let mut reader = Reader::new(response, Limits::default());
    reader.root()?;
    for _ in ["params", "param", "value"] {
        reader.next_child()?;
    }
    read_value(&mut reader)
}
