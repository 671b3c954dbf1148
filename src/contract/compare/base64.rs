//! Base64 by content, and what is inside by its own kind: XML, JSON, CSV, archives.

use std::io::{Cursor, Read as _};

use zip::ZipArchive;

use super::path::Step;
use super::value::{Simple, decoded};
use super::walk::Walk;
use super::{Content, Kind, What, csv};
use crate::protocol::xml::decode_leniently;

/// The step from a base64 text to the document in it.
const INSIDE: &str = "base64()";

/// Shortest text that is taken for base64 where nothing says that it is.
const LEAST_GUESSED: usize = 16;

/// Files of one archive.
const MOST_FILES: usize = 1_000;

/// Bytes of all files of one archive, unpacked.
const MOST_UNPACKED: u64 = 64 << 20;

/// Compares two texts as values of a type, or as [`or_text`] where none is known.
pub(super) fn typed(expected: &str, found: &str, simple: Option<Simple>, walk: &mut Walk<'_>) {
    match simple {
        None => or_text(expected, found, walk),
        Some(Simple::Base64) => differences(expected, found, walk),
        Some(simple) => walk.value(expected, found, |one, other| simple.is_same(one, other)),
    }
}

/// Compares two texts that are base64: line breaks do not count, nor do missing `=` at the end.
fn differences(expected: &str, found: &str, walk: &mut Walk<'_>) {
    if walk.by_placeholder(expected, Some(found)) || expected == found {
        return;
    }
    let (Some(one), Some(other)) = (decoded(expected), decoded(found)) else {
        return walk.differ(What::Value, Some(expected), Some(found));
    };
    let told = one == other || walk.inside(INSIDE, |walk| documents(&one, &other, walk));
    if !told {
        walk.differ(What::Value, Some(expected), Some(found));
    }
}

/// Compares two texts of no known type: exactly, unless both are base64 of documents.
///
/// A document in base64 cannot be met by chance; where there is none inside, texts that look like
/// base64 are compared as they stand.
fn or_text(expected: &str, found: &str, walk: &mut Walk<'_>) {
    let guessed = expected != found
        && may_be_base64(expected)
        && may_be_base64(found)
        && decoded(expected).zip(decoded(found)).is_some_and(|(one, other)| {
            is_document(&one) && walk.inside(INSIDE, |walk| documents(&one, &other, walk))
        });
    if !guessed {
        walk.value(expected, found, |one, other| one == other);
    }
}

/// Whole groups of four, in lines or in one.
fn may_be_base64(text: &str) -> bool {
    let letters = text.bytes().filter(|byte| !matches!(byte, b'\r' | b'\n'));
    let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=');
    text.len() >= LEAST_GUESSED
        && letters.clone().all(is_letter)
        && letters.count().is_multiple_of(4)
}

fn is_document(bytes: &[u8]) -> bool {
    match Kind::of(Content { media_type: "", bytes }) {
        Kind::Xml | Kind::Json | Kind::Php => true,
        Kind::Form | Kind::Csv | Kind::Text | Kind::Binary => {
            is_archive(bytes) || table(bytes).is_some()
        }
    }
}

/// Compares decoded bytes as the documents that they are; `false`, and nothing reported, when they
/// are none.
fn documents(expected: &[u8], found: &[u8], walk: &mut Walk<'_>) -> bool {
    if walk.is_ignored() {
        return true;
    }
    if !walk.spend(expected.len().saturating_add(found.len())) {
        return true;
    }
    if is_archive(expected) && is_archive(found) {
        return archives(expected, found, walk);
    }
    if let (Some(one), Some(other)) = (table(expected), table(found)) {
        csv::tables(&one, &other, walk);
        return true;
    }
    let content = |bytes| Content { media_type: "", bytes };
    let (expected, found) = (content(expected), content(found));
    let kind = Kind::of(expected);
    kind == Kind::of(found)
        && kind != Kind::Binary
        && super::by_kind(kind, expected, found, walk).is_ok()
}

/// The text of a table, if the bytes are one.
fn table(bytes: &[u8]) -> Option<String> {
    let has_mark = matches!(bytes, [0xff, 0xfe, ..] | [0xfe, 0xff, ..]);
    if !has_mark && bytes.contains(&0) {
        return None;
    }
    if !has_mark
        && !matches!(Kind::of(Content { media_type: "", bytes }), Kind::Text | Kind::Binary)
    {
        return None;
    }
    let text = decode_leniently(bytes, None);
    csv::looks_like(&text).then(|| text.into_owned())
}

fn is_archive(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04")
}

/// A file of an archive: its name and its bytes.
type File = (String, Vec<u8>);

/// Compares archives file by file; `false` when one cannot be read within the bounds.
fn archives(expected: &[u8], found: &[u8], walk: &mut Walk<'_>) -> bool {
    let (Some(expected), Some(mut found)) = (files(expected), files(found)) else { return false };
    for (name, bytes) in expected {
        let at = found.iter().position(|(other, _)| *other == name);
        let other = at.map(|at| found.remove(at).1);
        walk.within(Step::name(&name), |walk| file(&name, Some(&bytes), other.as_deref(), walk));
    }
    for (name, bytes) in found {
        walk.within(Step::name(&name), |walk| file(&name, None, Some(&bytes), walk));
    }
    true
}

fn file(name: &str, expected: Option<&[u8]>, found: Option<&[u8]>, walk: &mut Walk<'_>) {
    if walk.is_ignored() {
        return;
    }
    let is_table = name.to_ascii_lowercase().ends_with(".csv");
    let content = |bytes| Content { media_type: if is_table { "text/csv" } else { "" }, bytes };
    match (expected, found) {
        (Some(expected), Some(found)) => super::bodies(content(expected), content(found), walk),
        (None, _) => walk.differ(What::Unexpected, None, Some("a file")),
        (_, None) => walk.differ(What::Missing, Some("a file"), None),
    }
}

/// The files of an archive by name; `None` past the bounds.
fn files(archive: &[u8]) -> Option<Vec<File>> {
    let mut archive = ZipArchive::new(Cursor::new(archive)).ok()?;
    if archive.len() > MOST_FILES {
        return None;
    }
    let mut left = MOST_UNPACKED;
    let mut files = Vec::new();
    for index in 0..archive.len() {
        let file = archive.by_index(index).ok()?;
        if file.is_dir() {
            continue;
        }
        let name = file.name().ok()?.into_owned();
        let mut bytes = Vec::new();
        file.take(left + 1).read_to_end(&mut bytes).ok()?;
        left = left.checked_sub(u64::try_from(bytes.len()).ok()?)?;
        files.push((name, bytes));
    }
    files.sort();
    Some(files)
}
