//! CSV row by row: values exactly, whatever is spelling not at all.
//!
//! Spelling are quotes, line ends, the byte order mark, empty lines, the charset, and the
//! delimiter. The first row is taken for a header; its cells name the columns of the others. The
//! order of columns counts, that of rows too unless a rule on `/row` says otherwise.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;

use csv_core::{ReadRecordResult, Reader, ReaderBuilder};

use super::align::{Items, Likeness, Pair, align};
use super::matching::{fingerprint, in_any_order};
use super::path::Step;
use super::walk::Walk;
use super::{Content, Kind, Unreadable, What, base64};
use crate::protocol::xml::decode_leniently;

/// The delimiters that a table is tried with.
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// Rows that a delimiter is tried on.
const TRIED_ROWS: usize = 20;

/// The step that every row has.
const ROW: Step<'_> = Step::Name { namespace: "", local: "row" };
/// The step of a cell whose column has no name of its own.
const COLUMN: Step<'_> = Step::Name { namespace: "", local: "column" };

/// Compares two tables.
pub(super) fn differences(
    expected: Content<'_>,
    found: Content<'_>,
    walk: &mut Walk<'_>,
) -> Result<(), Unreadable> {
    // Any text can be read as a table: what is known to be something else is not.
    if !matches!(Kind::of(found), Kind::Csv | Kind::Text | Kind::Binary) {
        return Err(Unreadable::Found("it is no table".to_owned()));
    }
    let one = decode_leniently(expected.bytes, expected.charset());
    let other = decode_leniently(found.bytes, found.charset());
    tables(&one, &other, walk);
    Ok(())
}

/// Compares two texts as tables.
pub(super) fn tables(expected: &str, found: &str, walk: &mut Walk<'_>) {
    let delimiter = delimiter_of(expected);
    let expected = Table::read(expected, delimiter, usize::MAX);
    let found = Table::read(found, delimiter_like(found, &expected, delimiter), usize::MAX);
    let names = expected.column_names();
    let mut both = Both { expected: &expected, found: &found, names: &names, walk };
    for pair in both.pairs() {
        if both.walk.is_settled() {
            return;
        }
        match pair {
            Pair::Same(one, other) | Pair::Changed(one, other) => {
                rows((&expected, one), (&found, other), &names, both.walk);
            }
            Pair::Expected(one) => at_row(one, both.walk, |walk| {
                walk.differ(What::Missing, Some(&expected.shown(one)), None);
            }),
            Pair::Found(other) => at_row(other, both.walk, |walk| {
                walk.differ(What::Unexpected, None, Some(&found.shown(other)));
            }),
        }
    }
}

/// Two tables under comparison.
struct Both<'t, 'w, 'r> {
    expected: &'t Table,
    found: &'t Table,
    names: &'t [Option<&'t str>],
    walk: &'w mut Walk<'r>,
}

impl Both<'_, '_, '_> {
    fn pairs(&mut self) -> Vec<Pair> {
        if self.walk.within(ROW, |walk| walk.is_unordered()) {
            let (expected, found, names) = (self.expected, self.found, self.names);
            let rows = (expected.fingerprints(), found.fingerprints());
            let pairs = in_any_order(&rows.0, &rows.1, self.walk, &mut |walk, one, other| {
                Both { expected, found, names, walk }.are_same(one, other)
            });
            return pairs.unwrap_or_default();
        }
        align(self.expected.len(), self.found.len(), true, self)
    }

    fn are_same(&mut self, one: usize, other: usize) -> bool {
        let (expected, found, names) = (self.expected, self.found, self.names);
        (one == 0) == (other == 0)
            && (expected.row(one).eq(found.row(other))
                || self.walk.is_same(|walk| rows((expected, one), (found, other), names, walk)))
    }
}

impl Items for Both<'_, '_, '_> {
    fn likeness(&mut self, one: usize, other: usize) -> Likeness {
        if self.are_same(one, other) {
            return Likeness::Same;
        }
        let first = (self.expected.row(one).next(), self.found.row(other).next());
        match first {
            _ if (one == 0) != (other == 0) => Likeness::Other,
            (Some(one), Some(other)) if one == other => Likeness::Close,
            _ => Likeness::Alike,
        }
    }

    fn affordable(&self) -> usize {
        self.walk.work_left()
    }
}

/// Goes to a row by its number in its own table, unless it is passed over.
fn at_row(at: usize, walk: &mut Walk<'_>, compare: impl FnOnce(&mut Walk<'_>)) {
    walk.within_nth(ROW, at + 1, false, |walk| {
        if !walk.is_ignored() {
            compare(walk);
        }
    });
}

fn rows(
    (expected, one): (&Table, usize),
    (found, other): (&Table, usize),
    names: &[Option<&str>],
    walk: &mut Walk<'_>,
) {
    at_row(one, walk, |walk| {
        let (mut expected, mut found) = (expected.row(one), found.row(other));
        for column in 0.. {
            let cells = (expected.next(), found.next());
            if cells == (None, None) || !walk.spend(1) || walk.is_settled() {
                return;
            }
            let name = names.get(column).copied().flatten().filter(|_| one > 0);
            match name {
                Some(name) => walk.within(Step::name(name), |walk| cell(cells, walk)),
                None => walk.within_nth(COLUMN, column + 1, false, |walk| cell(cells, walk)),
            }
        }
    });
}

fn cell(cells: (Option<&str>, Option<&str>), walk: &mut Walk<'_>) {
    if walk.is_ignored() {
        return;
    }
    match cells {
        (Some(expected), Some(found)) => {
            let simple = walk.ruled_type();
            base64::typed(expected, found, simple, walk);
        }
        (Some(expected), None) => walk.differ(What::Missing, Some(expected), None),
        (None, found) => walk.differ(What::Unexpected, None, found),
    }
}

