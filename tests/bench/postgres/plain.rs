//! A plain client: what PostgreSQL can take from anybody on this machine.

use std::pin::pin;

use bytes::{BufMut as _, BytesMut};
use futures_util::SinkExt as _;
use tokio_postgres::{Client, NoTls, Statement};

/// Rows of one upsert.
const ROWS_AT_ONCE: usize = 1_000;

const MAKE: &str = "create table if not exists plain \
                    (number bigint not null, address text not null unique)";
const UPSERT: &str = "insert into plain (number, address) \
                      select * from unnest($1::bigint[], $2::text[]) \
                      on conflict (address) do update set number = excluded.number";
const COPY: &str = "copy plain (number, address) from stdin";

pub async fn connect(url: &str) -> Client {
    let (client, driver) = tokio_postgres::connect(url, NoTls).await.unwrap();
    #[expect(clippy::disallowed_methods, reason = "no server is here that could stop it")]
    tokio::spawn(driver);
    client
}

/// One connection and an empty table of numbers and unique addresses.
pub struct Rows {
    client: Client,
    upsert: Statement,
}

impl Rows {
    pub async fn new(url: &str) -> Self {
        let client = connect(url).await;
        client.batch_execute(MAKE).await.unwrap();
        Self { upsert: client.prepare(UPSERT).await.unwrap(), client }
    }

    pub async fn clear(&self) {
        self.client.batch_execute("truncate plain").await.unwrap();
    }

    /// Puts addresses in by upserts, each a transaction.
    pub async fn upsert(&self, addresses: &[String]) {
        let mut number = 0_i64;
        for some in addresses.chunks(ROWS_AT_ONCE) {
            let numbers: Vec<i64> = some
                .iter()
                .map(|_| {
                    number += 1;
                    number
                })
                .collect();
            self.client.execute(&self.upsert, &[&numbers, &some]).await.unwrap();
        }
    }

    /// As [`Self::upsert`], all in one transaction.
    pub async fn upsert_at_once(&self, addresses: &[String]) {
        self.client.batch_execute("begin").await.unwrap();
        self.upsert(addresses).await;
        self.client.batch_execute("commit").await.unwrap();
    }

    /// Puts all addresses in by one `COPY`.
    pub async fn copy(&self, addresses: &[String]) {
        let sink = self.client.copy_in(COPY).await.unwrap();
        let mut sink = pin!(sink);
        let mut text = BytesMut::new();
        for (number, address) in addresses.iter().enumerate() {
            text.put_slice(format!("{number}\t{address}\n").as_bytes());
            if text.len() > 64 * 1024 {
                sink.send(text.split().freeze()).await.unwrap();
            }
        }
        sink.send(text.freeze()).await.unwrap();
        sink.close().await.unwrap();
    }
}

/// A connection that creates contacts as a program would that has them in a table of its own.
pub struct Contacts {
    client: Client,
    find: Statement,
    insert: Statement,
    count: Statement,
}

impl Contacts {
    /// The table, once for all.
    pub async fn make(url: &str) {
        let make = "create table contact (id bigint generated always as identity primary key, \
                    account integer not null, address text not null, first_name text, \
                    created timestamp with time zone not null default current_timestamp, \
                    unique (account, address)); \
                    create table account (id integer primary key, contacts bigint not null); \
                    insert into account (id, contacts) values (1, 0)";
        connect(url).await.batch_execute(make).await.unwrap();
    }

    pub async fn new(url: &str) -> Self {
        let client = connect(url).await;
        let find = "select id, first_name from contact where account = $1 and address = $2";
        let insert = "insert into contact (account, address, first_name) values ($1, $2, $3)";
        let count = "update account set contacts = contacts + 1 where id = $1";
        Self {
            find: client.prepare(find).await.unwrap(),
            insert: client.prepare(insert).await.unwrap(),
            count: client.prepare(count).await.unwrap(),
            client,
        }
    }

    /// Looks whether the address is there, and puts it in: a transaction of its own. With a count of
    /// contacts that everybody shares, one waits for the other's commit.
    pub async fn create(&self, address: &str, counts: bool) {
        self.client.batch_execute("begin").await.unwrap();
        let found = self.client.query_opt(&self.find, &[&1_i32, &address]).await.unwrap();
        if found.is_none() {
            let first_name = "Ann";
            self.client.execute(&self.insert, &[&1_i32, &address, &first_name]).await.unwrap();
            if counts {
                self.client.execute(&self.count, &[&1_i32]).await.unwrap();
            }
        }
        self.client.batch_execute("commit").await.unwrap();
    }

    pub async fn find(&self, address: &str) {
        assert!(self.client.query_opt(&self.find, &[&1_i32, &address]).await.unwrap().is_some());
    }
}
