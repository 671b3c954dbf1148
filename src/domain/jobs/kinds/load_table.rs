//! Loading a relational table: the rows of a file take the place of all rows before.

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use super::{Changes, Part, Work};
use crate::domain::import::rows::{Row as CsvRow, Rows};
use crate::domain::jobs::feed::{Feed, TextForm};
use crate::domain::jobs::task::StoredTask;
use crate::domain::relational::rows::{Row, encode, parse};
use crate::domain::relational::{Column, MAX_ROWS, RelationalTable, RowSet, encoded};
use crate::domain::{Account, Error, Refusal, Result};
use crate::store::{Batch, Change, Table, tables};

/// Blocks deleted in one step: about 1 MiB.
const BLOCKS_AT_ONCE: usize = 256;

/// A file whose rows become those of a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LoadTable {
    pub table: String,
    form: TextForm,
    /// For each column of the table the file's; `None` for one that the file has not.
    places: Vec<Option<usize>>,
    /// Rows of the file that are done in this stage, the header not among them.
    rows_done: u64,
    stage: Stage,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
enum Stage {
    /// Every row is read once before the first is written: a file with a bad row changes nothing.
    Check,
    Write,
    /// The set of rows that nobody sees any more goes.
    Clear {
        set: u32,
        failure: Option<String>,
    },
}

impl LoadTable {
    /// The order for a file with a header row whose headings are columns of the table, in any
    /// order and case.
    ///
    /// Refuses a table that does not exist, what is no text, and a header that names no column.
    pub async fn of(
        account: Account<'_>,
        table: &str,
        delimiter: u8,
        file: &Bytes,
    ) -> Result<Self> {
        let table = account.relational_tables().named(table).await?;
        let form = TextForm::of(file, delimiter)?;
        let header = form.first_row(file);
        let place = |column: &Column| {
            header.iter().position(|heading| heading.eq_ignore_ascii_case(&column.name))
        };
        let places: Vec<_> = table.columns.iter().map(place).collect();
        if places.iter().all(Option::is_none) {
            return Err(Refusal::RelationalColumnNotFound.into());
        }
        Ok(Self { table: table.name, form, places, rows_done: 0, stage: Stage::Check })
    }

    fn at(&self, stage: Stage, rows_done: u64) -> Work {
        Work::LoadTable(Self { rows_done, stage, ..self.clone() })
    }
}

pub async fn step<'a>(
    account: Account<'a>,
    stored: &StoredTask,
    order: &LoadTable,
    feed: &mut Feed,
) -> Result<Part<'a>> {
    let table = match &order.stage {
        Stage::Clear { set, failure } => {
            return clear(account, stored, *set, failure.as_ref()).await;
        }
        Stage::Check | Stage::Write => account.relational_tables().named(&order.table).await,
    };
    let table = match table {
        Ok(table) => table,
        Err(Error::Refused(refusal)) => {
            return Ok(fail(order, stored, refusal.to_string()));
        }
        Err(error) => return Err(error),
    };
    // Behind the header.
    let skip = order.rows_done + 1;
    let rows = feed.at(stored, order.form, skip).await?;
    match (&order.stage, rows) {
        (Stage::Check, Some(rows)) => Ok(check(order, stored, &table, rows)),
        (Stage::Check, None) => {
            let part = Part::to(order.at(Stage::Write, 0));
            Ok(Part { total: Some(order.rows_done), ..part })
        }
        (_, Some(rows)) => write(account, order, stored, &table, rows).await,
        (_, None) => switch(account, order, stored, table),
    }
}

/// Reads rows without writing them; the first bad one ends the load.
fn check<'a>(
    order: &LoadTable,
    stored: &StoredTask,
    table: &RelationalTable,
    rows: &Rows,
) -> Part<'a> {
    for (number, row) in (order.rows_done + 1..).zip(rows.iter()) {
        if number > MAX_ROWS {
            return fail(order, stored, format!("the file has more than {MAX_ROWS} rows"));
        }
        if let Err((column, refusal)) = read(order, table, row) {
            return fail(order, stored, format!("row {number}, column {column}: {refusal}"));
        }
    }
    let rows_done = order.rows_done + u64::try_from(rows.len()).unwrap_or_default();
    Part::to(order.at(Stage::Check, rows_done))
}

