//! Rows that come from a call instead of a file, written as the file that the pipeline reads.

use bytes::Bytes;

/// Headings of columns that are no data fields. None can be the name of one.
pub(super) const ADDRESS_HEADING: &str = "Email";
pub(super) const PHONE_HEADING: &str = "#phone";
/// The column of row numbers. A row is never blank by it: readers pass over blank rows, and each
/// row is to be counted.
const NUMBER_HEADING: &str = "#";

/// Rows as CSV, in memory.
#[derive(Clone)]
pub struct RowsWritten {
    csv: Vec<u8>,
    count: u32,
    is_numbered: bool,
}

impl std::fmt::Debug for RowsWritten {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RowsWritten").field("count", &self.count).finish_non_exhaustive()
    }
}

impl RowsWritten {
    pub(super) fn new<'a>(headings: impl Iterator<Item = &'a str>) -> Self {
        let mut rows = Self { csv: Vec::new(), count: 0, is_numbered: true };
        rows.cells(std::iter::once(NUMBER_HEADING).chain(headings));
        rows
    }

    /// Rows without a column of numbers. There must be two headings at least: a row of one empty
    /// cell is blank.
    pub fn unnumbered<'a>(headings: impl Iterator<Item = &'a str>) -> Self {
        let mut rows = Self { csv: Vec::new(), count: 0, is_numbered: false };
        rows.cells(headings);
        rows
    }

    /// Adds a row: a cell for each column, in their order.
    pub fn push<'a>(&mut self, cells: impl Iterator<Item = &'a str>) {
        self.count = self.count.saturating_add(1);
        if !self.is_numbered {
            return self.cells(cells);
        }
        let number = self.count.to_string();
        let cells = cells.map(|cell| -> &str { cell });
        self.cells(std::iter::once(number.as_str()).chain(cells));
    }

    pub fn count(&self) -> u32 {
        self.count
    }

    pub(in crate::domain) fn into_csv(self) -> Bytes {
        self.csv.into()
    }

    /// Writes cells and the end of their row. All are quoted, as the separator is guessed from the
    /// header by its reader; NUL, which is in no text file, is left out.
    fn cells<'c>(&mut self, cells: impl Iterator<Item = &'c str>) {
        for (at, cell) in cells.enumerate() {
            self.csv.extend_from_slice(if at == 0 { b"\"" } else { b",\"" });
            for byte in cell.bytes().filter(|byte| *byte != 0) {
                if byte == b'"' {
                    self.csv.push(b'"');
                }
                self.csv.push(byte);
            }
            self.csv.push(b'"');
        }
        self.csv.extend_from_slice(b"\r\n");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::import::columns::Header;
    use crate::domain::import::csv::{self, CsvRows};
    use crate::domain::import::rows::Rows;

    #[test]
    fn what_was_written_is_read_again_and_no_row_is_blank() {
        let mut written = RowsWritten::new([ADDRESS_HEADING, "T;X"].into_iter());
        written.push(["a@b.example", "say \"hi\",\r\nbye"].into_iter());
        written.push(["", ""].into_iter());
        assert_eq!(written.count(), 2);
        let file = written.into_csv();
        let (delimiter, header) = csv::header(&file).unwrap();
        assert_eq!(delimiter, b',');
        assert_eq!(Header::of(header.row(0).unwrap()).unwrap().email, 1);
        let (mut rows, mut reader) = (Rows::default(), CsvRows::new(&*file, delimiter));
        assert!(!reader.fill(&mut rows).unwrap());
        assert_eq!(rows.len(), 3);
        assert_eq!(rows.row(1).unwrap().field(2), b"say \"hi\",\r\nbye");
        assert_eq!(rows.row(2).unwrap().field(0), b"2");
    }

    #[test]
    fn rows_without_numbers_are_not_blank_either() {
        let mut written = RowsWritten::unnumbered([ADDRESS_HEADING, "A"].into_iter());
        written.push(["", ""].into_iter());
        assert_eq!(written.into_csv(), "\"Email\",\"A\"\r\n\"\",\"\"\r\n");
    }
}
