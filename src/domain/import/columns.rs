//! Which column of a file is what.

use std::collections::BTreeMap;

use super::extras::Extras;
use super::rows::Row;
use crate::domain::{FieldId, FieldKind, Schema};

/// The cells of a header as their file spells them, and which one is the address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    pub cells: Vec<String>,
    /// Index of the column headed `Email`.
    pub email: usize,
}

impl Header {
    /// Reads a header row; `None` when no column is headed `Email` in any letter case.
    pub fn of(row: Row<'_>) -> Option<Self> {
        let email = email_column(row.fields())?;
        let cells = row.fields().map(|cell| trimmed(&String::from_utf8_lossy(cell)).to_owned());
        Some(Self { cells: cells.collect(), email })
    }

    /// The other columns, with their index, in the file's order.
    pub fn others(&self) -> impl Iterator<Item = (usize, &str)> {
        let cells = self.cells.iter().map(String::as_str).enumerate();
        cells.filter(|(column, _)| *column != self.email)
    }
}

/// What each column of a file is for an account: the header held against its data fields.
#[derive(Debug, Clone)]
pub struct Columns {
    pub header: Header,
    /// Columns that are data fields, with the field's type, ascending by field. A field named twice
    /// is read once.
    pub fields: Vec<(usize, FieldId, FieldKind)>,
    /// The column headed `OptInType`.
    pub opt_in: Option<usize>,
    /// The column headed `EmailType`.
    pub email_type: Option<usize>,
    /// The column that an alias makes [`EXTERNAL_ID`].
    pub external_id: Option<usize>,
    /// The column that an alias makes [`PHONE`].
    pub phone: Option<usize>,
    /// Columns of preferences and consents, once they are looked for.
    pub extras: Extras,
}

/// What a face's alias says for the column of external ids; it is one by alias only.
pub const EXTERNAL_ID: &str = "ExternalId";

/// What a face's alias says for the column of phone numbers; it is one by alias only.
pub const PHONE: &str = "Phone";

impl Columns {
    /// `aliases` are further names of data fields, in lower case. Columns that are nothing the
    /// account knows are left to the faults file.
    pub fn new(header: Header, schema: &Schema, aliases: &BTreeMap<String, String>) -> Self {
        let mut fields: Vec<(usize, FieldId, FieldKind)> = Vec::new();
        for (column, name) in header.others() {
            let alias = aliases.get(&name.to_lowercase()).map(String::as_str);
            let Some(field) = schema.named(alias.unwrap_or(name)) else { continue };
            if fields.iter().all(|(_, known, _)| *known != field.id) {
                fields.push((column, field.id, field.kind));
            }
        }
        fields.sort_unstable_by_key(|(_, field, _)| *field);
        let alias = |cell: &str| aliases.get(&cell.to_lowercase()).map(String::as_str);
        let headed = |name: &str| {
            let is_it = |cell: &str| alias(cell).unwrap_or(cell).eq_ignore_ascii_case(name);
            header.others().find(|(_, cell)| is_it(cell)).map(|(at, _)| at)
        };
        let (opt_in, email_type) = (headed("OptInType"), headed("EmailType"));
        let aliased =
            |name| header.others().find(|(_, cell)| alias(cell) == Some(name)).map(|(at, _)| at);
        let (external_id, phone) = (aliased(EXTERNAL_ID), aliased(PHONE));
        let extras = Extras::default();
        Self { header, fields, opt_in, email_type, external_id, phone, extras }
    }
}

/// The first column headed `Email`, whatever its letter case and the blanks around it.
pub fn email_column<'a>(cells: impl Iterator<Item = &'a [u8]>) -> Option<usize> {
    cells.map(String::from_utf8_lossy).position(|cell| trimmed(&cell).eq_ignore_ascii_case("email"))
}

/// Without the blanks and marks that spreadsheets leave around a heading.
fn trimmed(cell: &str) -> &str {
    cell.trim_matches(|c: char| c.is_whitespace() || matches!(c, '\u{FEFF}' | '\u{200B}'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::import::csv;

    fn header(line: &str) -> Option<Header> {
        let (_, rows) = csv::header(line.as_bytes())?;
        Header::of(rows.row(0)?)
    }

    #[test]
    fn the_address_column_is_found_in_any_case_and_place() {
        for line in ["Email,A", "EMAIL,A", " email ,A", "\u{A0}eMail\t,A", "\u{FEFF}Email,A"] {
            assert_eq!(header(line).map(|header| header.email), Some(0), "{line:?}");
        }
        assert_eq!(header("A,\"Email\"").map(|header| header.email), Some(1));
    }

    #[test]
    fn a_heading_that_only_contains_the_word_is_not_the_address_column() {
        assert_eq!(header("Email address,E-mail,EmailType"), None);
    }

    #[test]
    fn of_two_address_columns_the_first_counts_and_the_second_is_kept() {
        let header = header("A,Email,email,B").unwrap();
        assert_eq!(header.email, 1);
        let others: Vec<_> = header.others().collect();
        assert_eq!(others, [(0, "A"), (2, "email"), (3, "B")]);
    }
}