/// The values of a row, or the column whose value does not fit.
fn read<'t>(
    order: &LoadTable,
    table: &'t RelationalTable,
    row: CsvRow<'_>,
) -> Result<Row, (&'t str, Refusal)> {
    let mut values = Vec::with_capacity(table.columns.len());
    for (column, place) in table.columns.iter().zip(&order.places) {
        let field = place.map(|place| row.field(place)).unwrap_or_default();
        let text = String::from_utf8_lossy(field);
        let value = parse(column.kind, &text);
        values.push(value.map_err(|refusal| (column.name.as_str(), refusal))?);
    }
    if row.overlong {
        return Err(("", Refusal::DataFieldValueTooLong));
    }
    Ok(values)
}

async fn write<'a>(
    account: Account<'a>,
    order: &LoadTable,
    stored: &StoredTask,
    table: &RelationalTable,
    rows: &Rows,
) -> Result<Part<'a>> {
    let mut changes = Vec::with_capacity(rows.len());
    for (number, row) in (order.rows_done..).zip(rows.iter()) {
        // A column may have changed its type since the file was checked.
        let values = match read(order, table, row) {
            Ok(values) => values,
            Err((column, refusal)) => {
                return Ok(fail(order, stored, format!("column {column}: {refusal}")));
            }
        };
        let number = u32::try_from(number).unwrap_or(u32::MAX);
        changes.push(Change::put(tables::row_entry(number), encode(&values)?));
    }
    let mut batch = Batch::main();
    tables::relational_rows(account.id.0, stored.number.0)
        .edit(&*account.context.store, &mut batch, &changes)
        .await
        .map_err(|error| Error::store("write rows", error))?;
    let done = u64::try_from(rows.len()).unwrap_or_default();
    let part = Part::to(order.at(Stage::Write, order.rows_done + done)).counting(done);
    Ok(Part { changes: Changes::Batch(batch), ..part })
}

/// Puts the new rows in the place of the old ones.
fn switch<'a>(
    account: Account<'a>,
    order: &LoadTable,
    stored: &StoredTask,
    table: RelationalTable,
) -> Result<Part<'a>> {
    let (number, count) = (stored.number.0, order.rows_done);
    let rows = RowSet { number, count, loaded: account.context.clock.now() };
    let before = table.rows.map(|rows| rows.number);
    let read = encoded(&table)?;
    let key = account.relational_tables().key(table.id);
    let loaded = encoded(&RelationalTable { rows: Some(rows), ..table })?;
    let mut batch = Batch::main();
    batch.replace(Table::RelationalTable, key, Some(read), loaded);
    // Without rows before, there is nothing to clear.
    let stage = Stage::Clear { set: before.unwrap_or(0), failure: None };
    let part = Part::to(order.at(stage, order.rows_done));
    Ok(Part { changes: Changes::Batch(batch), ..part })
}

/// Ends the load, once what it has written is gone.
fn fail<'a>(order: &LoadTable, stored: &StoredTask, failure: String) -> Part<'a> {
    let stage = Stage::Clear { set: stored.number.0, failure: Some(failure) };
    Part::to(order.at(stage, order.rows_done))
}

async fn clear<'a>(
    account: Account<'a>,
    stored: &StoredTask,
    set: u32,
    failure: Option<&String>,
) -> Result<Part<'a>> {
    let mut batch = Batch::main();
    let more = tables::relational_rows(account.id.0, set)
        .delete_last_blocks(&*account.context.store, &mut batch, BLOCKS_AT_ONCE)
        .await
        .map_err(|error| Error::store("delete rows", error))?;
    let part = Part { changes: Changes::Batch(batch), ..Part::to(stored.task.work.clone()) };
    Ok(match (more, failure) {
        (true, _) => part,
        (false, None) => part.ending(format!("{} rows loaded.", stored.task.done)),
        (false, Some(failure)) => part.failing(format!("Nothing was loaded: {failure}.")),
    })
}
