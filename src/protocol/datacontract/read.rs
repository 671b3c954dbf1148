//! Parts of documents that clients send, read by their true names.

use std::borrow::Cow;

use super::ARRAYS;
use crate::protocol::xml::{Content, Reader, XmlError};

/// The text of the element entered last; `None` for `i:nil` and for an element with children.
pub fn read_text<'x>(xml: &mut Reader<'x>) -> Result<Option<Cow<'x, str>>, XmlError> {
    if xml.is_nil() {
        xml.skip()?;
        return Ok(None);
    }
    match xml.text_or_child()? {
        Content::Text(text) => Ok(Some(text)),
        Content::Child(_) => {
            xml.skip()?;
            while xml.next_child()?.is_some() {
                xml.skip()?;
            }
            Ok(None)
        }
    }
}

/// The items of a list of texts; the element entered last is the list.
pub fn read_texts(xml: &mut Reader<'_>) -> Result<Vec<String>, XmlError> {
    let mut texts = Vec::new();
    if xml.is_nil() {
        xml.skip()?;
        return Ok(texts);
    }
    while let Some(name) = xml.next_child()? {
        if name.is(ARRAYS, "string") {
            texts.push(read_text(xml)?.unwrap_or_default().into_owned());
        } else {
            xml.skip()?;
        }
    }
    Ok(texts)
}

/// The entries of a dictionary, in their order; the element entered last is the dictionary.
/// Whatever type a value says it has, its text is what counts.
pub fn read_dictionary(
    xml: &mut Reader<'_>,
    mut entry: impl FnMut(String, Option<String>),
) -> Result<(), XmlError> {
    if xml.is_nil() {
        return xml.skip();
    }
    while let Some(name) = xml.next_child()? {
        if !name.is(ARRAYS, "KeyValueOfstringanyType") {
            xml.skip()?;
            continue;
        }
        let (mut key, mut value) = (None, None);
        while let Some(name) = xml.next_child()? {
            match name.within(ARRAYS) {
                Some("Key") => key = read_text(xml)?.map(Cow::into_owned),
                Some("Value") => value = read_text(xml)?.map(Cow::into_owned),
                _ => xml.skip()?,
            }
        }
        if let Some(key) = key {
            entry(key, value);
        }
    }
    Ok(())
}
