//! The engine for many gateways: a database that speaks PostgreSQL's wire.
//!
//! Each [`Table`] is one SQL table with the columns `account`, `key` and `value`; the leading four
//! bytes of a key are its `account`, so that an engine which splits by key or shards by account
//! can. Plain portable SQL only. A commit is one transaction at READ COMMITTED that locks every
//! key which it writes or asks about (see `commit`), and ends when the database has it on disk.
//! `docs/postgres.md` says what is promised and what the database must be told.

mod changes;
mod commit;
mod days;
mod hosts;
mod pipeline;
mod plan;
mod pool;
mod schema;
mod sql;
mod tickets;
mod trouble;

use std::time::{Duration, Instant};

use bytes::Bytes;
use futures_util::future::BoxFuture;
use jiff::Timestamp;
use tokio::sync::{RwLock, RwLockReadGuard};

use super::seam::{
    Batch, Durable, Entry, KeyRange, Order, Space, Store, StoreError, Table, scan_around_by_two,
};
use changes::Changes;
use pool::Pool;
pub use schema::Migrated;
use sql::Scan;
use tickets::Tickets;
use trouble::Trouble;

/// How a database is reached.
#[derive(Clone)]
pub struct PostgresOptions {
    /// Hosts, user, password and database.
    pub server: tokio_postgres::Config,
    /// What a TLS connection must show; `None` speaks plainly.
    pub tls: Option<rustls::ClientConfig>,
    /// Most connections at once.
    pub connections: usize,
    /// How long a call waits for a connection.
    pub connect: Duration,
    /// How long a call waits for the database's answer.
    pub statement: Duration,
}

/// Says nothing of who connects where: the settings hold a password.
impl std::fmt::Debug for PostgresOptions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut shown = f.debug_struct("PostgresOptions");
        shown.field("connections", &self.connections).finish_non_exhaustive()
    }
}

/// A store in a PostgreSQL database, or in one that speaks its wire.
#[derive(Debug)]
pub struct PostgresStore {
    pool: Pool,
    tickets: Tickets,
    changes: Changes,
    /// Whether the store is closed; held for reading by every call under way.
    closed: RwLock<bool>,
}

impl PostgresStore {
    /// Connects to a database that has this program's schema.
    pub async fn open(options: PostgresOptions) -> Result<Self, StoreError> {
        let store = Self::of(options)?;
        schema::ensure_current(&store.pool).await?;
        store.tickets.forget_old(&store.pool).await;
        Ok(store)
    }

    /// Brings a database's schema to the version of this program; makes it where there is none.
    pub async fn migrate(options: PostgresOptions) -> Result<Migrated, StoreError> {
        schema::migrate(&Self::of(options)?.pool).await
    }

    fn of(options: PostgresOptions) -> Result<Self, StoreError> {
        let (pool, tickets, changes) = (Pool::new(options)?, Tickets::new()?, Changes::default());
        Ok(Self { pool, tickets, changes, closed: RwLock::new(false) })
    }

    /// Marks a call as under way.
    async fn enter(&self) -> Result<RwLockReadGuard<'_, bool>, StoreError> {
        let closed = self.closed.read().await;
        if *closed { Err(StoreError::Closed) } else { Ok(closed) }
    }

    async fn get_now(
        &self,
        space: Space,
        table: Table,
        key: &[u8],
    ) -> Result<Option<Bytes>, StoreError> {
        let _under_way = self.enter().await?;
        let (account, rest) = sql::split(key);
        let found = self.pool.query(&sql::get(space, table), &[&account, &rest]).await;
        let rows = absent_day_is_empty(space, found).map_err(|trouble| trouble.at("read"))?;
        let Some(row) = rows.first() else { return Ok(None) };
        let value = row.try_get::<_, &[u8]>(0).map_err(|error| Trouble::from(error).at("read"))?;
        Ok(Some(Bytes::copy_from_slice(value)))
    }

    async fn scan_now(
        &self,
        space: Space,
        table: Table,
        range: &KeyRange,
        order: Order,
        limit: usize,
    ) -> Result<Vec<Entry>, StoreError> {
        let _under_way = self.enter().await?;
        if range.is_empty() {
            return Ok(Vec::new());
        }
        self.entries(space, Scan::of(space, table, range, order), limit).await
    }

    async fn entries(
        &self,
        space: Space,
        scan: Scan<'_>,
        limit: usize,
    ) -> Result<Vec<Entry>, StoreError> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let found = self.pool.query(&scan.sql, &scan.parameters(&limit)).await;
        let rows = absent_day_is_empty(space, found).map_err(|trouble| trouble.at("scan"))?;
        let entries = rows.iter().map(sql::entry).collect::<Result<_, _>>();
        entries.map_err(|error| Trouble::from(error).at("scan"))
    }

    async fn time(&self) -> Result<Timestamp, StoreError> {
        let _under_way = self.enter().await?;
        let asked = self.pool.query(sql::NOW, &[]).await.and_then(|rows| {
            let row = rows.first().map(|row| row.try_get::<_, i64>(0)).transpose()?;
            Ok(row.unwrap_or_default())
        });
        let microsecond = asked.map_err(|trouble| trouble.at("ask for the time"))?;
        Ok(Timestamp::from_microsecond(microsecond).unwrap_or(Timestamp::UNIX_EPOCH))
    }

    async fn ensure_writable_now(&self) -> Result<(), StoreError> {
        let _under_way = self.enter().await?;
        let asked = self.pool.transact("select 1").await;
        asked.map_err(|trouble| trouble.at("ask whether it takes writes"))
    }
}

