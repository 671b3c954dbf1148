//! The same tree as many clients would write it, by turns.

use std::fmt::Write as _;

use lychgate::protocol::xml::XSI;

use super::pen::Pen;
use super::tree::{Freedom, Tree};

/// A document that says what the tree says. The seed picks prefixes, order, quotes, references,
/// CDATA, comments, white space, and unknown elements.
pub fn render(tree: &Tree, seed: u64) -> String {
    let mut pen = Pen::new(seed);
    if pen.one_in(2) {
        pen.out.push_str("<?xml version='1.0' encoding=\"utf-8\"?>\n");
    }
    pen.element(tree);
    if pen.one_in(3) {
        pen.out.push('\n');
    }
    pen.out
}

impl Pen {
    fn element(&mut self, tree: &Tree) {
        let prefix = ["", "a", "b", "ns1", "_x.y-z"][self.below(5)];
        let colon = if prefix.is_empty() { "" } else { ":" };
        let name = format!("{prefix}{colon}{}", tree.name);
        write!(self.out, "<{name}").unwrap();
        let declaration =
            if prefix.is_empty() { "xmlns".into() } else { format!("xmlns:{prefix}") };
        self.attribute(&declaration, &tree.namespace);
        self.instance_attributes(tree);
        if tree.nil || (tree.text.is_empty() && tree.children.is_empty() && self.one_in(2)) {
            self.out.push_str("/>");
            return;
        }
        self.out.push('>');
        self.inside(tree);
        write!(self.out, "</{name}>").unwrap();
    }

    fn instance_attributes(&mut self, tree: &Tree) {
        if tree.nil || tree.ty.is_some() || self.one_in(4) {
            self.attribute("xmlns:xsi", XSI);
        }
        if tree.nil {
            let truth = if self.one_in(2) { "1" } else { "true" };
            self.attribute("xsi:nil", truth);
        }
        if let Some((namespace, local)) = &tree.ty {
            self.attribute("xsi:type", &format!("t:{local}"));
            self.attribute("xmlns:t", namespace);
        }
        if self.one_in(8) {
            self.attribute("unknown", "&lt;&#9;");
        }
    }

    fn inside(&mut self, tree: &Tree) {
        match tree.freedom {
            Freedom::Text => self.text(&tree.text),
            Freedom::Collapsed => {
                self.space();
                self.text(&tree.text);
                self.space();
            }
            Freedom::Base64 => self.broken(&tree.text),
            Freedom::Record => self.members(&tree.children),
            Freedom::Array => self.items(&tree.children),
        }
    }

    fn members(&mut self, members: &[Tree]) {
        let mut left: Vec<_> = members.iter().collect();
        let shuffled = self.one_in(2);
        while !left.is_empty() {
            let at = if shuffled { self.below(left.len()) } else { 0 };
            let member = left.remove(at);
            self.gap();
            self.unknown(member);
            if !(member.nil && self.one_in(2)) {
                self.element(member);
            }
        }
        self.gap();
    }

    fn items(&mut self, items: &[Tree]) {
        for item in items {
            self.gap();
            self.unknown(item);
            if self.one_in(8) {
                self.element(&Tree { nil: true, ..item.clone() });
            }
            self.element(item);
        }
        self.gap();
    }

    /// Now and then an element that is not in the schema: a strange name or a strange namespace.
    fn unknown(&mut self, known: &Tree) {
        if self.one_in(12) {
            write!(self.out, "<{} xmlns='urn:strange'>x<y/></{}>", known.name, known.name).unwrap();
        }
        if self.one_in(12) {
            write!(self.out, "<Strange xmlns='{}'><Id>1</Id></Strange>", known.namespace).unwrap();
        }
    }
}
