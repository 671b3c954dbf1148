//! Writes a `methodResponse`, whole or piece by piece.

use super::fault::Fault;
use super::value::Value;
use crate::protocol::xml::Writer;

/// XML-RPC has no namespace.
const NONE: &str = "";

/// Writes the response with the one value that a method answers.
///
/// A value that is too large to hold is opened and closed by hand ([`open_struct`], [`open_array`]
/// and so on) and what is written so far handed over with [`take`] now and then; then memory is
/// bounded by one item.
///
/// [`open_struct`]: Self::open_struct
/// [`open_array`]: Self::open_array
/// [`take`]: Self::take
#[derive(Debug)]
pub struct ResponseWriter {
    xml: Writer,
}

impl Default for ResponseWriter {
    fn default() -> Self {
        Self::new()
    }
}

impl ResponseWriter {
    /// A response that waits for its one value.
    pub fn new() -> Self {
        let mut response = Self { xml: Writer::new() };
        response.xml.declaration();
        for name in ["methodResponse", "params", "param"] {
            response.open(name);
        }
        response
    }

    /// The whole response with this value.
    pub fn answer(value: &Value) -> Vec<u8> {
        let mut response = Self::new();
        response.value(value);
        response.finish()
    }

    /// The whole response that says a fault. HTTP says 200 all the same.
    pub fn fault(fault: &Fault) -> Vec<u8> {
        let mut response = Self { xml: Writer::new() };
        response.xml.declaration();
        response.open("methodResponse");
        response.open("fault");
        response.value(&fault.to_value());
        response.finish()
    }

    /// A whole value: the response's, an item of the open array, or of the open member.
    pub fn value(&mut self, value: &Value) {
        match value {
            Value::Int(number) => self.scalar("int", |xml| xml.display(number)),
            Value::I8(number) => self.scalar("i8", |xml| xml.display(number)),
            Value::Boolean(truth) => self.scalar("boolean", |xml| xml.display(u8::from(*truth))),
            Value::String(text) => self.text(text),
            Value::Double(number) => self.scalar("double", |xml| xml.display(number)),
            Value::DateTime(at) => self.scalar("dateTime.iso8601", |xml| xml.display(at)),
            Value::Base64(bytes) => self.scalar("base64", |xml| xml.base64(bytes)),
            Value::Nil => self.scalar("nil", |_| {}),
            Value::Struct(members) => {
                self.open_struct();
                for (name, value) in members {
                    self.member(name, value);
                }
                self.close_struct();
            }
            Value::Array(items) => {
                self.open_array();
                for item in items {
                    self.value(item);
                }
                self.close_array();
            }
        }
    }

    /// A string, without a [`Value`] made for it.
    pub fn text(&mut self, text: &str) {
        if text.is_empty() {
            return self.xml.markup("<value><string/></value>");
        }
        self.xml.markup("<value><string>");
        self.xml.text(text);
        self.xml.markup("</string></value>");
    }

    pub fn open_struct(&mut self) {
        self.open("value");
        self.open("struct");
    }

    pub fn close_struct(&mut self) {
        self.close(2);
    }

    /// A whole member of the open struct.
    pub fn member(&mut self, name: &str, value: &Value) {
        self.open_member(name);
        self.value(value);
        self.close_member();
    }

    /// A member of the open struct whose value is written next.
    pub fn open_member(&mut self, name: &str) {
        self.open("member");
        if name.is_empty() {
            return self.xml.markup("<name/>");
        }
        self.xml.markup("<name>");
        self.xml.text(name);
        self.xml.markup("</name>");
    }

    pub fn close_member(&mut self) {
        self.close(1);
    }

    /// An array whose items are written next.
    pub fn open_array(&mut self) {
        for name in ["value", "array", "data"] {
            self.open(name);
        }
    }

    pub fn close_array(&mut self) {
        self.close(3);
    }

    /// Bytes whose base64, written by the caller behind what [`take`](Self::take) hands over, stands
    /// between this and [`close_base64`](Self::close_base64).
    pub fn open_base64(&mut self) {
        self.open("value");
        self.open("base64");
        // Ends the start tag.
        self.xml.display("");
    }

    pub fn close_base64(&mut self) {
        self.close(2);
    }

    /// Hands over what is written so far.
    pub fn take(&mut self) -> Vec<u8> {
        self.xml.take()
    }

    /// Bytes written and not handed over yet.
    pub fn pending_bytes(&self) -> usize {
        self.xml.pending_bytes()
    }

    /// The rest of the response. What is still open is closed.
    pub fn finish(self) -> Vec<u8> {
        self.xml.finish()
    }

    fn scalar(&mut self, kind: &str, content: impl FnOnce(&mut Writer)) {
        self.open("value");
        self.open(kind);
        content(&mut self.xml);
        self.close(2);
    }

    fn open(&mut self, name: &str) {
        self.xml.open(NONE, name);
    }

    fn close(&mut self, levels: usize) {
        (0..levels).for_each(|_| self.xml.close());
    }
}
