//! A body as a tree of elements, as far as it can be read.

use std::borrow::Cow;

use http::HeaderMap;

use super::MOST_BODY_BYTES;
use crate::protocol::xml::{Content, Limits, Name, Reader, XmlError, decode, trim};

/// Longest text of an element that is kept, in bytes. What is looked at are names, numbers, times
/// and identifiers; of longer texts only the length counts.
const KEPT_TEXT_BYTES: usize = 512;

/// Deepest element that is followed. Replies of strangers may be deeper than any of ours.
const MOST_DEPTH: usize = 256;

/// A body that was looked at.
#[derive(Debug)]
pub enum Document<'x> {
    /// Empty, too large, or no XML by its first character.
    None,
    Read(Element<'x>),
    /// The bytes are no text in their encoding, or the text is no document.
    Broken(XmlError),
}

impl<'x> Document<'x> {
    /// `html` also knows HTML's named characters, as the method calls of PHP clients have them.
    pub fn of(decoded: &'x Result<Cow<'x, str>, XmlError>, html: bool) -> Self {
        let text = match decoded {
            Ok(text) => text,
            Err(error) => return Self::Broken(error.clone()),
        };
        if !text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}').starts_with('<')
        {
            return Self::None;
        }
        match read(text.trim_start(), html) {
            Ok(root) => Self::Read(root),
            Err(error) => Self::Broken(error),
        }
    }

    pub fn root(&self) -> Option<&Element<'x>> {
        match self {
            Self::Read(root) => Some(root),
            Self::None | Self::Broken(_) => None,
        }
    }

    pub fn error(&self) -> Option<&XmlError> {
        match self {
            Self::Broken(error) => Some(error),
            Self::None | Self::Read(_) => None,
        }
    }
}

/// The text of a body, by mark, `charset` and declaration; empty when it is too large.
pub fn decoded<'b>(headers: &HeaderMap, body: &'b [u8]) -> Result<Cow<'b, str>, XmlError> {
    if body.len() > MOST_BODY_BYTES {
        return Ok(Cow::Borrowed(""));
    }
    let content_type = headers.get("content-type").and_then(|value| value.to_str().ok());
    decode(body, content_type.and_then(|value| parameter(value, "charset")))
}

/// A parameter of a `Content-Type`, without quotes.
pub fn parameter<'a>(content_type: &'a str, name: &str) -> Option<&'a str> {
    let mut parts = content_type.split(';').skip(1).filter_map(|part| part.split_once('='));
    let (_, value) = parts.find(|(key, _)| key.trim().eq_ignore_ascii_case(name))?;
    Some(value.trim().trim_matches('"'))
}

/// One element. Without `Debug` of its text, which may be somebody's.
pub struct Element<'x> {
    pub name: Name<'x>,
    /// Namespace, local name and value of each attribute that is no declaration.
    pub attributes: Vec<(String, String, String)>,
    /// The type that it says, by namespace and name; empty names where the prefix is not declared.
    pub xsi_type: Option<(String, String)>,
    pub is_nil: bool,
    /// The first [`KEPT_TEXT_BYTES`] of its text.
    pub text: String,
    pub text_bytes: usize,
    pub text_chars: usize,
    pub children: Vec<Element<'x>>,
    /// Characters in its text that XML forbids.
    pub forbidden: usize,
}

impl std::fmt::Debug for Element<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Element").field("name", &self.name).finish_non_exhaustive()
    }
}

impl Element<'_> {
    pub fn local(&self) -> &str {
        self.name.local()
    }

    pub fn namespace(&self) -> &str {
        self.name.namespace()
    }

    pub fn is(&self, namespace: &str, local: &str) -> bool {
        self.name.is(namespace, local)
    }

    pub fn child(&self, namespace: &str, local: &str) -> Option<&Self> {
        self.children.iter().find(|child| child.is(namespace, local))
    }

    /// The child of this name in whatever namespace.
    pub fn child_named(&self, local: &str) -> Option<&Self> {
        self.children.iter().find(|child| child.local() == local)
    }

    pub fn attribute(&self, local: &str) -> Option<&str> {
        let found = self.attributes.iter().find(|(_, name, _)| name == local);
        found.map(|(_, _, value)| value.as_str())
    }

    /// This element and all below it, with the depth of each; the outermost has 1.
    pub fn walk(&self) -> Vec<(usize, &Self)> {
        let mut found = Vec::new();
        let mut open = vec![(1, self)];
        while let Some((depth, element)) = open.pop() {
            found.push((depth, element));
            open.extend(element.children.iter().rev().map(|child| (depth + 1, child)));
        }
        found
    }
}

