//! Forms and queries: each value by the name of its field.

use std::collections::BTreeMap;
use std::ops::Range;

use super::layer::{Layer, Spelling};
use super::names::{self, Meaning};
use super::pass::{Edits, Pass};
use crate::domain::EmailAddress;
use crate::protocol::form::text;

/// Columns that a form may name for its rows.
const MOST_COLUMNS: usize = 1_000;

/// A pair's name and value.
type Pair = (Range<usize>, Range<usize>);

pub(super) fn edits(pass: &mut Pass<'_>, bytes: &[u8]) -> Edits {
    let mut edits = Vec::new();
    let columns = columns(pass, bytes);
    for (name, value) in Pairs::of(bytes) {
        let name_layer = Layer::of(Spelling::Form, bytes.get(name.clone()).unwrap_or_default());
        let said = text::read(name_layer.plain()).into_owned();
        let found = pass.scanned(name_layer.plain());
        edits.extend(name_layer.lift(found, name.start));
        let by_column = column_of(&said, "data").and_then(|column| columns.get(&column)).copied();
        let meaning = by_column.unwrap_or_else(|| names::bracketed(&said, pass.options));
        let layer = value_layer(bytes.get(value.clone()).unwrap_or_default());
        let found = pass.value(meaning, layer.plain())?;
        edits.extend(layer.lift(found, value.start));
    }
    Ok(edits)
}

/// Clients forget to encode the `+` of an address: then it is one.
fn value_layer(value: &[u8]) -> Layer<'_> {
    let layer = Layer::of(Spelling::Percent, value);
    let is_address =
        value.contains(&b'+') && { EmailAddress::judge(&text::read(layer.plain())).is_some() };
    if is_address { layer } else { Layer::of(Spelling::Form, value) }
}

/// What the columns of `data[row][column]` hold, by `field_names[column]`.
fn columns(pass: &Pass<'_>, bytes: &[u8]) -> BTreeMap<u32, Meaning> {
    let mut columns = BTreeMap::new();
    let mut next = 0;
    for (name, value) in Pairs::of(bytes).take(MOST_COLUMNS) {
        let plain = |range| {
            let layer = Layer::of(Spelling::Form, bytes.get(range).unwrap_or_default());
            text::read(layer.plain()).into_owned()
        };
        let name = plain(name);
        let column = match name.as_str() {
            "field_names[]" => Some(next),
            name => column_of(name, "field_names"),
        };
        if let Some(column) = column {
            next = column.saturating_add(1);
            columns.insert(column, names::meaning(&plain(value), pass.options));
        }
    }
    columns.retain(|_, meaning| meaning.is_whole());
    columns
}

/// The last number in the brackets behind `of`.
fn column_of(name: &str, of: &str) -> Option<u32> {
    let brackets = name.trim().strip_prefix(of)?.strip_suffix(']')?;
    brackets.rsplit('[').next()?.trim().parse().ok()
}

/// Pairs between `&`. A value that begins with `<` as it stands is a document which its client
/// forgot to encode: it reaches to the last `>`, as the face reads it.
struct Pairs<'a> {
    bytes: &'a [u8],
    at: usize,
    /// Behind the pair with the last `>`.
    markup_end: usize,
}

impl<'a> Pairs<'a> {
    fn of(bytes: &'a [u8]) -> Self {
        let last = bytes.iter().rposition(|byte| *byte == b'>').unwrap_or(0);
        let behind = bytes.get(last..).unwrap_or_default();
        let next = behind.iter().position(|byte| *byte == b'&').unwrap_or(behind.len());
        Self { bytes, at: 0, markup_end: last + next }
    }
}

impl Iterator for Pairs<'_> {
    type Item = Pair;

    fn next(&mut self) -> Option<Pair> {
        let rest = self.bytes.get(self.at..).filter(|rest| !rest.is_empty())?;
        let pair = rest.iter().position(|byte| *byte == b'&').unwrap_or(rest.len());
        let equals = rest.iter().take(pair).position(|byte| *byte == b'=');
        let name = self.at..self.at + equals.unwrap_or(pair);
        let value_start = self.at + equals.map_or(pair, |equals| equals + 1);
        let value = self.bytes.get(value_start..).unwrap_or_default();
        let first = value.iter().find(|byte| !byte.is_ascii_whitespace() && **byte != b'+');
        let mut end = self.at + pair;
        if first == Some(&b'<') {
            end = end.max(self.markup_end);
        }
        self.at = end + 1;
        Some((name, value_start..end))
    }
}
