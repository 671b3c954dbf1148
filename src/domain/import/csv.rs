//! Comma-separated text, as RFC 4180 has it and as programs write it.
//!
//! Fields may be quoted, rows end with CRLF, LF or CR, blank lines are skipped. Memory is bounded
//! whatever the file holds: past the row and column bounds a row's rest is read and dropped.

use std::io::{self, Read};

use csv_core::ReadRecordResult;

use super::columns;
use super::parser::Parser;
use super::rows::{MAX_COLUMNS, MAX_ROW_BYTES, Rows};

/// Bytes asked from the file at once.
const READ_BYTES: usize = 64 * 1024;

/// Room for a row and for its columns before one was longer; most never are.
const FIRST_ROW_BYTES: usize = 1_024;
const FIRST_COLUMNS: usize = 32;

/// The separators that a header is tried with.
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// Reads rows from UTF-8 text.
#[derive(Debug)]
pub struct CsvRows<R> {
    text: R,
    parser: Parser,
    input: Vec<u8>,
    /// `input[read..filled]` is not parsed yet.
    read: usize,
    filled: usize,
    /// The row under construction.
    row: Vec<u8>,
    ends: Vec<usize>,
    row_len: usize,
    ends_len: usize,
    overlong: bool,
    /// Where the rest of an overlong row goes.
    dropped: [u8; 1024],
    dropped_ends: [usize; 256],
}

impl<R: Read> CsvRows<R> {
    pub fn new(text: R, delimiter: u8) -> Self {
        Self::reading(text, delimiter, READ_BYTES)
    }

    fn reading(text: R, delimiter: u8, read_bytes: usize) -> Self {
        Self {
            text,
            parser: Parser::of(delimiter),
            input: vec![0; read_bytes],
            read: 0,
            filled: 0,
            row: vec![0; FIRST_ROW_BYTES],
            ends: vec![0; FIRST_COLUMNS],
            row_len: 0,
            ends_len: 0,
            overlong: false,
            dropped: [0; 1024],
            dropped_ends: [0; 256],
        }
    }

    /// Reads rows until `rows` is full or the file ends; false at the end of the file.
    pub fn fill(&mut self, rows: &mut Rows) -> io::Result<bool> {
        self.fill_at_most(rows, usize::MAX)
    }

    /// As [`CsvRows::fill`], with a bound on the rows in `rows`.
    pub fn fill_at_most(&mut self, rows: &mut Rows, count: usize) -> io::Result<bool> {
        while !rows.is_full() && rows.len() < count {
            if !self.next_row()? {
                return Ok(false);
            }
            if self.is_blank() {
                continue;
            }
            rows.push_row(
                self.row.get(..self.row_len).unwrap_or_default(),
                self.ends.get(..self.ends_len).unwrap_or_default(),
                self.overlong,
            );
        }
        Ok(true)
    }

    /// Reads past `count` rows; false when the file ends before that.
    pub fn skip(&mut self, count: u64) -> io::Result<bool> {
        let mut passed = 0;
        while passed < count {
            if !self.next_row()? {
                return Ok(false);
            }
            passed += u64::from(!self.is_blank());
        }
        Ok(true)
    }

    /// A line of nothing but blanks. Empty lines the parser skips by itself.
    fn is_blank(&self) -> bool {
        let row = self.row.get(..self.row_len).unwrap_or_default();
        self.ends_len <= 1 && !self.overlong && row.iter().all(|byte| matches!(byte, b' ' | b'\t'))
    }

    fn next_row(&mut self) -> io::Result<bool> {
        self.row_len = 0;
        self.ends_len = 0;
        self.overlong = false;
        loop {
            if self.read == self.filled {
                self.filled = self.text.read(&mut self.input)?;
                self.read = 0;
            }
            match self.step() {
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::OutputFull
                    if !self.overlong && grow(&mut self.row, MAX_ROW_BYTES) => {}
                ReadRecordResult::OutputEndsFull
                    if !self.overlong && grow(&mut self.ends, MAX_COLUMNS) => {}
                ReadRecordResult::OutputFull | ReadRecordResult::OutputEndsFull => {
                    self.drop_rest();
                }
                ReadRecordResult::Record => return Ok(true),
                ReadRecordResult::End => return Ok(false),
            }
        }
    }

    /// Parses what is read so far; at the end of the file an empty input says so.
    fn step(&mut self) -> ReadRecordResult {
        let input = self.input.get(self.read..self.filled).unwrap_or_default();
        if self.overlong {
            let (result, read, ..) =
                self.parser.read_record(input, &mut self.dropped, &mut self.dropped_ends);
            self.read += read;
            return result;
        }
        let row = self.row.get_mut(self.row_len..).unwrap_or_default();
        let ends = self.ends.get_mut(self.ends_len..).unwrap_or_default();
        let (result, read, written, ended) = self.parser.read_record(input, row, ends);
        self.read += read;
        self.row_len += written;
        self.ends_len += ended;
        result
    }

    /// Past a bound the row keeps its whole fields so far; the rest is read and dropped.
    fn drop_rest(&mut self) {
        self.overlong = true;
        self.row_len = self.ends.get(..self.ends_len).and_then(<[_]>::last).copied().unwrap_or(0);
    }
}

