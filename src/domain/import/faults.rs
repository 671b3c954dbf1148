//! The faults file: refused rows with their reason, as CSV.
//!
//! UTF-8 with a byte order mark, RFC 4180, rows end with CRLF. The columns are `Reason`, `email`,
//! then the file's other columns in lower case and in the file's order: vendor clients look for
//! the first by that name and for the second by place and by lower-case name.

use super::Reason;
use super::columns::Header;
use super::rows::Row;

/// Byte order mark, and the heads of the two columns that are always there.
const START: &str = "\u{FEFF}Reason,email";
const ROW_END: &[u8] = b"\r\n";

/// The header line with its byte order mark.
pub fn head(header: &Header) -> Vec<u8> {
    let mut line = START.as_bytes().to_vec();
    for (_, name) in header.others() {
        line.push(b',');
        push_cell(&mut line, name.to_lowercase().as_bytes());
    }
    line.extend_from_slice(ROW_END);
    line
}

/// Adds a refused row to `file`: as many cells as the header has, whatever the row has.
pub fn push_row(file: &mut Vec<u8>, reason: Reason, header: &Header, row: Row<'_>) {
    file.extend_from_slice(reason.text().as_bytes());
    file.push(b',');
    push_cell(file, row.field(header.email));
    for (column, _) in header.others() {
        file.push(b',');
        push_cell(file, row.field(column));
    }
    file.extend_from_slice(ROW_END);
}

/// RFC 4180: a cell with a comma, a quote or a line end stands in quotes, its quotes doubled.
fn push_cell(line: &mut Vec<u8>, cell: &[u8]) {
    if !cell.iter().any(|byte| matches!(byte, b',' | b'"' | b'\r' | b'\n')) {
        line.extend_from_slice(cell);
        return;
    }
    line.push(b'"');
    for byte in cell {
        if *byte == b'"' {
            line.push(b'"');
        }
        line.push(*byte);
    }
    line.push(b'"');
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::import::csv;
    use crate::domain::import::rows::Rows;

    #[test]
    fn a_faults_file_names_the_reason_the_address_and_the_other_columns() {
        let text = "First Name;EMAIL;Note\nAnn;a@;\"says \"\"hi\"\", twice\nand; again\"\nBob\n";
        let (delimiter, cells) = csv::header(text.as_bytes()).unwrap();
        let header = Header::of(cells.row(0).unwrap()).unwrap();
        let mut rows = Rows::default();
        csv::CsvRows::new(text.as_bytes(), delimiter).fill(&mut rows).unwrap();
        let mut file = head(&header);
        push_row(&mut file, Reason::InvalidEmail, &header, rows.row(1).unwrap());
        push_row(&mut file, Reason::HardBounced, &header, rows.row(2).unwrap());
        assert_eq!(
            String::from_utf8(file).unwrap(),
            "\u{FEFF}Reason,email,first name,note\r\n\
             Invalid Email,a@,Ann,\"says \"\"hi\"\", twice\nand; again\"\r\n\
             Hard bounced,,Bob,\r\n"
        );
    }

    #[test]
    fn reasons_are_spelled_as_the_vendor_documents_them() {
        let texts: Vec<_> = Reason::ALL.iter().map(|reason| reason.text()).collect();
        assert_eq!(
            texts.join("|"),
            "Invalid Email|Globally Suppressed|Suppressed by Domain|Blocker|Complained to ISP|\
             Hard bounced|Mail blocked|Soft bounced|Unsubscribed|Pending optin|Duplicate|Failures"
        );
    }
}