/// A day's tables are made by its first commit; until then there is nothing in it.
fn absent_day_is_empty(
    space: Space,
    found: Result<Vec<tokio_postgres::Row>, Trouble>,
) -> Result<Vec<tokio_postgres::Row>, Trouble> {
    match found {
        Err(trouble) if trouble.is_absent_table() && space != Space::Main => Ok(Vec::new()),
        found => found,
    }
}

impl Store for PostgresStore {
    fn get<'a>(
        &'a self,
        space: Space,
        table: Table,
        key: &'a [u8],
    ) -> BoxFuture<'a, Result<Option<Bytes>, StoreError>> {
        Box::pin(self.get_now(space, table, key))
    }

    fn scan(
        &self,
        space: Space,
        table: Table,
        range: KeyRange,
        order: Order,
        limit: usize,
    ) -> BoxFuture<'_, Result<Vec<Entry>, StoreError>> {
        Box::pin(async move { self.scan_now(space, table, &range, order, limit).await })
    }

    fn scan_around<'a>(
        &'a self,
        table: Table,
        range: KeyRange,
        key: &'a [u8],
        limit: usize,
    ) -> BoxFuture<'a, Result<Vec<Entry>, StoreError>> {
        Box::pin(async move {
            match Scan::around(table, &range, key) {
                Some(scan) => {
                    let _under_way = self.enter().await?;
                    self.entries(Space::Main, scan, limit).await
                }
                None => scan_around_by_two(self, table, range, key, limit).await,
            }
        })
    }

    fn changes(
        &self,
        table: Table,
        since: Instant,
    ) -> BoxFuture<'_, Result<Option<u64>, StoreError>> {
        Box::pin(async move {
            let _under_way = self.enter().await?;
            self.changes.of(table, since, &self.pool).await
        })
    }

    fn commit(&self, batch: Batch) -> BoxFuture<'_, Result<Durable, StoreError>> {
        Box::pin(async move {
            let _under_way = self.enter().await?;
            let committed = commit::commit(&self.pool, &self.tickets, &batch).await;
            if changes::is_marked(&batch) {
                // Even of a failed one nobody may know whether it was done.
                self.changes.written();
            }
            committed?;
            // The database answers a commit when it is on disk.
            Ok(Durable::new(std::future::ready(Ok(()))))
        })
    }

    fn is_shared(&self) -> bool {
        true
    }

    fn now(&self, _own: Timestamp) -> BoxFuture<'_, Result<Timestamp, StoreError>> {
        Box::pin(self.time())
    }

    fn ensure_writable(&self) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(self.ensure_writable_now())
    }

    fn days(&self) -> BoxFuture<'_, Result<Vec<i32>, StoreError>> {
        Box::pin(async move {
            let _under_way = self.enter().await?;
            days::all(&self.pool).await
        })
    }

    fn drop_day(&self, day: i32) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(async move {
            let _under_way = self.enter().await?;
            days::drop_whole(&self.pool, day).await
        })
    }

    fn close(&self) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(async move {
            *self.closed.write().await = true;
            self.pool.close();
            Ok(())
        })
    }
}