/// Doubles a buffer; false when it is as long as it may become.
fn grow<T: Clone + Default>(buffer: &mut Vec<T>, most: usize) -> bool {
    let may_grow = buffer.len() < most;
    buffer.resize((buffer.len() * 2).min(most), T::default());
    may_grow
}

/// The separator of a file and the cells of its header, if a header was found.
///
/// The separator is the one that shows an e-mail column; among several, the one with most columns.
pub fn header(text: &[u8]) -> Option<(u8, Rows)> {
    DELIMITERS
        .into_iter()
        .filter(|delimiter| may_separate(text, *delimiter))
        .filter_map(|delimiter| Some((delimiter, first_row(text, delimiter)?)))
        .max_by_key(|(delimiter, rows)| {
            let cells = rows.row(0);
            let email = cells.and_then(|row| columns::email_column(row.fields())).is_some();
            (email, cells.map_or(0, |row| row.columns()), *delimiter == b',')
        })
}

impl<'t> CsvRows<&'t [u8]> {
    /// Reads rows from a text in memory, which may be short.
    fn of_text(text: &'t [u8], delimiter: u8) -> Self {
        Self::reading(text, delimiter, text.len().clamp(1, READ_BYTES))
    }
}

/// As [`header`] of any text that begins with `text`; `None` when what follows could change it.
pub fn header_within(text: &[u8]) -> Option<(u8, Rows)> {
    // A row is whole where another one begins behind it.
    let is_whole = |delimiter: u8| {
        let mut rows = CsvRows::of_text(text, delimiter);
        rows.skip(1).is_ok_and(|more| more) && rows.read < rows.filled
    };
    DELIMITERS.into_iter().filter(|d| may_separate(text, *d)).all(is_whole).then(|| header(text))?
}

/// What is not in the text separates nothing.
fn may_separate(text: &[u8], delimiter: u8) -> bool {
    delimiter == b',' || text.contains(&delimiter)
}

/// The first row that is not blank; `None` when there is none or it is past the bounds.
fn first_row(text: &[u8], delimiter: u8) -> Option<Rows> {
    let mut rows = Rows::default();
    CsvRows::of_text(text, delimiter).fill_at_most(&mut rows, 1).ok()?;
    rows.row(0).is_some_and(|row| !row.overlong).then_some(rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows_of(text: &str, delimiter: u8) -> Vec<Vec<String>> {
        let mut rows = Rows::default();
        assert!(!CsvRows::new(text.as_bytes(), delimiter).fill(&mut rows).unwrap());
        rows.iter()
            .map(|row| row.fields().map(|f| String::from_utf8_lossy(f).into_owned()).collect())
            .collect()
    }

    #[test]
    fn quotes_line_ends_and_blank_lines_are_read_as_rfc_4180_says() {
        let text = "a,\"b,\"\"c\"\"\"\r\n\n \t\nd,\"e\nf\"\rg,\n";
        assert_eq!(rows_of(text, b','), [vec!["a", "b,\"c\""], vec!["d", "e\nf"], vec!["g", ""]]);
    }

    #[test]
    fn the_separator_is_found_by_the_header() {
        let delimiter = |text: &str| header(text.as_bytes()).map(|(delimiter, _)| delimiter);
        assert_eq!(delimiter("Email,Name\n"), Some(b','));
        assert_eq!(delimiter("Name;eMail\n"), Some(b';'));
        assert_eq!(delimiter("Name, first\tEMAIL\n"), Some(b'\t'));
        assert_eq!(delimiter("\n\nEmail"), Some(b','));
        assert_eq!(delimiter("a;b;c\n"), Some(b';'));
        assert_eq!(delimiter(""), None);
    }

    #[test]
    fn a_row_past_the_bounds_keeps_its_first_fields_and_the_next_row_is_whole() {
        let wide = format!("a@b.example{}\nx,y\n", ",".repeat(1_000_000));
        let long = format!("a@b.example,\"{}\"\nx,y\n", "z\"\"".repeat(MAX_ROW_BYTES));
        for text in [wide, long] {
            let mut rows = Rows::default();
            CsvRows::new(text.as_bytes(), b',').fill(&mut rows).unwrap();
            assert_eq!(rows.len(), 2);
            let first = rows.row(0).unwrap();
            assert!(first.overlong && first.columns() <= MAX_COLUMNS);
            assert_eq!(first.field(0), b"a@b.example");
            let second = rows.row(1).unwrap();
            assert!(!second.overlong);
            assert_eq!((second.field(0), second.field(1)), (&b"x"[..], &b"y"[..]));
        }
    }

    #[test]
    fn skipping_passes_the_rows_that_filling_would_give() {
        let text = "a\n\nb\n  \nc\nd\n";
        let mut csv = CsvRows::new(text.as_bytes(), b',');
        assert!(csv.skip(2).unwrap());
        let mut rows = Rows::default();
        assert!(!csv.fill(&mut rows).unwrap());
        assert_eq!(rows.iter().map(|row| row.field(0)).collect::<Vec<_>>(), [b"c", b"d"]);
        assert!(!CsvRows::new(text.as_bytes(), b',').skip(5).unwrap());
    }

    #[test]
    fn a_header_that_never_ends_is_no_header() {
        let endless = format!("Email,\"{}", "x".repeat(2 * MAX_ROW_BYTES));
        assert!(header(endless.as_bytes()).is_none());
    }
}
