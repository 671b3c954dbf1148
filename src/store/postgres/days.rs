//! Days of bulk data: one SQL table each, made by the day's first commit and dropped whole.
//!
//! `lychgate_day` registers them, so that nobody reads the engine's catalogues. A table is
//! registered before it is made, and dropped before it is forgotten: an engine that changes its
//! schema outside of transactions can leave a registered day without a table, which is an empty
//! one, and never a table that nobody knows of.

use super::pool::Pool;
use super::sql::{create, name};
use super::trouble::Trouble;
use crate::store::seam::{Space, StoreError, Table};

/// The days that are registered, ascending.
pub async fn all(pool: &Pool) -> Result<Vec<i32>, StoreError> {
    let sql = "select distinct day from lychgate_day order by day";
    let rows = pool.query(sql, &[]).await.map_err(|trouble| trouble.at("list the days"))?;
    let days = rows.iter().map(|row| row.try_get(0)).collect::<Result<_, _>>();
    days.map_err(|error| Trouble::from(error).at("list the days"))
}

/// Makes a day's tables where they are missing.
pub async fn make(pool: &Pool, space: Space, tables: &[Table]) -> Result<(), StoreError> {
    let Space::Day(day) = space else { return Ok(()) };
    let statements = tables.iter().map(|table| {
        format!(
            "insert into lychgate_day (day, number) values ({day}, {}) \
             on conflict (day, number) do nothing; {}",
            table.byte(),
            create(space, *table)
        )
    });
    let sql = statements.collect::<Vec<_>>().join("; ");
    pool.transact_again(&sql).await.map_err(|trouble| trouble.at("make the tables of a day"))?;
    pool.advise(space, tables).await;
    Ok(())
}

/// Drops a day's tables; their disk space is free at once.
pub async fn drop_whole(pool: &Pool, day: i32) -> Result<(), StoreError> {
    let sql = "select number from lychgate_day where day = $1 order by number";
    let rows = pool.query(sql, &[&day]).await.map_err(|trouble| trouble.at("look for a day"))?;
    let numbers = rows.iter().filter_map(|row| row.try_get::<_, i16>(0).ok());
    let tables = numbers.filter_map(|number| Table::from_byte(u8::try_from(number).ok()?));
    let drops =
        tables.map(|table| format!("drop table if exists {}", name(Space::Day(day), table)));
    let forget = format!("delete from lychgate_day where day = {day}");
    let sql = drops.chain([forget]).collect::<Vec<_>>().join("; ");
    pool.transact_again(&sql).await.map_err(|trouble| trouble.at("drop a day"))
}
