//! Rows of a relational table: how they are read from text, stored, and read again.

use bytes::Bytes;

use super::{Column, ColumnKind, RelationalTables, RowSet};
use crate::domain::Decimal;
use crate::domain::error::{Error, Refusal, Result};
use crate::domain::value::{FieldKind, FieldValue};
use crate::store::record::{damaged, split_version};
use crate::store::{StoreError, Table, tables};

/// Rows of one table, as the vendor documents it.
pub const MAX_ROWS: u64 = 500_000;

/// Longest text of one cell, in characters, so that a row stays within a stored value.
const MAX_TEXT_CHARS: usize = 1_000;

/// The format of an entry.
const VERSION: u8 = 1;

/// A row: a value for each column of its table, in their order. Only a date may be absent.
pub type Row = Vec<Option<FieldValue>>;

/// Reads a cell as its column wants it: dates as `YYYY-MM-DD`; an empty text is an empty text, an
/// empty number 0.
pub fn parse(kind: ColumnKind, text: &str) -> Result<Option<FieldValue>, Refusal> {
    let text = text.trim();
    let invalid = Refusal::DataFieldValueInvalid;
    match kind {
        ColumnKind::Text | ColumnKind::Geo => {
            if text.chars().count() > MAX_TEXT_CHARS {
                return Err(Refusal::DataFieldValueTooLong);
            }
            Ok(Some(FieldValue::Text(text.to_owned())))
        }
        ColumnKind::Number(_) if text.is_empty() => {
            Ok(Some(FieldValue::Number(Decimal::parse("0").ok_or(invalid)?)))
        }
        ColumnKind::Number(_) => FieldValue::parse(FieldKind::Number, text),
        ColumnKind::Date(_) if text.is_empty() => Ok(None),
        ColumnKind::Date(_) => {
            let is_date = jiff::civil::Date::strptime("%Y-%m-%d", text).is_ok();
            if is_date { FieldValue::parse(FieldKind::Date, text) } else { Err(invalid) }
        }
    }
}

/// The stored form of a row.
pub fn encode(row: &Row) -> Result<Bytes> {
    let bytes = postcard::to_extend(row, vec![VERSION]);
    bytes
        .map(Bytes::from)
        .map_err(|error| damaged(Table::RelationalRow, &error.to_string()))
        .map_err(|error| Error::store("write a row", error))
}

fn decode(value: &[u8]) -> Result<Row, StoreError> {
    let (_, body) = split_version(Table::RelationalRow, VERSION, value)?;
    postcard::from_bytes(body).map_err(|error| damaged(Table::RelationalRow, &error.to_string()))
}

impl RelationalTables<'_> {
    /// At most `limit` rows of a table, behind the first `skip`, with its columns.
    pub async fn rows(
        self,
        table: &str,
        skip: u32,
        limit: usize,
    ) -> Result<(Vec<Column>, Vec<Row>)> {
        let broken = |error| Error::store("read rows", error);
        let table = self.named(table).await?;
        let Some(RowSet { number, .. }) = table.rows else {
            return Ok((table.columns, Vec::new()));
        };
        let map = tables::relational_rows(self.account.id.0, number);
        let from = tables::row_entry(skip);
        let found = map.scan_from(&*self.account.context.store, &from, limit).await;
        let rows = found.map_err(broken)?.into_iter().map(|(_, value)| decode(&value));
        Ok((table.columns, rows.collect::<Result<_, _>>().map_err(broken)?))
    }
}
