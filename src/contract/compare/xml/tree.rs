//! A document as a tree: what counts in a comparison, and nothing else.

use std::borrow::Cow;
use std::hash::{DefaultHasher, Hash, Hasher};

use super::super::rules::Whitespace;
use crate::protocol::xml::{Limits, Name, Reader, XSI, XmlError, trim};

/// What a document that is compared may cost. Captures that people compare by hand are larger than
/// calls: a page of a thousand contacts has 40,000 elements.
const LIMITS: Limits = Limits {
    depth: 100,
    elements: 1_000_000,
    attributes: 1_000,
    namespaces: 1_000,
    name_bytes: 4_000,
    text_bytes: 128 << 20,
};

/// The namespace of `xml:space`.
const XML: &str = "http://www.w3.org/XML/1998/namespace";

/// Text, and what it means if it is the name of something.
#[derive(Debug, Clone)]
pub struct Text<'x> {
    pub text: Cow<'x, str>,
    pub qname: Option<Name<'x>>,
}

impl Text<'_> {
    /// Whether the text has a prefix that is declared where it stands.
    pub fn has_known_prefix(&self) -> bool {
        self.qname.is_some() && self.text.contains(':')
    }
}

#[derive(Debug)]
pub struct Attribute<'x> {
    pub name: Name<'x>,
    pub value: Text<'x>,
}

#[derive(Debug)]
pub struct Element<'x> {
    pub name: Name<'x>,
    /// In the order of their names; without `xsi:nil`, `xsi:type` and what helps only a reader
    /// that looks for schemas.
    pub attributes: Vec<Attribute<'x>>,
    pub is_nil: bool,
    pub xsi_type: Option<Text<'x>>,
    pub children: Vec<Node<'x>>,
    /// Elements, attributes and texts in it, itself included.
    pub weight: usize,
}

#[derive(Debug)]
pub enum Node<'x> {
    Element(Element<'x>),
    Text(Text<'x>),
}

impl<'x> Node<'x> {
    pub fn element(&self) -> Option<&Element<'x>> {
        match self {
            Self::Element(element) => Some(element),
            Self::Text(_) => None,
        }
    }

    /// The local name; texts have a name of their own.
    pub fn local(&self) -> &str {
        match self {
            Self::Element(element) => element.name.local(),
            Self::Text(_) => "text()",
        }
    }

    pub fn weight(&self) -> usize {
        match self {
            Self::Element(element) => element.weight,
            Self::Text(_) => 1,
        }
    }
}

/// A whole document.
#[derive(Debug)]
pub struct Document<'x> {
    pub root: Element<'x>,
    /// Characters that XML forbids and that were left out.
    pub dropped: usize,
}

/// An open element while a tree is built.
struct Open<'x> {
    element: Element<'x>,
    /// `xml:space="preserve"` holds.
    preserve: bool,
}

/// Reads a document that was made text.
pub fn read(text: &str, whitespace: Whitespace) -> Result<Document<'_>, XmlError> {
    let mut xml = Reader::new(text, LIMITS);
    let name = xml.root()?;
    let mut outer: Vec<Open<'_>> = Vec::new();
    let mut open = entered(&xml, name, whitespace == Whitespace::Exact);
    loop {
        let run = xml.run()?;
        if !run.text.is_empty() {
            let text = Text { text: run.text, qname: run.qname };
            open.element.children.push(Node::Text(text));
        }
        if let Some(name) = run.child {
            let child = entered(&xml, name, open.preserve);
            outer.push(std::mem::replace(&mut open, child));
            continue;
        }
        let done = finished(open, whitespace);
        let Some(parent) = outer.pop() else {
            xml.finish()?;
            return Ok(Document { root: done, dropped: xml.dropped_characters() });
        };
        open = parent;
        open.element.weight += done.weight;
        open.element.children.push(Node::Element(done));
    }
}

/// The element that the reader entered last, without its content.
fn entered<'x>(xml: &Reader<'x>, name: Name<'x>, preserve: bool) -> Open<'x> {
    let text = |value: &Cow<'x, str>| Text { text: value.clone(), qname: xml.resolve(value).ok() };
    let preserve = match xml.attribute(XML, "space") {
        Some("preserve") => true,
        Some("default") => false,
        _ => preserve,
    };
    let mut xsi_type = None;
    let mut attributes = Vec::new();
    for attribute in xml.attributes() {
        match attribute.name.within(XSI) {
            Some("type") => xsi_type = Some(text(&attribute.value)),
            Some("nil" | "schemaLocation" | "noNamespaceSchemaLocation") => {}
            _ => {
                let value = text(&attribute.value);
                attributes.push(Attribute { name: attribute.name.clone(), value });
            }
        }
    }
    let sorted = |a: &Attribute<'_>, b: &Attribute<'_>| {
        let key = |name: &Name<'_>| (name.local().to_owned(), name.namespace().to_owned());
        key(&a.name).cmp(&key(&b.name))
    };
    attributes.sort_by(sorted);
    let weight = 1 + attributes.len();
    let is_nil = xml.is_nil();
    let element = Element { name, attributes, is_nil, xsi_type, children: Vec::new(), weight };
    Open { element, preserve }
}