fn read(text: &str, html: bool) -> Result<Element<'_>, XmlError> {
    let limits = Limits { depth: MOST_DEPTH, ..Limits::default() };
    let mut reader = Reader::new(text, limits);
    if html {
        reader = reader.with_html_entities();
    }
    let name = reader.root()?;
    let root = element(&mut reader, name)?;
    reader.finish()?;
    Ok(root)
}

fn element<'x>(reader: &mut Reader<'x>, name: Name<'x>) -> Result<Element<'x>, XmlError> {
    let attributes = reader.attributes().iter();
    let own = |text: &str| text.chars().take(KEPT_TEXT_BYTES).collect::<String>();
    let attributes =
        attributes.map(|a| (own(a.name.namespace()), own(a.name.local()), own(&a.value))).collect();
    let xsi_type = match reader.xsi_type() {
        Ok(named) => named.map(|name| (own(name.namespace()), own(name.local()))),
        Err(_) => Some((String::new(), String::new())),
    };
    let mut element = Element {
        name,
        attributes,
        xsi_type,
        is_nil: reader.is_nil(),
        text: String::new(),
        text_bytes: 0,
        text_chars: 0,
        children: Vec::new(),
        forbidden: reader.dropped_characters(),
    };
    match reader.text_or_child()? {
        Content::Text(text) => {
            element.text_bytes = text.len();
            element.text_chars = text.chars().count();
            element.text = own(trim(&text));
        }
        Content::Child(name) => children(reader, name, &mut element.children)?,
    }
    element.forbidden = reader.dropped_characters() - element.forbidden;
    Ok(element)
}

fn children<'x>(
    reader: &mut Reader<'x>,
    first: Name<'x>,
    into: &mut Vec<Element<'x>>,
) -> Result<(), XmlError> {
    let mut next = Some(first);
    while let Some(name) = next {
        into.push(element(reader, name)?);
        next = reader.next_child()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(text: &str) -> Result<Cow<'_, str>, XmlError> {
        decode(text.as_bytes(), None)
    }

    #[test]
    fn a_document_is_read_with_names_types_and_sizes() {
        let text = document(
            "<a xmlns='urn:a' xmlns:i='http://www.w3.org/2001/XMLSchema-instance' xmlns:x='urn:x'>\
             <b i:type='x:T' at='1'>h\u{e9}</b><c i:nil='1'/></a>",
        );
        let document = Document::of(&text, false);
        let root = document.root().unwrap();
        assert!(root.is("urn:a", "a"));
        let b = root.child("urn:a", "b").unwrap();
        assert_eq!(b.xsi_type, Some(("urn:x".to_owned(), "T".to_owned())));
        assert_eq!((b.text_bytes, b.text_chars, b.attribute("at")), (3, 2, Some("1")));
        assert!(root.child_named("c").unwrap().is_nil);
        assert_eq!(root.walk().iter().map(|(depth, _)| *depth).collect::<Vec<_>>(), [1, 2, 2]);
    }

    #[test]
    fn what_is_no_document_is_none_or_says_why() {
        assert!(matches!(Document::of(&document("{}"), false), Document::None));
        assert!(matches!(Document::of(&document(""), false), Document::None));
        let text = document("<a><b></a>");
        assert!(Document::of(&text, false).error().is_some());
    }

    #[test]
    fn a_parameter_is_read_without_its_quotes() {
        assert_eq!(parameter("text/xml; Charset=\"utf-8\"", "charset"), Some("utf-8"));
        assert_eq!(parameter("text/xml", "charset"), None);
    }
}
