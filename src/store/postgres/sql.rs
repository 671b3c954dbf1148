//! The SQL of one table, and how a key lies in its columns.
//!
//! `account` is the leading four bytes of a key, or all of a shorter one; `key` is the rest. Both
//! compare bytewise, so that a pair of them sorts as the whole key does, whatever its length.

use bytes::{BufMut as _, Bytes, BytesMut};
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;

use crate::store::seam::{Entry, KeyRange, Order, Space, Table};

/// Bytes of an account id, as `tables` writes it in front of a key.
const ACCOUNT_BYTES: usize = 4;

/// The database's time, in microseconds since 1970.
pub const NOW: &str = "select cast(extract(epoch from current_timestamp) * 1000000 as bigint)";

/// A value that a statement is given.
pub type Parameter<'p> = &'p (dyn ToSql + Sync);

/// The SQL table of a space's table. A day below 1970 has an `m` in front.
pub fn name(space: Space, table: Table) -> String {
    let table = table.name().replace(' ', "_");
    match space {
        Space::Main => format!("lychgate_{table}"),
        Space::Day(day) => {
            let sign = if day < 0 { "m" } else { "" };
            format!("lychgate_day_{sign}{}_{table}", day.unsigned_abs())
        }
    }
}

/// The columns `account` and `key` of a key.
pub fn split(key: &[u8]) -> (&[u8], &[u8]) {
    key.split_at_checked(ACCOUNT_BYTES).unwrap_or((key, &[]))
}

/// The entry in a row of [`Scan`].
pub fn entry(row: &Row) -> Result<Entry, tokio_postgres::Error> {
    let (account, rest) = (row.try_get::<_, &[u8]>(0)?, row.try_get::<_, &[u8]>(1)?);
    let mut key = BytesMut::with_capacity(account.len() + rest.len());
    key.put_slice(account);
    key.put_slice(rest);
    Ok((key.freeze(), Bytes::copy_from_slice(row.try_get(2)?)))
}

pub fn create(space: Space, table: Table) -> String {
    let name = name(space, table);
    format!(
        "create table if not exists {name} (account bytea not null, key bytea not null, \
         value bytea not null, primary key (account, key))"
    )
}

/// Keeps values as they are, and blocks within their rows. Unasked, PostgreSQL compresses a value
/// of more than 2 KB and cuts it up: blocks of 4 KB were written at half the speed
/// (`cargo bench --bench postgres`). An engine that does not know this goes without it.
pub fn tune(space: Space, table: Table) -> String {
    let name = name(space, table);
    format!(
        "alter table {name} set (toast_tuple_target = 8160); \
         alter table {name} alter column value set storage external"
    )
}

pub fn get(space: Space, table: Table) -> String {
    format!("select value from {} where account = $1 and key = $2", name(space, table))
}

/// What a statement does to the rows that it is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Holds a row that has the expected value as it is until the transaction ends.
    Hold,
    /// Puts a value where the expected one is.
    Replace,
    /// Deletes a row that has the expected value.
    DeleteExpected,
    /// Puts a value where none is; whoever else puts one waits for the transaction's end.
    Insert,
    /// Puts a value, whatever is there.
    Put,
    /// Deletes a row, whatever is there.
    Delete,
}

impl Kind {
    /// Whether the values of the statement's rows are asked for, and the expected values.
    pub fn columns(self) -> (bool, bool) {
        match self {
            Self::Hold | Self::DeleteExpected => (false, true),
            Self::Replace => (true, true),
            Self::Insert | Self::Put => (true, false),
            Self::Delete => (false, false),
        }
    }

    /// Whether a row that the statement does not find is a condition that does not hold.
    pub fn is_condition(self) -> bool {
        !matches!(self, Self::Put | Self::Delete)
    }

