//! What a file is, by its own first bytes, and what its header says.

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use super::accept::DeclaredFormat;
use super::columns::Header;
use super::csv;
use super::rows::{MAX_ROW_BYTES, Rows};
use super::sheet::{self, Workbook};
use super::text::{Encoding, Utf8};
use crate::domain::Refusal;

/// How a file is to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Format {
    Csv { encoding: Encoding, delimiter: u8 },
    Workbook(Workbook),
}

/// Where an XLSX file (a zip archive) and an XLS file (a compound file) begin.
const ZIP_MARK: &[u8] = b"PK\x03\x04";
const COMPOUND_MARK: &[u8] = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1";

/// Bytes of a text file that are looked at for its header: the longest row, in UTF-16.
pub const HEADER_BYTES: usize = 2 * MAX_ROW_BYTES;

/// What the file is; `None` when it turns out to be neither CSV nor Excel.
///
/// The file decides, not the caller's word: spreadsheets are sent as `csv` and text as `xls`.
/// Refuses when the header can be read and names no e-mail column.
pub fn inspect(file: &Bytes, declared: DeclaredFormat) -> Result<Option<Format>, Refusal> {
    if declared == DeclaredFormat::Unsupported {
        return Err(Refusal::ImportFormatUnsupported);
    }
    if let Some(workbook) = workbook(file) {
        return inspect_workbook(file, workbook);
    }
    let Some(encoding) = Encoding::of(file) else { return Ok(None) };
    match (text_header(start(file), file.len() <= HEADER_BYTES, encoding)?, declared) {
        (Some((delimiter, _)), _) => Ok(Some(Format::Csv { encoding, delimiter })),
        (None, declared) => no_header(declared),
    }
}

/// What a text file without a header with an e-mail column is.
pub fn no_header<T>(declared: DeclaredFormat) -> Result<Option<T>, Refusal> {
    match declared {
        // What was announced as Excel is none, and no CSV either.
        DeclaredFormat::Excel => Ok(None),
        DeclaredFormat::Csv | DeclaredFormat::Unsupported => Err(Refusal::ImportNoEmailColumn),
    }
}

/// The part of a text file that is looked at for its header.
pub fn start(file: &[u8]) -> &[u8] {
    file.get(..HEADER_BYTES).unwrap_or(file)
}

/// A workbook by its first bytes.
pub fn workbook(file: &[u8]) -> Option<Workbook> {
    if file.starts_with(ZIP_MARK) {
        return Some(Workbook::Xlsx);
    }
    file.starts_with(COMPOUND_MARK).then_some(Workbook::Xls)
}

/// A workbook that cannot be read is accepted, to end as a file of a wrong format.
pub fn inspect_workbook(file: &[u8], workbook: Workbook) -> Result<Option<Format>, Refusal> {
    let Ok(header) = sheet::header(file, workbook) else { return Ok(None) };
    let header = header.and_then(|rows| Header::of(rows.row(0)?));
    match header {
        Some(_) => Ok(Some(Format::Workbook(workbook))),
        None => Err(Refusal::ImportNoEmailColumn),
    }
}

/// The separator and header of a text file that begins with `start`; `None` when no column is
/// headed `Email`. Refuses a header that does not end within.
pub fn text_header(
    start: &[u8],
    is_whole: bool,
    encoding: Encoding,
) -> Result<Option<(u8, Header)>, Refusal> {
    use std::io::Read as _;

    let mut text = Vec::new();
    // Reading from memory cannot fail.
    let _size = Utf8::new(start, encoding).read_to_end(&mut text).unwrap_or_default();
    let header = csv::header(&text);
    if header.is_none() && !is_whole {
        return Err(Refusal::ImportFormatUnsupported);
    }
    Ok(header.and_then(|(delimiter, rows)| Some((delimiter, header_of(&rows)?))))
}

/// The header of a file in a format that [`inspect`] found. Blocks.
pub fn header(file: &Bytes, format: Format) -> Option<Header> {
    match format {
        Format::Csv { encoding, .. } => {
            let is_whole = file.len() <= HEADER_BYTES;
            text_header(start(file), is_whole, encoding).ok()?.map(|(_, header)| header)
        }
        Format::Workbook(workbook) => header_of(&sheet::header(file, workbook).ok()??),
    }
}

fn header_of(rows: &Rows) -> Option<Header> {
    Header::of(rows.row(0)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use DeclaredFormat::{Csv, Excel, Unsupported};

    fn inspect_text(
        text: &'static [u8],
        declared: DeclaredFormat,
    ) -> Result<Option<Format>, Refusal> {
        inspect(&Bytes::from_static(text), declared)
    }

    const COMMAS: Format = Format::Csv { encoding: Encoding::Utf8, delimiter: b',' };

    #[test]
    fn the_file_decides_what_it_is() {
        assert_eq!(inspect_text(b"Email,A\n", Csv), Ok(Some(COMMAS)));
        assert_eq!(inspect_text(b"Email,A\n", Excel), Ok(Some(COMMAS)));
        assert_eq!(inspect_text(b"Email,A\n", Unsupported), Err(Refusal::ImportFormatUnsupported));
    }

    #[test]
    fn a_file_without_an_email_column_is_refused_at_once() {
        for text in [&b"Name,Phone\na,b\n"[..], b"", b"\n\n", b"\xEF\xBB\xBF"] {
            assert_eq!(inspect_text(text, Csv), Err(Refusal::ImportNoEmailColumn), "{text:?}");
        }
    }

    #[test]
    fn what_is_no_text_and_no_workbook_is_no_format() {
        assert_eq!(inspect_text(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", Csv), Ok(None));
        assert_eq!(inspect_text(b"PK\x03\x04 but no archive", Csv), Ok(None));
        assert_eq!(inspect_text(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1 cut", Excel), Ok(None));
        assert_eq!(inspect_text(b"not an Excel file", Excel), Ok(None));
    }

    #[test]
    fn a_header_past_the_bounds_is_refused_without_reading_on() {
        for cell in ["x", "x,"] {
            let endless = Bytes::from(format!("Email,{}", cell.repeat(50_000_000 / cell.len())));
            assert_eq!(inspect(&endless, Csv), Err(Refusal::ImportFormatUnsupported));
        }
    }

    #[test]
    fn a_declared_format_is_read_leniently() {
        for text in ["csv", "CSV", " Csv ", ".csv", "text/csv", "test/csv", ""] {
            assert_eq!(DeclaredFormat::from_text(text), Csv, "{text:?}");
        }
        let sheet = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
        for text in ["xls", "XLSX", "Excel", "contacts.xlsx", "application/vnd.ms-excel", sheet] {
            assert_eq!(DeclaredFormat::from_text(text), Excel, "{text:?}");
        }
        for text in ["pdf", "json", "zip", "csvx"] {
            assert_eq!(DeclaredFormat::from_text(text), Unsupported, "{text:?}");
        }
    }
}