/// A table's cells, one behind the other.
struct Table {
    text: String,
    /// Where each cell ends in the text; it begins where the one before ends.
    ends: Vec<usize>,
    /// Where each row ends in `ends`.
    rows: Vec<usize>,
}

impl Table {
    /// Reads at most so many rows. Everything is a table: a quote that is never closed ends with
    /// the text.
    fn read(text: &str, delimiter: u8, most_rows: usize) -> Self {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mut reader = ReaderBuilder::new().delimiter(delimiter).build();
        let mut table = Self { text: String::new(), ends: Vec::new(), rows: Vec::new() };
        let mut rest = text.as_bytes();
        let mut row = Row::default();
        while table.rows.len() < most_rows && row.read(&mut reader, &mut rest) {
            table.push(&row);
        }
        table
    }

    fn push(&mut self, row: &Row) {
        let mut start = 0;
        for end in row.ends.get(..row.cells).unwrap_or_default() {
            let cell = row.bytes.get(start..*end).unwrap_or_default();
            self.text.push_str(&String::from_utf8_lossy(cell));
            self.ends.push(self.text.len());
            start = *end;
        }
        self.rows.push(self.ends.len());
    }

    fn len(&self) -> usize {
        self.rows.len()
    }

    fn cells(&self, row: usize) -> Range<usize> {
        let start = row.checked_sub(1).and_then(|before| self.rows.get(before)).copied();
        start.unwrap_or(0)..self.rows.get(row).copied().unwrap_or(0)
    }

    /// The cells of a row.
    fn row(&self, row: usize) -> impl Iterator<Item = &str> {
        self.cells(row).filter_map(|cell| {
            let start = cell.checked_sub(1).and_then(|before| self.ends.get(before)).copied();
            self.text.get(start.unwrap_or(0)..*self.ends.get(cell)?)
        })
    }

    fn width(&self, row: usize) -> usize {
        self.cells(row).len()
    }

    /// The cells of the header that name one column alone.
    fn column_names(&self) -> Vec<Option<&str>> {
        let mut times: BTreeMap<&str, usize> = BTreeMap::new();
        self.row(0).for_each(|name| *times.entry(name).or_default() += 1);
        let is_name = |name: &&str| !name.trim().is_empty() && times.get(*name) == Some(&1);
        self.row(0).map(|name| Some(name).filter(is_name)).collect()
    }

    fn fingerprints(&self) -> Vec<u64> {
        (0..self.len()).map(|row| fingerprint(&self.row(row).collect::<Vec<_>>())).collect()
    }

    fn shown(&self, row: usize) -> String {
        self.row(row).collect::<Vec<_>>().join(",")
    }
}

/// The row under construction; grows with the longest row of a table.
struct Row {
    bytes: Vec<u8>,
    filled: usize,
    ends: Vec<usize>,
    cells: usize,
}

impl Default for Row {
    fn default() -> Self {
        Self { bytes: vec![0; 4_096], filled: 0, ends: vec![0; 256], cells: 0 }
    }
}

impl Row {
    /// Reads the next row; `false` behind the last. Empty lines are passed over by the parser.
    fn read(&mut self, reader: &mut Reader, rest: &mut &[u8]) -> bool {
        (self.filled, self.cells) = (0, 0);
        loop {
            let room = self.bytes.get_mut(self.filled..).unwrap_or_default();
            let ends = self.ends.get_mut(self.cells..).unwrap_or_default();
            let (result, read, written, ended) = reader.read_record(rest, room, ends);
            *rest = rest.get(read..).unwrap_or_default();
            self.filled += written;
            self.cells += ended;
            match result {
                // An empty input says that the text ends here.
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::OutputFull => self.bytes.resize(self.bytes.len() * 2, 0),
                ReadRecordResult::OutputEndsFull => self.ends.resize(self.ends.len() * 2, 0),
                ReadRecordResult::Record => return true,
                ReadRecordResult::End => return false,
            }
        }
    }
}

/// The delimiter under which most rows are as wide as the header, and then the one with most
/// columns; a comma when nothing tells.
fn delimiter_of(text: &str) -> u8 {
    let suits = |delimiter: &u8| {
        let (width, even) = shape(text, *delimiter);
        (width > 1 && even, width, *delimiter == b',')
    };
    DELIMITERS.into_iter().max_by_key(suits).unwrap_or(b',')
}

/// The delimiter of a table that is compared with `expected`: the same one if it gives the same
/// header, so that the found values cannot lead to another guess.
fn delimiter_like(text: &str, expected: &Table, delimiter: u8) -> u8 {
    let header = Table::read(text, delimiter, 1);
    if header.row(0).eq(expected.row(0)) { delimiter } else { delimiter_of(text) }
}

/// How wide the header is, and whether the next rows are as wide.
fn shape(text: &str, delimiter: u8) -> (usize, bool) {
    let table = Table::read(text, delimiter, TRIED_ROWS);
    let width = table.width(0);
    (width, (1..table.len()).all(|row| table.width(row) == width))
}

/// Whether a text of unknown kind is likely to be a table: rows of one width, at least two of them
/// and two columns, or one column under a name that stands for an address.
pub(super) fn looks_like(text: &str) -> bool {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if text.contains('\0') {
        return false;
    }
    let delimiter = delimiter_of(text);
    let (width, even) = shape(text, delimiter);
    let table = Table::read(text, delimiter, 2);
    let is_address_list =
        table.row(0).any(|cell| Cow::from(cell).trim().to_ascii_lowercase().contains("email"));
    table.len() == 2 && even && (width > 1 || is_address_list)
}
