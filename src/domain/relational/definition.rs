//! What a relational table is made of.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::domain::TableId;
use crate::domain::display::{DateFormat, NumberFormat};
use crate::domain::error::Refusal;
use crate::store::{Record, Table};

/// Columns of one table, and of each type, as the vendor documents it.
const MAX_COLUMNS: usize = 20;
const MAX_TEXTS: usize = 10;
const MAX_DATES: usize = 4;
const MAX_NUMBERS: usize = 5;
const MAX_GEOS: usize = 1;

/// Longest name of a table or a column, and longest name for people, in characters.
const MAX_NAME_CHARS: usize = 150;

/// A relational table. Names are compared without regard to case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RelationalTable {
    pub id: TableId,
    /// ASCII letters, digits and `_`.
    pub name: String,
    /// Its name for people.
    pub display_name: String,
    /// In the order of their definition.
    pub columns: Vec<Column>,
    /// The rows, once some were loaded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rows: Option<RowSet>,
}

/// The rows of a table that were loaded together. A load writes a set of its own and then puts it
/// in the place of the one before, so that nobody sees half of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowSet {
    /// Names the set within its account: the number of the task that loaded it.
    pub(in crate::domain) number: u32,
    pub count: u64,
    pub loaded: Timestamp,
}

impl Record for RelationalTable {
    const TABLE: Table = Table::RelationalTable;
    const VERSION: u8 = 1;
}

/// A column of a relational table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    /// ASCII letters, digits and `_`.
    pub name: String,
    /// Its name for people.
    pub display_name: String,
    pub kind: ColumnKind,
}

/// The type of a column, and how its values are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum ColumnKind {
    Text,
    Date(DateFormat),
    Number(NumberFormat),
    /// A place, for example a postal code.
    Geo,
}

/// A format for a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColumnFormat {
    Date(DateFormat),
    Number(NumberFormat),
}

/// A table to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewTable {
    pub name: String,
    pub display_name: String,
    pub columns: Vec<Column>,
}

impl RelationalTable {
    /// The column called `name`, in any case.
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name.eq_ignore_ascii_case(name.trim()))
    }

    pub(super) fn column_mut(&mut self, name: &str) -> Option<&mut Column> {
        self.columns.iter_mut().find(|column| column.name.eq_ignore_ascii_case(name.trim()))
    }
}

impl Column {
    /// Takes a format of the column's own type.
    pub(super) fn reformat(&mut self, format: ColumnFormat) -> Result<(), Refusal> {
        self.kind = match (self.kind, format) {
            (ColumnKind::Date(_), ColumnFormat::Date(format)) => ColumnKind::Date(format),
            (ColumnKind::Number(_), ColumnFormat::Number(format)) => ColumnKind::Number(format),
            _ => return Err(Refusal::RelationalFormatInvalid),
        };
        Ok(())
    }
}

impl NewTable {
    /// The same with trimmed names, when it is a table that can be.
    pub(super) fn checked(mut self) -> Result<Self, Refusal> {
        trim(&mut self.name);
        trim(&mut self.display_name);
        for column in &mut self.columns {
            trim(&mut column.name);
            trim(&mut column.display_name);
        }
        let mut names = BTreeSet::new();
        let fits = is_name(&self.name)
            && is_display_name(&self.display_name)
            && (1..=MAX_COLUMNS).contains(&self.columns.len())
            && self.has_bounded_types()
            && self.columns.iter().all(|column| {
                is_name(&column.name)
                    && is_display_name(&column.display_name)
                    && names.insert(column.name.to_ascii_lowercase())
            });
        if fits { Ok(self) } else { Err(Refusal::RelationalTableInvalid) }
    }

    fn has_bounded_types(&self) -> bool {
        let (mut texts, mut dates, mut numbers, mut geos) = (0, 0, 0, 0);
        for column in &self.columns {
            match column.kind {
                ColumnKind::Text => texts += 1,
                ColumnKind::Date(_) => dates += 1,
                ColumnKind::Number(_) => numbers += 1,
                ColumnKind::Geo => geos += 1,
            }
        }
        texts <= MAX_TEXTS && dates <= MAX_DATES && numbers <= MAX_NUMBERS && geos <= MAX_GEOS
    }
}

fn trim(text: &mut String) {
    *text = text.trim().to_owned();
}

fn is_name(name: &str) -> bool {
    (1..=MAX_NAME_CHARS).contains(&name.len())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

fn is_display_name(name: &str) -> bool {
    (1..=MAX_NAME_CHARS).contains(&name.chars().count()) && !name.chars().any(char::is_control)
}
