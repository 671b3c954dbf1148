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

use std::borrow::Cow;

use self::tree::Document;
use super::rules::Whitespace;
use super::walk::Walk;
use super::{Content, Unreadable, What};
use crate::protocol::xml::decode;

/// Compares two documents.
pub(super) fn differences(
    expected: Content<'_>,
    found: Content<'_>,
    walk: &mut Walk<'_>,
) -> Result<(), Unreadable> {
    let whitespace = walk.rules().whitespace;
    let one = text(expected).map_err(Unreadable::Expected)?;
    let mut expected = tree(&one, whitespace).map_err(Unreadable::Expected)?;
    let other = text(found).map_err(Unreadable::Found)?;
    let mut found = tree(&other, whitespace).map_err(Unreadable::Found)?;
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

fn text(content: Content<'_>) -> Result<Cow<'_, str>, String> {
    decode(content.bytes, content.charset()).map_err(|error| error.to_string())
}

/// The tree of a document, or why and in which line there is none.
fn tree(text: &str, whitespace: Whitespace) -> Result<Document<'_>, String> {
    tree::read(text, whitespace).map_err(|error| {
        let at = usize::try_from(error.offset()).unwrap_or(usize::MAX).min(text.len());
        let line = 1 + text.get(..at).unwrap_or_default().matches('\n').count();
        format!("{error}, in line {line}")
    })
}
