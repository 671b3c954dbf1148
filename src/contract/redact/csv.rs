//! Tables with a heading, and running text, which is a table without one.

use std::ops::Range;

use super::edit::Edit;
use super::names::{self, Meaning};
use super::pass::Pass;
use crate::protocol::form::text;

/// Columns that are looked at; what stands behind is scanned like any text.
const MOST_COLUMNS: usize = 1_000;

/// Edits of a text: whole cells by their column's name, and what is found anywhere.
pub(super) fn edits(pass: &mut Pass<'_>, bytes: &[u8]) -> Vec<Edit> {
    let mut edits = pass.scanned(bytes);
    let Some((delimiter, columns)) = columns(pass, bytes) else { return edits };
    let mut records = Records { bytes, at: 0, delimiter };
    records.next();
    while let Some(cells) = records.next() {
        for (cell, meaning) in cells.into_iter().zip(&columns) {
            let text = bytes.get(cell.clone()).unwrap_or_default();
            if meaning.is_whole() {
                let whole = pass.whole(*meaning, text);
                edits.extend(whole.into_iter().map(|edit| edit.moved(cell.start)));
            }
        }
    }
    edits
}

/// The delimiter and what the columns hold; `None` when no name of one says anything.
fn columns(pass: &Pass<'_>, bytes: &[u8]) -> Option<(u8, Vec<Meaning>)> {
    if !bytes.contains(&b'\n') && !bytes.contains(&b'\r') {
        return None;
    }
    let heading = |delimiter: u8| Records { bytes, at: 0, delimiter }.next().unwrap_or_default();
    let delimiter = b",;\t|".iter().copied().max_by_key(|delimiter| heading(*delimiter).len())?;
    let columns: Vec<Meaning> = heading(delimiter)
        .into_iter()
        .map(|cell| names::meaning(&text::read(bytes.get(cell).unwrap_or_default()), pass.options))
        .collect();
    columns.iter().any(|meaning| meaning.is_whole()).then_some((delimiter, columns))
}

/// Reads records as the places of their cells, without the quotes around them.
struct Records<'a> {
    bytes: &'a [u8],
    at: usize,
    delimiter: u8,
}

impl Records<'_> {
    fn next(&mut self) -> Option<Vec<Range<usize>>> {
        if self.at >= self.bytes.len() {
            return None;
        }
        let mut cells = Vec::new();
        loop {
            let cell = self.cell();
            if cells.len() < MOST_COLUMNS {
                cells.push(cell);
            }
            let ended_by = self.bytes.get(self.at).copied();
            self.at += 1;
            if ended_by != Some(self.delimiter) {
                if ended_by == Some(b'\r') && self.bytes.get(self.at) == Some(&b'\n') {
                    self.at += 1;
                }
                return Some(cells);
            }
        }
    }

    /// The place of the cell from here; `at` is behind it then.
    fn cell(&mut self) -> Range<usize> {
        if self.bytes.get(self.at) == Some(&b'"') {
            return self.quoted();
        }
        let start = self.at;
        let rest = self.bytes.get(start..).unwrap_or_default();
        let is_end = |byte: &u8| *byte == self.delimiter || matches!(byte, b'\r' | b'\n');
        let length = rest.iter().position(is_end).unwrap_or(rest.len());
        self.at += length;
        start..self.at
    }

    fn quoted(&mut self) -> Range<usize> {
        self.at += 1;
        let start = self.at;
        while let Some(byte) = self.bytes.get(self.at) {
            if *byte == b'"' {
                if self.bytes.get(self.at + 1) != Some(&b'"') {
                    break;
                }
                self.at += 1;
            }
            self.at += 1;
        }
        let cell = start..self.at.min(self.bytes.len());
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let is_end = |byte: &u8| *byte == self.delimiter || matches!(byte, b'\r' | b'\n');
        self.at += rest.iter().position(is_end).unwrap_or(rest.len());
        cell
    }
}
