//! Numbers of tables that hardly ever change, so that what was read of them can be remembered.
//!
//! `lychgate_change` has a random mark for each of these tables; a commit that writes to one puts
//! another there, in its own transaction. Who asks says since when the answer must hold: a look that
//! began behind that will do, whoever began it. There is one look at a time. So many callers together
//! look little more often than one of them alone.

use std::collections::BTreeMap;
use std::sync::PoisonError;
use std::time::Instant;

use tokio::sync::Mutex;

use super::pool::Pool;
use super::trouble::Trouble;
use crate::store::seam::{Batch, Space, StoreError, Table, Write};

/// What every call reads and hardly any writes.
pub const MARKED: [Table; 5] =
    [Table::Account, Table::Credential, Table::DataField, Table::Suppression, Table::Template];

/// Puts another mark beside these tables, whose numbers ascend: so the rows are locked in one order.
pub const MARK: &str = "update lychgate_change as t set mark = $1 \
                        from unnest($2::smallint[]) as c (number) where t.number = c.number";

const LOOK: &str = "select number, mark from lychgate_change";

/// The looks of one store that is open.
#[derive(Debug, Default)]
pub struct Changes {
    /// The last look that was answered; held by the one under way.
    last: Mutex<Option<Look>>,
    /// When this process last wrote to a marked table.
    written: std::sync::Mutex<Option<Instant>>,
}

#[derive(Debug)]
struct Look {
    begun: Instant,
    marks: BTreeMap<i16, i64>,
}

impl Changes {
    /// The mark of `table` at some moment behind `since` and behind the last own write; `None` of a
    /// table that has none.
    pub async fn of(
        &self,
        table: Table,
        since: Instant,
        pool: &Pool,
    ) -> Result<Option<u64>, StoreError> {
        if !MARKED.contains(&table) {
            return Ok(None);
        }
        let written = *self.written.lock().unwrap_or_else(PoisonError::into_inner);
        let since = written.map_or(since, |written| written.max(since));
        let mut last = self.last.lock().await;
        let look = match last.take().filter(|look| look.begun > since) {
            Some(look) => look,
            None => look_at_all(pool).await.map_err(|trouble| trouble.at("look for changes"))?,
        };
        let look = last.insert(look);
        Ok(look.marks.get(&number(table)).map(|mark| mark.cast_unsigned()))
    }

    /// Whatever was looked at before is not used any more.
    pub fn written(&self) {
        *self.written.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
    }
}

async fn look_at_all(pool: &Pool) -> Result<Look, Trouble> {
    let begun = Instant::now();
    let rows = pool.query(LOOK, &[]).await?;
    let marks = rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?)));
    let marks = marks.collect::<Result<_, tokio_postgres::Error>>()?;
    Ok(Look { begun, marks })
}

pub fn is_marked(batch: &Batch) -> bool {
    !numbers(batch).is_empty()
}

/// The numbers of the marked tables that a batch writes to, ascending.
pub fn numbers(batch: &Batch) -> Vec<i16> {
    if batch.space != Space::Main {
        return Vec::new();
    }
    let tables = batch.writes.iter().map(|write| match write {
        Write::Put { table, .. } | Write::Delete { table, .. } => *table,
    });
    let mut numbers: Vec<i16> = tables.filter(|table| MARKED.contains(table)).map(number).collect();
    numbers.sort_unstable();
    numbers.dedup();
    numbers
}

fn number(table: Table) -> i16 {
    table.byte().into()
}
