//! The XML form: every leaf CDATA without white space, as the original wrote it, and `methodName`
//! plain. Two clients match bytes, one the CDATA of `responseCode`, one the plain name.

use super::Encode;
use super::out::Out;
use crate::faces::empower::tree::Node;
use crate::protocol::xml::{is_forbidden, may_begin_forbidden};

/// The leaf that is not CDATA.
const PLAIN: &str = "methodName";

/// Writes elements.
#[derive(Debug, Default)]
pub struct Xml;

impl Encode for Xml {
    const COUNTS: bool = false;
    const ATTRIBUTES: bool = true;

    fn text(&mut self, out: &mut Out, name: &str, text: &str) {
        let name = &*element_name(name);
        start(out, name, &[]);
        if name == PLAIN {
            escaped(out, text);
        } else if !text.is_empty() {
            out.push("<![CDATA[");
            cdata(out, text);
            out.push("]]>");
        }
        end(out, name);
    }

    fn open(&mut self, out: &mut Out, name: &str, node: &Node, _members: u64) {
        start(out, &element_name(name), &node.attributes);
    }

    fn close(&mut self, out: &mut Out, name: &str) {
        end(out, &element_name(name));
    }

    fn open_list(&mut self, _: &mut Out, _: &str, _: u64) {}

    fn close_list(&mut self, _: &mut Out, _: &str) {}
}

fn start(out: &mut Out, name: &str, attributes: &[(&str, String)]) {
    out.push("<");
    out.push(name);
    for (name, value) in attributes {
        out.push(" ");
        out.push(name);
        out.push("=\"");
        escaped(out, value);
        out.push("\"");
    }
    out.push(">");
}

fn end(out: &mut Out, name: &str) {
    out.push("</");
    out.push(name);
    out.push(">");
}

/// The name as an element may have it: names of an account's fields may hold anything.
fn element_name(name: &str) -> std::borrow::Cow<'_, str> {
    let is_inner = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    let starts_well = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    if starts_well && name.bytes().all(|byte| is_inner(byte.into())) {
        return name.into();
    }
    let inner: String = name.chars().map(|c| if is_inner(c) { c } else { '_' }).collect();
    if starts_well { inner.into() } else { format!("_{inner}").into() }
}

/// A `]]>` within is split over two sections; characters that XML forbids are left out.
fn cdata(out: &mut Out, text: &str) {
    let mut rest = text;
    // Hardly a text has a bracket.
    while rest.contains(']')
        && let Some(at) = rest.find("]]>")
    {
        let (before, after) = rest.split_at(at + 2);
        allowed(out, before);
        out.push("]]><![CDATA[");
        rest = after;
    }
    allowed(out, rest);
}

fn allowed(out: &mut Out, text: &str) {
    if !text.bytes().any(may_begin_forbidden) {
        return out.push(text);
    }
    for part in text.split(is_forbidden) {
        out.push(part);
    }
}

fn escaped(out: &mut Out, text: &str) {
    for c in text.chars().filter(|c| !is_forbidden(*c)) {
        match c {
            '<' => out.push("&lt;"),
            '>' => out.push("&gt;"),
            '&' => out.push("&amp;"),
            '"' => out.push("&quot;"),
            c => out.push(c.encode_utf8(&mut [0; 4])),
        }
    }
}