    /// The statement. Its parameters are arrays: accounts, keys, and what [`Self::columns`] says.
    pub fn sql(self, space: Space, table: Table) -> String {
        let name = name(space, table);
        let keys = "unnest($1::bytea[], $2::bytea[]) as c (account, key)";
        let expected =
            "unnest($1::bytea[], $2::bytea[], $3::bytea[]) as c (account, key, expected)";
        let same = "t.account = c.account and t.key = c.key";
        let new = "select * from unnest($1::bytea[], $2::bytea[], $3::bytea[])";
        match self {
            Self::Hold => format!(
                "select 1 from {name} as t, {expected} \
                 where {same} and t.value = c.expected for share of t"
            ),
            Self::Replace => format!(
                "update {name} as t set value = c.value \
                 from unnest($1::bytea[], $2::bytea[], $3::bytea[], $4::bytea[]) \
                 as c (account, key, value, expected) where {same} and t.value = c.expected"
            ),
            Self::DeleteExpected => {
                format!(
                    "delete from {name} as t using {expected} where {same} and t.value = c.expected"
                )
            }
            Self::Insert => format!(
                "insert into {name} (account, key, value) {new} \
                 on conflict (account, key) do nothing"
            ),
            Self::Put => format!(
                "insert into {name} (account, key, value) {new} \
                 on conflict (account, key) do update set value = excluded.value"
            ),
            Self::Delete => format!("delete from {name} as t using {keys} where {same}"),
        }
    }
}

/// A scan: its statement, and what bounds it.
#[derive(Debug)]
pub struct Scan<'r> {
    pub sql: String,
    bounds: Vec<&'r [u8]>,
}

impl<'r> Scan<'r> {
    /// A range within one account names that account, so that a sharded engine asks one shard.
    pub fn of(space: Space, table: Table, range: &'r KeyRange, order: Order) -> Self {
        let mut sql = format!("select account, key, value from {}", name(space, table));
        let bounds = match within_account(range) {
            Some((account, start, end)) => {
                sql.push_str(" where account = $1 and key >= $2");
                sql.push_str(if end.is_some() { " and key < $3" } else { "" });
                [account, start].into_iter().chain(end).collect()
            }
            None => across_accounts(range, &mut sql),
        };
        sql.push_str(match order {
            Order::Ascending => " order by account, key",
            Order::Descending => " order by account desc, key desc",
        });
        let limit = bounds.len() + 1;
        Self { sql: format!("{sql} limit ${limit}"), bounds }
    }

    /// As [`Scan::of`] ascending, from the last entry on that is not above `key`, if there is one;
    /// `None` for a range of several accounts.
    pub fn around(table: Table, range: &'r KeyRange, key: &'r [u8]) -> Option<Self> {
        let name = name(Space::Main, table);
        let (account, start, end) = within_account(range)?;
        let key = key.strip_prefix(account)?;
        let end_too = if end.is_some() { " and key < $4" } else { "" };
        let bounds: Vec<&[u8]> = [account, start, key].into_iter().chain(end).collect();
        let limit = bounds.len() + 1;
        let sql = format!(
            "select account, key, value from {name} where account = $1 and key >= coalesce(\
             (select key from {name} where account = $1 and key >= $2 and key <= $3 \
             order by account desc, key desc limit 1), $2){end_too} \
             order by account, key limit ${limit}"
        );
        Some(Self { sql, bounds })
    }

    pub fn parameters<'p>(&'p self, limit: &'p i64) -> Vec<Parameter<'p>> {
        let bounds = self.bounds.iter().map(|bound| -> Parameter<'p> { bound });
        let limit: Parameter<'p> = limit;
        bounds.chain([limit]).collect()
    }
}

/// The account of a range that does not leave it, and where its keys begin and end.
type Within<'r> = (&'r [u8], &'r [u8], Option<&'r [u8]>);

fn within_account(range: &KeyRange) -> Option<Within<'_>> {
    let (account, start) = range.start.split_at_checked(ACCOUNT_BYTES)?;
    let end = range.end.as_deref()?;
    if let Some(end) = end.strip_prefix(account) {
        return Some((account, start, Some(end)));
    }
    let whole = KeyRange::prefix(Bytes::copy_from_slice(account));
    (whole.end.as_deref() == Some(end)).then_some((account, start, None))
}

fn across_accounts<'r>(range: &'r KeyRange, sql: &mut String) -> Vec<&'r [u8]> {
    let mut bounds = Vec::with_capacity(4);
    if !range.start.is_empty() {
        let (account, key) = split(&range.start);
        sql.push_str(" where (account, key) >= ($1, $2)");
        bounds.extend([account, key]);
    }
    if let Some(end) = &range.end {
        let (account, key) = split(end);
        sql.push_str(match bounds.len() {
            0 => " where (account, key) < ($1, $2)",
            _ => " and (account, key) < ($3, $4)",
        });
        bounds.extend([account, key]);
    }
    bounds
}
