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

/// Bytes that are looked at before: nearly every header ends within.
const SHORT_HEADER_BYTES: usize = 8 * 1024;

/// What a text file without a header with an e-mail column is.
pub fn no_header<T>(declared: DeclaredFormat) -> Result<Option<T>, Refusal> {
    match declared {
        // What was announced as Excel is none, and no CSV either.
        DeclaredFormat::Excel => Ok(None),
        DeclaredFormat::Csv | DeclaredFormat::Unsupported => Err(Refusal::ImportNoEmailColumn),
    }
}

/// The part of a text file in which nearly every header ends.
pub fn short_start(file: &[u8]) -> &[u8] {
    file.get(..SHORT_HEADER_BYTES).unwrap_or(file)
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

/// The separator and header of a text file that begins with `start`, which are sure whatever comes
/// behind it; `None` when that shows no header with an e-mail column, or not surely.
pub fn header_within(start: &[u8], encoding: Encoding) -> Option<(u8, Header)> {
    let (delimiter, rows) = csv::header_within(&text_of(start, encoding))?;
    Some((delimiter, header_of(&rows)?))
}

/// The separator and header of a text file that begins with `start`; `None` when no column is
/// headed `Email`. Refuses a header that does not end within.
pub fn text_header(
    start: &[u8],
    is_whole: bool,
    encoding: Encoding,
) -> Result<Option<(u8, Header)>, Refusal> {
    let header = csv::header(&text_of(start, encoding));
    if header.is_none() && !is_whole {
        return Err(Refusal::ImportFormatUnsupported);
    }
    Ok(header.and_then(|(delimiter, rows)| Some((delimiter, header_of(&rows)?))))
}

fn text_of(start: &[u8], encoding: Encoding) -> Vec<u8> {
    use std::io::Read as _;

    let mut text = Vec::new();
    // Reading from memory cannot fail.
    let _size = Utf8::new(start, encoding).read_to_end(&mut text).unwrap_or_default();
    text
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
    use crate::domain::import::DeclaredFormat::{self, Csv, Excel, Unsupported};
    use crate::domain::import::first_look::{FirstLook, Found};

    fn inspect_text(
        text: impl AsRef<[u8]>,
        declared: DeclaredFormat,
    ) -> Result<Option<Format>, Refusal> {
        let mut look = FirstLook::default();
        look.push(text.as_ref(), true);
        Ok(match look.finish(declared)? {
            Found::Text { format, .. } => Some(format),
            Found::Workbook(workbook) => inspect_workbook(text.as_ref(), workbook)?,
            Found::Neither => None,
        })
    }

    const COMMAS: Format = Format::Csv { encoding: Encoding::Utf8, delimiter: b',' };

    #[test]
    fn the_file_decides_what_it_is() {
        assert_eq!(inspect_text(b"Email,A\n", Csv), Ok(Some(COMMAS)));
        assert_eq!(inspect_text(b"Email,A\n", Excel), Ok(Some(COMMAS)));
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
            let endless = format!("Email,{}", cell.repeat(50_000_000 / cell.len()));
            assert_eq!(inspect_text(endless, Csv), Err(Refusal::ImportFormatUnsupported));
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
