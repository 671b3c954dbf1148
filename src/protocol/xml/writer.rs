//! The writer: exact bytes, in the manner of WCF.

use std::borrow::Cow;
use std::fmt;

use bytes::Bytes;

use super::base64;
use super::long::{Later, LaterBytes};
use super::text::is_forbidden;
use super::{XSI, XSI_PREFIX};

/// Prefixes for namespaces nobody gave one, in the order WCF uses them. `i` is the prefix of
/// [`XSI`], `s` that of the SOAP envelope, `u` and `o` those of WS-Security.
const PREFIXES: [&str; 22] = [
    "a", "b", "c", "d", "e", "f", "g", "h", "j", "k", "l", "m", "n", "p", "q", "r", "t", "v", "w",
    "x", "y", "z",
];

type Text = Cow<'static, str>;

/// Writes one document into a buffer.
///
/// Elements are opened and closed by namespace and local name; the prefix is the one in scope. An
/// element without content is written `<x/>`. Attributes stand before the declarations of their
/// element, as WCF writes them.
pub struct Writer {
    out: Vec<u8>,
    /// Names of the open elements as written, one after the other.
    names: Vec<u8>,
    open: Vec<Open>,
    bindings: Vec<Binding>,
    /// Declarations from here on belong to the start tag being written and are not in it yet.
    undeclared: usize,
    in_start_tag: bool,
    later: Option<Later>,
    /// The edition of the service whose members are written.
    edition: u16,
}

/// Without the document: it holds personal data.
impl fmt::Debug for Writer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Writer").field("written_bytes", &self.out.len()).finish_non_exhaustive()
    }
}

struct Open {
    /// Where its name begins in `names`.
    name: usize,
    /// Length of `bindings` outside the element.
    outer_scope: usize,
}

struct Binding {
    /// Empty for the default namespace.
    prefix: Text,
    namespace: Text,
}

impl Default for Writer {
    fn default() -> Self {
        Self {
            out: Vec::new(),
            names: Vec::new(),
            open: Vec::new(),
            bindings: Vec::new(),
            undeclared: 0,
            in_start_tag: false,
            later: None,
            edition: u16::MAX,
        }
    }
}

impl Writer {
    /// A writer for the newest edition of whatever is written.
    pub fn new() -> Self {
        Self::default()
    }

    /// Leaves out the members that came after this edition.
    pub fn set_edition(&mut self, edition: u16) {
        self.edition = edition;
    }

    /// The edition whose members are written.
    pub fn edition(&self) -> u16 {
        self.edition
    }

    /// A writer with room for a document of about this many bytes.
    pub fn with_capacity(bytes: usize) -> Self {
        Self { out: Vec::with_capacity(bytes), ..Self::default() }
    }

    /// The document. Elements still open are closed.
    pub fn finish(mut self) -> Vec<u8> {
        while !self.open.is_empty() {
            self.close();
        }
        self.out
    }

    /// The document, and what it lacks of a [`LongBytes`](super::LongBytes).
    pub fn finish_with_later(mut self) -> (Vec<u8>, Option<Later>) {
        let later = self.later.take();
        (self.finish(), later)
    }

