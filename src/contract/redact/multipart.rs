//! `multipart/form-data`: each part by its name, its type and its first bytes.

use std::ops::Range;

use super::edit::{Edit, applied, settled};
use super::names;
use super::pass::{Around, Edits, Pass};
use crate::protocol::form::text;

pub(super) fn edits(pass: &mut Pass<'_>, bytes: &[u8], boundary: &str) -> Edits {
    let mut edits = Vec::new();
    for piece in pieces(bytes, boundary.as_bytes()) {
        let (head, body) = split(bytes, &piece);
        let part = bytes.get(body.clone()).unwrap_or_default();
        let said = Said::of(&text::read(bytes.get(head.clone()).unwrap_or_default()));
        let meaning = names::bracketed(&said.name, pass.options);
        let found = match (said.is_base64, meaning.is_whole()) {
            (true, false) => pass.value(names::Meaning::File, part)?,
            (_, true) => pass.whole(meaning, part),
            (false, false) => {
                let content_type =
                    if said.content_type.is_empty() { "text/plain" } else { &said.content_type };
                pass.document_or_field(part, Around { content_type, meaning })?
            }
        };
        let found = settled(found);
        edits.extend(head_edits(pass, bytes, &head, (part, &found)));
        edits.extend(found.into_iter().map(|edit| edit.moved(body.start)));
    }
    Ok(edits)
}

/// What is found in a part's head, and its `Content-Length`, when its body changes.
fn head_edits(
    pass: &mut Pass<'_>,
    bytes: &[u8],
    head: &Range<usize>,
    (part, found): (&[u8], &[Edit]),
) -> Vec<Edit> {
    let text = bytes.get(head.clone()).unwrap_or_default();
    let mut edits: Vec<Edit> = Vec::new();
    for edit in pass.scanned(text) {
        edits.push(edit.moved(head.start));
    }
    let mut at = head.start;
    for line in text.split_inclusive(|byte| *byte == b'\n') {
        let colon = line.iter().position(|byte| *byte == b':');
        let name = colon.and_then(|colon| line.get(..colon)).unwrap_or_default();
        if name.trim_ascii().eq_ignore_ascii_case(b"content-length") && !found.is_empty() {
            let from = name.len() + 1;
            let value = line.get(from..).unwrap_or_default();
            let start = at + from + (value.len() - value.trim_ascii_start().len());
            let length = applied(part, found).len();
            edits.push(Edit::new(start..start + value.trim_ascii().len(), length.to_string()));
        }
        at += line.len();
    }
    edits
}

/// What the head of a part says.
#[derive(Debug, Default)]
struct Said {
    name: String,
    content_type: String,
    is_base64: bool,
}

impl Said {
    fn of(head: &str) -> Self {
        let mut said = Self::default();
        for (name, value) in head.lines().filter_map(|line| line.split_once(':')) {
            let value = value.trim();
            match name.trim().to_ascii_lowercase().as_str() {
                "content-disposition" => said.name = parameter(value, "name").unwrap_or_default(),
                "content-type" => value.clone_into(&mut said.content_type),
                "content-transfer-encoding" => {
                    said.is_base64 = value.eq_ignore_ascii_case("base64");
                }
                _ => {}
            }
        }
        said
    }
}

/// A parameter in quotes or bare.
fn parameter(value: &str, wanted: &str) -> Option<String> {
    let parameters = value.split(';').skip(1).filter_map(|one| one.split_once('='));
    let mut found = parameters.filter(|(name, _)| name.trim().eq_ignore_ascii_case(wanted));
    found.next().map(|(_, value)| value.trim().trim_matches('"').to_owned())
}

/// What stands between the delimiters' lines, and in front of the first, and behind the last.
fn pieces(bytes: &[u8], boundary: &[u8]) -> Vec<Range<usize>> {
    let mut pieces = Vec::new();
    let mut start = 0;
    let mut at = 0;
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        let after = line.strip_prefix(b"--").and_then(|line| line.strip_prefix(boundary));
        let is_delimiter = after.is_some_and(|after| {
            matches!(after.first(), None | Some(b'\r' | b'\n' | b' ' | b'\t'))
                || after.starts_with(b"--")
        });
        if is_delimiter {
            let piece = bytes.get(start..at).unwrap_or_default();
            let piece = piece.strip_suffix(b"\n").unwrap_or(piece);
            let piece = piece.strip_suffix(b"\r").unwrap_or(piece);
            pieces.push(start..start + piece.len());
            start = at + line.len();
        }
        at += line.len();
    }
    pieces.push(start..bytes.len());
    pieces
}

/// The places of a part's head and of its body.
fn split(bytes: &[u8], piece: &Range<usize>) -> (Range<usize>, Range<usize>) {
    let part = bytes.get(piece.clone()).unwrap_or_default();
    let mut at = piece.start;
    for line in part.split_inclusive(|byte| *byte == b'\n') {
        let next = at + line.len();
        if line.trim_ascii().is_empty() {
            return (piece.start..at, next..piece.end);
        }
        at = next;
    }
    (piece.clone(), piece.end..piece.end)
}
