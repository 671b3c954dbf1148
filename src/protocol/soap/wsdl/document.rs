//! A writer of indented documents, so that golden files can be reviewed line by line.

use crate::protocol::xml::Writer;

/// A name: namespace and local part. The prefix is the one in scope.
pub(super) type Name<'a> = (&'static str, &'a str);

/// Writes elements on lines of their own.
#[derive(Debug)]
pub(super) struct Document {
    writer: Writer,
    /// For each open element, whether it has children.
    open: Vec<bool>,
}

impl Document {
    pub fn new() -> Self {
        let mut writer = Writer::new();
        writer.declaration();
        Self { writer, open: Vec::new() }
    }

    /// Opens an element on its own line; declarations may follow before anything else.
    pub fn open(&mut self, (namespace, name): Name<'_>, attributes: &[(&str, &str)]) {
        self.new_line();
        self.writer.open(namespace, name);
        self.begin(attributes);
    }

    /// Opens an element with a prefix (empty for none) that is declared on it.
    pub fn open_as(
        &mut self,
        prefix: &'static str,
        (namespace, name): Name<'_>,
        attributes: &[(&str, &str)],
    ) {
        self.new_line();
        self.writer.open_as(prefix, namespace, name);
        self.begin(attributes);
    }

    /// Declares a prefix on the element opened last.
    pub fn declare(&mut self, prefix: &str, namespace: &str) {
        self.writer.declare(prefix.to_owned(), namespace.to_owned());
    }

    pub fn text(&mut self, text: &str) {
        self.writer.text(text);
    }

    pub fn close(&mut self) {
        if self.open.pop().unwrap_or_default() {
            self.writer.text(&self.indentation());
        }
        self.writer.close();
    }

    /// An element with nothing in it.
    pub fn empty(&mut self, name: Name<'_>, attributes: &[(&str, &str)]) {
        self.open(name, attributes);
        self.close();
    }

    /// An element with children.
    pub fn element(
        &mut self,
        name: Name<'_>,
        attributes: &[(&str, &str)],
        children: impl FnOnce(&mut Self),
    ) {
        self.open(name, attributes);
        children(self);
        self.close();
    }

    /// An element with text in it.
    pub fn leaf(&mut self, name: Name<'_>, text: &str) {
        self.open(name, &[]);
        self.text(text);
        self.close();
    }

    pub fn finish(self) -> String {
        let mut bytes = self.writer.finish();
        bytes.push(b'\n');
        // The writer is given text only, so nothing is ever replaced here.
        String::from_utf8_lossy(&bytes).into_owned()
    }

    fn begin(&mut self, attributes: &[(&str, &str)]) {
        for (name, value) in attributes {
            self.writer.attribute(name, value);
        }
        self.open.push(false);
    }

    fn new_line(&mut self) {
        if let Some(has_children) = self.open.last_mut() {
            *has_children = true;
        }
        self.writer.text(&self.indentation());
    }

    fn indentation(&self) -> String {
        format!("\n{}", "  ".repeat(self.open.len()))
    }
}