    /// Hands over what is written so far, for a document that is sent while it is written.
    pub fn take(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.out)
    }

    /// Bytes written and not handed over yet.
    pub fn pending_bytes(&self) -> usize {
        self.out.len()
    }

    /// Writes `<?xml version="1.0" encoding="utf-8"?>`, which WCF leaves out.
    pub fn declaration(&mut self) {
        self.out.extend_from_slice(br#"<?xml version="1.0" encoding="utf-8"?>"#);
    }

    /// Opens an element with the prefix in scope for its namespace; without one, the next free
    /// prefix is declared on it.
    pub fn open(&mut self, namespace: impl Into<Text>, local: &str) {
        let namespace = namespace.into();
        match self.prefix(&namespace) {
            Some(prefix) => self.start(&prefix, local),
            None if namespace.is_empty() => {
                let undeclare = !self.default_namespace().is_empty();
                self.start("", local);
                if undeclare {
                    self.declare("", "");
                }
            }
            None => {
                let prefix = self.free_prefix();
                self.start(&prefix, local);
                self.bind(prefix, namespace);
            }
        }
    }

    /// Opens an element with this prefix (empty for none), declared on it where needed.
    pub fn open_as(&mut self, prefix: impl Into<Text>, namespace: impl Into<Text>, local: &str) {
        let prefix = prefix.into();
        self.start(&prefix, local);
        self.declare(prefix, namespace);
    }

    /// Declares a prefix (empty for the default namespace) on the start tag being written, unless
    /// it already means this namespace there.
    pub fn declare(&mut self, prefix: impl Into<Text>, namespace: impl Into<Text>) {
        let (prefix, namespace) = (prefix.into(), namespace.into());
        if self.meaning(&prefix) != Some(&namespace) {
            self.bind(prefix, namespace);
        }
    }

    /// Makes sure that a namespace has a prefix at the start tag being written, and answers it.
    pub fn prefix_for(&mut self, namespace: impl Into<Text>) -> Text {
        let namespace = namespace.into();
        if let Some(prefix) = self.prefixes(&namespace).find(|prefix| !prefix.is_empty()) {
            return prefix;
        }
        let prefix = if namespace == XSI { XSI_PREFIX.into() } else { self.free_prefix() };
        self.bind(prefix.clone(), namespace);
        prefix
    }

    /// What WCF declares on an element that carries data of a contract: the contract's namespace,
    /// where it is not in scope, and [`XSI`].
    pub fn declare_contract(&mut self, namespace: impl Into<Text>) {
        let namespace = namespace.into();
        if self.prefix(&namespace).is_none() {
            self.prefix_for(namespace);
            self.prefix_for(XSI);
        }
    }

    /// An attribute without a prefix.
    pub fn attribute(&mut self, local: &str, value: &str) {
        self.write_attribute("", local, value);
    }

    /// An attribute in a namespace, which gets a prefix where it has none.
    pub fn attribute_in(&mut self, namespace: impl Into<Text>, local: &str, value: &str) {
        let prefix = self.prefix_for(namespace);
        self.write_attribute(&prefix, local, value);
    }

    /// `i:nil="true"`.
    pub fn nil(&mut self) {
        self.attribute_in(XSI, "nil", "true");
    }

    /// `i:type="prefix:local"`.
    pub fn xsi_type(&mut self, namespace: impl Into<Text>, local: &str) {
        let xsi = self.prefix_for(XSI);
        let prefix = self.prefix_for(namespace);
        self.write_attribute(&xsi, "type", &format!("{prefix}:{local}"));
    }

    /// Text, escaped. Characters that XML forbids are left out.
    pub fn text(&mut self, text: &str) {
        if !text.is_empty() {
            self.end_start_tag();
            escape(text, Place::Text, &mut self.out);
        }
    }

    /// Markup that opens and closes what it should, as it is. Nothing in it is declared or looked up.
    pub fn markup(&mut self, markup: &'static str) {
        self.end_start_tag();
        self.out.extend_from_slice(markup.as_bytes());
    }

    /// Text that is known to need no escaping, such as a number.
    pub fn display(&mut self, value: impl fmt::Display) {
        self.end_start_tag();
        // Writing to a Vec cannot fail.
        std::io::Write::write_fmt(&mut self.out, format_args!("{value}")).unwrap_or_default();
    }

    /// Bytes as base64, in one line.
    pub fn base64(&mut self, bytes: &[u8]) {
        if !bytes.is_empty() {
            self.end_start_tag();
            base64::encode(bytes, &mut self.out);
        }
    }

    /// Bytes as base64, in one line, of which those that come `later` do not stand in the document
    /// yet: see [`Writer::finish_with_later`]. Once in a document.
    pub(super) fn long_base64(&mut self, at_hand: &[Bytes], later: Option<LaterBytes>) {
        if later.is_none() && at_hand.iter().all(Bytes::is_empty) {
            return;
        }
        self.end_start_tag();
        let mut encoder = base64::Encoder::default();
        encoder.push_all(at_hand, &mut self.out);
        match later {
            Some(bytes) => self.later = Some(Later { at: self.out.len(), encoder, bytes }),
            None => encoder.finish(&mut self.out),
        }
    }

    /// Closes the innermost element.
    pub fn close(&mut self) {
        let Some(open) = self.open.pop() else { return };
        if self.in_start_tag {
            self.write_declarations();
            self.out.extend_from_slice(b"/>");
            self.in_start_tag = false;
        } else {
            self.out.extend_from_slice(b"</");
            self.out.extend_from_slice(self.names.get(open.name..).unwrap_or_default());
            self.out.push(b'>');
        }
        self.names.truncate(open.name);
        self.bindings.truncate(open.outer_scope);
        self.undeclared = self.bindings.len();
    }

    /// An element with text in it.
    pub fn leaf(&mut self, namespace: impl Into<Text>, local: &str, text: &str) {
        self.open(namespace, local);
        self.text(text);
        self.close();
    }

    fn start(&mut self, prefix: &str, local: &str) {
        self.end_start_tag();
        self.open.push(Open { name: self.names.len(), outer_scope: self.bindings.len() });
        let name = self.names.len();
        if !prefix.is_empty() {
            self.names.extend_from_slice(prefix.as_bytes());
            self.names.push(b':');
        }
        self.names.extend_from_slice(local.as_bytes());
        self.out.push(b'<');
        self.out.extend_from_slice(self.names.get(name..).unwrap_or_default());
        self.in_start_tag = true;
    }

    fn end_start_tag(&mut self) {
        if self.in_start_tag {
            self.write_declarations();
            self.out.push(b'>');
            self.in_start_tag = false;
        }
    }

    fn write_declarations(&mut self) {
        for binding in self.bindings.get(self.undeclared..).unwrap_or_default() {
            self.out.extend_from_slice(b" xmlns");
            if !binding.prefix.is_empty() {
                self.out.push(b':');
                self.out.extend_from_slice(binding.prefix.as_bytes());
            }
            self.out.extend_from_slice(b"=\"");
            escape(&binding.namespace, Place::Attribute, &mut self.out);
            self.out.push(b'"');
        }
        self.undeclared = self.bindings.len();
    }

    fn write_attribute(&mut self, prefix: &str, local: &str, value: &str) {
        self.out.push(b' ');
        if !prefix.is_empty() {
            self.out.extend_from_slice(prefix.as_bytes());
            self.out.push(b':');
        }
        self.out.extend_from_slice(local.as_bytes());
        self.out.extend_from_slice(b"=\"");
        escape(value, Place::Attribute, &mut self.out);
        self.out.push(b'"');
    }

    fn bind(&mut self, prefix: Text, namespace: Text) {
        self.bindings.push(Binding { prefix, namespace });
    }

    fn meaning(&self, prefix: &str) -> Option<&Text> {
        let bound = self.bindings.iter().rev().find(|binding| binding.prefix == prefix);
        bound.map(|binding| &binding.namespace)
    }

    fn default_namespace(&self) -> &str {
        self.meaning("").map_or("", |namespace| &**namespace)
    }

    /// Prefixes that mean this namespace here, innermost first.
    fn prefixes<'w>(&'w self, namespace: &'w str) -> impl Iterator<Item = Text> + 'w {
        let bound = self.bindings.iter().rev().filter(move |bound| bound.namespace == namespace);
        bound
            .filter(move |bound| self.meaning(&bound.prefix).is_some_and(|now| now == namespace))
            .map(|bound| bound.prefix.clone())
    }

    fn prefix(&self, namespace: &str) -> Option<Text> {
        self.prefixes(namespace).next()
    }

    fn free_prefix(&self) -> Text {
        let free = PREFIXES.into_iter().find(|prefix| self.meaning(prefix).is_none());
        match free {
            Some(prefix) => prefix.into(),
            None => format!("n{}", self.bindings.len()).into(),
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Text,
    Attribute,
}

/// Appends text with the escapes that WCF uses.
fn escape(text: &str, place: Place, out: &mut Vec<u8>) {
    if !text.bytes().any(may_need_escape) {
        out.extend_from_slice(text.as_bytes());
        return;
    }
    let mut rest = text;
    while let Some(at) = rest.find(|c| replacement(c, place).is_some()) {
        let (plain, special) = rest.split_at_checked(at).unwrap_or((rest, ""));
        out.extend_from_slice(plain.as_bytes());
        let mut characters = special.chars();
        let written = characters.next().and_then(|c| replacement(c, place)).unwrap_or_default();
        out.extend_from_slice(written.as_bytes());
        rest = characters.as_str();
    }
    out.extend_from_slice(rest.as_bytes());
}

/// Whether a byte can begin a character that has a [`replacement`].
fn may_need_escape(byte: u8) -> bool {
    byte < 0x20 || matches!(byte, b'<' | b'>' | b'&' | b'"' | 0xef)
}

fn replacement(c: char, place: Place) -> Option<&'static str> {
    match c {
        '<' => Some("&lt;"),
        '>' => Some("&gt;"),
        '&' => Some("&amp;"),
        // A raw one would be read as a line feed.
        '\r' => Some("&#xD;"),
        '"' if place == Place::Attribute => Some("&quot;"),
        '\n' if place == Place::Attribute => Some("&#xA;"),
        '\t' if place == Place::Attribute => Some("&#x9;"),
        c if is_forbidden(c) => Some(""),
        _ => None,
    }
}
