//! XML into a tree, within bounds.

use super::read::ReadError;
use super::tree::{Bounds, Element, Tree};
use crate::protocol::xml::{Content, Limits, Reader, XmlError, decode};

/// Reads one XML document: what stands inside its root, whatever the root is called.
///
/// Namespaces do not matter, since none is published for these documents; `nil` is null.
pub fn read_xml(body: &[u8], charset: Option<&str>, bounds: Bounds) -> Result<Tree, ReadError> {
    let read = || {
        let text = decode(body, charset)?;
        let limits = Limits { depth: bounds.depth, elements: bounds.values, ..Limits::default() };
        let mut xml = Reader::new(&text, limits);
        xml.root()?;
        let tree = inside(&mut xml)?;
        xml.finish()?;
        Ok(tree)
    };
    read().map_err(|error: XmlError| ReadError::malformed(error.to_string()))
}

/// Leaves the element entered last. Its nesting is bounded by the reader.
fn inside(xml: &mut Reader<'_>) -> Result<Tree, XmlError> {
    if xml.is_nil() {
        xml.skip()?;
        return Ok(Tree::Null);
    }
    let mut next = match xml.text_or_child()? {
        Content::Text(text) => {
            let element = Element { text: text.into_owned(), children: Vec::new() };
            return Ok(Tree::Element(Box::new(element)));
        }
        Content::Child(name) => Some(name),
    };
    let mut children = Vec::new();
    while let Some(name) = next {
        children.push((name.local().to_owned(), inside(xml)?));
        next = xml.next_child()?;
    }
    Ok(Tree::Element(Box::new(Element { text: String::new(), children })))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::protocol::rest::from_tree;

    fn read(xml: &str) -> Result<Tree, ReadError> {
        read_xml(xml.as_bytes(), None, Bounds { depth: 4, values: 10 })
    }

    #[test]
    fn prefixes_and_the_name_of_the_root_do_not_matter() {
        let tree = read("<x:Any xmlns:x='urn:x'><x:Id>7</x:Id></x:Any>").unwrap();
        let Tree::Element(element) = tree else { panic!("an element") };
        assert_eq!(element.children[0].0, "Id");
        assert_eq!(from_tree::<i32>(&element.children[0].1).unwrap(), 7);
    }

    #[test]
    fn nil_is_null() {
        let nil = "<a xmlns:i='http://www.w3.org/2001/XMLSchema-instance' i:nil='true'/>";
        assert_eq!(read(nil).unwrap(), Tree::Null);
    }

    #[test]
    fn a_document_beyond_its_bounds_is_refused() {
        assert!(read("<a><b><c><d/></c></b></a>").is_ok());
        assert!(read("<a><b><c><d><e/></d></c></b></a>").is_err());
        assert!(read(&format!("<a>{}</a>", "<b/>".repeat(10))).is_err());
        assert!(read("<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>").is_err());
        for text in ["", "<a>", "{}", "<a/><b/>", "<a>text<b/></a>"] {
            assert!(read(text).is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_body_makes_it_panic(body in prop::collection::vec(any::<u8>(), 0..200)) {
            drop(read_xml(&body, Some("utf-8"), Bounds::default()));
        }
    }
}
