//! Trees as plain XML: texts escaped, characters that XML forbids left out.

use bytes::Bytes;

use crate::faces::empower::tree::{Member, Node, Tree};
use crate::protocol::xml::is_forbidden;

/// XML as it comes together.
#[derive(Debug, Default)]
pub struct Lines {
    text: String,
}

impl Lines {
    /// Adds text as it is.
    pub fn push(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// Adds an element. Rows, which only replies have, are none here.
    pub fn tree(&mut self, name: &str, tree: &Tree) {
        self.text.push('<');
        self.text.push_str(name);
        self.text.push('>');
        match tree {
            Tree::Text(text) => self.escaped(text),
            Tree::Node(node) => self.members(node),
        }
        self.text.push_str("</");
        self.text.push_str(name);
        self.text.push('>');
    }

    fn members(&mut self, node: &Node) {
        for member in &node.members {
            match member {
                Member::Named(name, tree) => self.tree(name, tree),
                Member::Repeated(name, trees) => {
                    for tree in trees {
                        self.tree(name, tree);
                    }
                }
                Member::Rows(_, _) => {}
            }
        }
    }

    fn escaped(&mut self, text: &str) {
        for c in text.chars().filter(|c| !is_forbidden(*c)) {
            match c {
                '<' => self.text.push_str("&lt;"),
                '>' => self.text.push_str("&gt;"),
                '&' => self.text.push_str("&amp;"),
                // A reader turns a bare one into a line feed.
                '\r' => self.text.push_str("&#13;"),
                c => self.text.push(c),
            }
        }
    }

    pub fn finish(self) -> Bytes {
        self.text.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_escaped_and_forbidden_characters_left_out() {
        let mut lines = Lines::default();
        let tree = Tree::fields(vec![
            ("email", Tree::text("a&b<c>\u{1}\r@x")),
            ("opens", Tree::repeated("date", vec![Tree::text(1), Tree::text(2)])),
            ("none", Tree::empty()),
        ]);
        lines.tree("contact", &tree);
        assert_eq!(
            lines.finish(),
            "<contact><email>a&amp;b&lt;c&gt;&#13;@x</email><opens><date>1</date><date>2</date>\
             </opens><none></none></contact>"
        );
    }
}
