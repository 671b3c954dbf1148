//! Files of contacts: text and workbooks.

use std::ops::ControlFlow;

use lychgate::domain::import::csv::{CsvRows, header};
use lychgate::domain::import::rows::Rows;
use lychgate::domain::import::sheet::{self, Workbook};
use lychgate::domain::import::text::{Encoding, Utf8};

/// Rows that are read, written and read again are the same.
pub fn csv(data: &[u8]) {
    let mut sofar = Encoding::begin(data.get(..64).unwrap_or(data));
    data.chunks(7).for_each(|part| sofar.push(part));
    let encoding = Encoding::of(data);
    assert_eq!(sofar.of_whole(), encoding, "in pieces");
    let Some(encoding) = encoding else { return };
    let mut text = Vec::new();
    std::io::Read::read_to_end(&mut Utf8::new(data, encoding), &mut text).expect("memory is read");
    let delimiter = header(&text).map_or(b',', |(delimiter, _)| delimiter);
    let Some(rows) = rows_of(&text, delimiter) else { return };
    let mut written = Vec::new();
    for row in &rows {
        for (number, field) in row.iter().enumerate() {
            written.extend((number > 0).then_some(delimiter));
            written.push(b'"');
            written.extend(
                field
                    .iter()
                    .flat_map(|byte| std::iter::repeat_n(*byte, 1 + usize::from(*byte == b'"'))),
            );
            written.push(b'"');
        }
        written.push(b'\n');
    }
    let again = rows_of(&written, delimiter).expect("nothing is longer than it was");
    assert_eq!(again, rows);
}

/// `None` when a row was too long to be kept.
fn rows_of(text: &[u8], delimiter: u8) -> Option<Vec<Vec<Vec<u8>>>> {
    let mut csv = CsvRows::new(text, delimiter);
    let mut found = Vec::new();
    loop {
        let mut rows = Rows::default();
        let more = csv.fill(&mut rows).expect("memory is read");
        for row in rows.iter() {
            if row.overlong {
                return None;
            }
            found.push(row.fields().map(<[u8]>::to_vec).collect());
        }
        if !more {
            return Some(found);
        }
    }
}

/// A workbook is read or refused; its rows are within their bounds.
pub fn sheet(data: &[u8]) {
    let workbook = if data.starts_with(b"PK") { Workbook::Xlsx } else { Workbook::Xls };
    let mut give = |rows: Rows| {
        assert!(!rows.is_empty());
        ControlFlow::Continue(())
    };
    drop(sheet::read(data, workbook, 0, &mut give));
    drop(sheet::header(data, workbook));
}
