//! What XML-RPC says of its values: no schema is needed to know their types.

use std::borrow::Cow;

use super::tree::{Element, Node};
use crate::contract::compare::value::Simple;
use crate::protocol::xml::Name;

/// Whether a document is a call or a reply of XML-RPC: its values stand in `value`.
pub fn is_call(root: &Element<'_>) -> bool {
    let is_root = matches!(root.name.local(), "methodCall" | "methodResponse");
    is_root && root.name.namespace().is_empty() && has_value(root)
}

fn has_value(element: &Element<'_>) -> bool {
    let mut children = element.children.iter().filter_map(Node::element);
    children.any(|child| child.name.local() == "value" || has_value(child))
}

/// Spells every value in one way: text without a type is a `string`, and an `i4` is an `int`.
pub fn spell_out(element: &mut Element<'_>) {
    if element.name.local() == "value" && !element.has_elements() {
        let name = named("string");
        let children = std::mem::take(&mut element.children);
        let weight = 1 + children.len();
        let (attributes, xsi_type) = (Vec::new(), None);
        let string = Element { name, attributes, is_nil: false, xsi_type, children, weight };
        element.children.push(Node::Element(string));
        element.weight += 1;
        return;
    }
    if element.name.local() == "i4" {
        element.name = named("int");
    }
    for child in &mut element.children {
        if let Node::Element(child) = child {
            spell_out(child);
        }
    }
}

fn named(local: &'static str) -> Name<'static> {
    Name::new(Cow::Borrowed(""), Cow::Borrowed(local))
}

/// The type of an element by its name.
pub fn element(local: &str) -> Option<Simple> {
    Some(match local {
        "int" | "i8" | "i2" | "i1" | "biginteger" | "bigdecimal" => Simple::Number,
        "double" | "float" => Simple::Double,
        "boolean" => Simple::Boolean,
        "dateTime.iso8601" | "dateTime" => Simple::CivilTime,
        "base64" => Simple::Base64,
        "string" | "name" => Simple::Text,
        "methodName" => Simple::Token,
        _ => return None,
    })
}

/// Whether two values are of different types, each said by the one element in them.
pub fn is_other_type(expected: &Element<'_>, found: &Element<'_>) -> bool {
    let is_value = expected.name.local() == "value" && found.name.local() == "value";
    match (expected.children.as_slice(), found.children.as_slice()) {
        ([Node::Element(one)], [Node::Element(other)]) => {
            is_value && one.name.local() != other.name.local()
        }
        _ => false,
    }
}