/// Takes away the white space that the rule says is none of the content.
fn finished(open: Open<'_>, whitespace: Whitespace) -> Element<'_> {
    let Open { mut element, preserve } = open;
    let is_blank = |text: &Text<'_>| trim(&text.text).is_empty();
    let has_elements = element.children.iter().any(|child| child.element().is_some());
    if has_elements && !preserve {
        element.children.retain(|child| !matches!(child, Node::Text(text) if is_blank(text)));
    }
    if !preserve && matches!(whitespace, Whitespace::Trim | Whitespace::Collapse) {
        for child in &mut element.children {
            if let Node::Text(text) = child {
                text.text = Cow::Owned(stripped(&text.text, whitespace));
            }
        }
        element.children.retain(|child| !matches!(child, Node::Text(text) if text.text.is_empty()));
    }
    let texts = element.children.iter().filter(|child| child.element().is_none()).count();
    element.weight += texts;
    // Most elements have one child; room for four each would be most of a large document.
    element.children.shrink_to_fit();
    element
}

fn stripped(text: &str, whitespace: Whitespace) -> String {
    let text = trim(text);
    if whitespace != Whitespace::Collapse {
        return text.to_owned();
    }
    let words = text.split([' ', '\t', '\r', '\n']).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(" ")
}

impl<'x> Element<'x> {
    /// The text of an element without elements in it; `None` where there are some.
    pub fn only_text(&self) -> Option<&Text<'x>> {
        match self.children.as_slice() {
            [Node::Text(text)] => Some(text),
            _ => None,
        }
    }

    pub fn has_elements(&self) -> bool {
        self.children.iter().any(|child| child.element().is_some())
    }

    /// The text of the first leaf, which tells one record of a list from another: an id, a name.
    pub fn first_leaf(&self) -> &str {
        let mut element = self;
        loop {
            match element.children.first() {
                Some(Node::Element(child)) => element = child,
                Some(Node::Text(text)) => return &text.text,
                None => return "",
            }
        }
    }

    /// The element in short, for people.
    pub fn outline(&self) -> String {
        let mut outline = String::new();
        self.write_outline(&mut outline);
        outline
    }

    fn write_outline(&self, out: &mut String) {
        const MOST_BYTES: usize = 300;
        if out.len() > MOST_BYTES {
            return;
        }
        let local = self.name.local();
        out.extend(["<", local]);
        for attribute in &self.attributes {
            out.extend([" ", attribute.name.local(), "=\"", &*attribute.value.text, "\""]);
        }
        if self.is_nil {
            out.push_str(" nil=\"true\"");
        }
        if self.children.is_empty() {
            out.push_str("/>");
            return;
        }
        out.push('>');
        for child in &self.children {
            match child {
                Node::Element(child) => child.write_outline(out),
                Node::Text(text) => out.extend(text.text.chars().take(MOST_BYTES)),
            }
        }
        out.extend(["</", local, ">"]);
    }

    /// The same number for elements that are the same to the letter, prefixes aside.
    pub fn fingerprint(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        self.hash_into(&mut hasher);
        hasher.finish()
    }

    fn hash_into(&self, hasher: &mut DefaultHasher) {
        (self.name.namespace(), self.name.local(), self.is_nil).hash(hasher);
        self.attributes.len().hash(hasher);
        for attribute in &self.attributes {
            (attribute.name.namespace(), attribute.name.local()).hash(hasher);
            hash_text(&attribute.value, hasher);
        }
        self.xsi_type.is_some().hash(hasher);
        if let Some(named) = &self.xsi_type {
            hash_text(named, hasher);
        }
        self.children.len().hash(hasher);
        for child in &self.children {
            match child {
                Node::Element(element) => element.hash_into(hasher),
                Node::Text(text) => hash_text(text, hasher),
            }
        }
    }
}

fn hash_text(text: &Text<'_>, hasher: &mut DefaultHasher) {
    match &text.qname {
        Some(name) if text.text.contains(':') => (name.namespace(), name.local()).hash(hasher),
        _ => ("", text.text.as_ref()).hash(hasher),
    }
}
