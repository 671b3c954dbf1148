//! XML by meaning: namespaces and never prefixes, types where they are known.

mod children;
mod elements;
mod known;
mod order;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;
mod tree;
mod xmlrpc;

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
    let mut expected = tree::read(&text, whitespace).map_err(|_| Unreadable::Expected)?;
    let found_text = decode(found.bytes, found.charset()).map_err(|error| unreadable(&error))?;
    let mut found = tree::read(&found_text, whitespace).map_err(|error| unreadable(&error))?;
    if expected.dropped != found.dropped {
        let told = |count: usize| format!("{count} characters that XML forbids");
        walk.differ(What::Value, Some(&told(expected.dropped)), Some(&told(found.dropped)));
    }
    let is_rpc = xmlrpc::is_call(&expected.root) && xmlrpc::is_call(&found.root);
    if is_rpc {
        xmlrpc::spell_out(&mut expected.root);
        xmlrpc::spell_out(&mut found.root);
    }
    elements::roots(&expected.root, &found.root, is_rpc, walk);
    Ok(())
}
