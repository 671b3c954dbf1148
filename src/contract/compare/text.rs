//! Text and bytes, where nothing more is known of them.

use super::walk::Walk;
use super::{Content, What};
use crate::protocol::xml::decode_leniently;

/// Compares line by line, so that one line more or less is one difference. Line ends are one
/// whether LF or CRLF.
pub(super) fn differences(expected: Content<'_>, found: Content<'_>, walk: &mut Walk<'_>) {
    if expected.bytes == found.bytes {
        return;
    }
    let one = decode_leniently(expected.bytes, expected.charset());
    let other = decode_leniently(found.bytes, found.charset());
    walk.value(&one, &other, |one, other| lines(one).eq(lines(other)));
}

fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.split('\n').map(|line| line.strip_suffix('\r').unwrap_or(line))
}

/// Compares bytes; says where the first difference is, never what is there.
pub(super) fn binary(expected: &[u8], found: &[u8], walk: &mut Walk<'_>) {
    if expected == found {
        return;
    }
    let at = expected.iter().zip(found).take_while(|(one, other)| one == other).count();
    let told = |bytes: &[u8]| format!("{} bytes, another from byte {at} on", bytes.len());
    walk.differ(What::Value, Some(&told(expected)), Some(&told(found)));
}
