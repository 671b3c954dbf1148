//! XML by meaning: namespaces and never prefixes, types where they are known.

mod children;
mod elements;
mod known;
mod tree;

use super::walk::Walk;
use super::{Content, Unreadable, What};
use crate::protocol::xml::decode;

/// Compares two documents.
pub(super) fn differences(
    expected: Content<'_>,
    found: Content<'_>,
    walk: &mut Walk<'_>,
) -> Result<(), Unreadable> {
    let unreadable = |error: &dyn std::fmt::Display| Unreadable::Found(error.to_string());
    let whitespace = walk.rules().whitespace;
    let text = decode(expected.bytes, expected.charset()).map_err(|_| Unreadable::Expected)?;
    let document = tree::read(&text, whitespace).map_err(|_| Unreadable::Expected)?;
    let found_text = decode(found.bytes, found.charset()).map_err(|error| unreadable(&error))?;
    let found = tree::read(&found_text, whitespace).map_err(|error| unreadable(&error))?;
    if document.dropped != found.dropped {
        let told = |count: usize| format!("{count} characters that XML forbids");
        walk.differ(What::Value, Some(&told(document.dropped)), Some(&told(found.dropped)));
    }
    elements::roots(&document.root, &found.root, walk);
    Ok(())
}
