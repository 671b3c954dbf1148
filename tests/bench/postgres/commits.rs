//! Commits of the store over PostgreSQL beside a plain client that does the same work by hand.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use futures_util::future::join_all;
use lychgate::store::{Batch, PostgresStore, Space, Store, Table, commit_durably};
use tokio_postgres::binary_copy::BinaryCopyInWriter;
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{Client, Statement};

use crate::plain;
use crate::postgres::{Postgres, options};
use crate::table::Table as Rates;

const ENTRIES: u32 = 1_000;

const UPSERT: &str = "insert into lychgate_contact (account, key, value) \
                      select * from unnest($1::bytea[], $2::bytea[], $3::bytea[]) \
                      on conflict (account, key) do update set value = excluded.value";

const STAGE: &str = "create temporary table staged \
                     (account bytea, key bytea, value bytea) on commit delete rows";
const COPY: &str = "copy staged (account, key, value) from stdin (format binary)";
const TAKE_OVER: &str = "insert into lychgate_contact (account, key, value) \
                         select account, key, value from staged \
                         on conflict (account, key) do update set value = excluded.value";

struct Both {
    store: Arc<PostgresStore>,
    plain: Vec<Plain>,
}

/// A connection with its statements prepared.
struct Plain {
    client: Client,
    upsert_all: Statement,
    copy: Statement,
    take_over: Statement,
    read: Statement,
    upserts: Vec<(Statement, usize)>,
}

impl Plain {
    async fn new(client: Client) -> Self {
        let upsert = |name: &str| {
            format!(
                "insert into lychgate_{name} (account, key, value) values ($1, $2, $3) \
                 on conflict (account, key) do update set value = excluded.value"
            )
        };
        let read = "select value from lychgate_counter where account = $1 and key = $2";
        let mut upserts = Vec::new();
        for (name, bytes) in [("counter", 4), ("contact", 300), ("list", 60)] {
            upserts.push((client.prepare(&upsert(name)).await.unwrap(), bytes));
        }
        client.batch_execute(STAGE).await.unwrap();
        Self {
            upsert_all: client.prepare(UPSERT).await.unwrap(),
            copy: client.prepare(COPY).await.unwrap(),
            take_over: client.prepare(TAKE_OVER).await.unwrap(),
            read: client.prepare(read).await.unwrap(),
            upserts,
            client,
        }
    }
}

/// A value that compresses about as badly as a block of contacts does.
fn value(bytes: usize, seed: u32) -> Bytes {
    let mut state = u64::from(seed).wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        b"abcdefghijklmnopqrstuvwxyz012345"[usize::try_from(state >> 40).unwrap() % 32]
    };
    (0..bytes).map(|at| if at % 3 == 0 { b'x' } else { next() }).collect::<Vec<u8>>().into()
}

fn keys(round: u32) -> Vec<[u8; 4]> {
    // A few accounts' worth of blocks that are written again and again.
    (0..ENTRIES).map(|key| ((round % 20) * ENTRIES + key).to_be_bytes()).collect()
}

async fn store_batch(both: &Both, value: &Bytes, round: u32) {
    let mut batch = Batch::main();
    for key in keys(round) {
        batch.put(Table::Contact, [&[0, 0, 0, 1][..], &key].concat(), value.clone());
    }
    commit_durably(&*both.store, batch).await.unwrap();
}

async fn plain_batch(both: &Both, value: &Bytes, round: u32) {
    let plain = &both.plain[0];
    let keys = keys(round);
    let accounts = vec![&[0_u8, 0, 0, 2][..]; keys.len()];
    let keys: Vec<&[u8]> = keys.iter().map(|key| &key[..]).collect();
    let values = vec![&**value; keys.len()];
    plain.client.execute(&plain.upsert_all, &[&accounts, &keys, &values]).await.unwrap();
}

/// The same through a temporary table.
async fn staged_batch(both: &Both, value: &Bytes, round: u32) {
    let plain = &both.plain[0];
    plain.client.batch_execute("begin").await.unwrap();
    let sink = plain.client.copy_in(&plain.copy).await.unwrap();
    let mut writer = pin!(BinaryCopyInWriter::new(sink, &[Type::BYTEA, Type::BYTEA, Type::BYTEA]));
    for key in keys(round) {
        let row: [&(dyn ToSql + Sync); 3] = [&&[0_u8, 0, 0, 3][..], &&key[..], &&**value];
        writer.as_mut().write(&row).await.unwrap();
    }
    writer.finish().await.unwrap();
    plain.client.execute(&plain.take_over, &[]).await.unwrap();
    plain.client.batch_execute("commit").await.unwrap();
}

/// A counter that must be as it was read, and two records beside it.
async fn store_change(both: &Both, writer: u32, round: u32) {
    let key = |kind: u8| [&writer.to_be_bytes()[..], &[kind]].concat();
    let read = both.store.get(Space::Main, Table::Counter, &key(0)).await.unwrap();
    let mut batch = Batch::main();
    batch.replace(Table::Counter, key(0), read, round.to_be_bytes().to_vec());
    batch.put(Table::Contact, key(1), vec![7; 300]);
    batch.put(Table::List, key(2), vec![8; 60]);
    commit_durably(&*both.store, batch).await.unwrap();
}

async fn plain_change(both: &Both, writer: u32) {
    let plain = &both.plain[usize::try_from(writer).unwrap()];
    let (account, key) = ((writer + 1_000).to_be_bytes().to_vec(), vec![0_u8]);
    plain.client.query_opt(&plain.read, &[&account, &key]).await.unwrap();
    plain.client.batch_execute("begin").await.unwrap();
    for (upsert, bytes) in &plain.upserts {
        plain.client.execute(upsert, &[&account, &key, &vec![7_u8; *bytes]]).await.unwrap();
    }
    plain.client.batch_execute("commit").await.unwrap();
}

/// How often `work` is done in a second, by each of `writers` at once.
async fn rate<W: Future<Output = ()>>(
    turn: Duration,
    writers: u32,
    work: impl Fn(u32, u32) -> W,
) -> f64 {
    let begun = Instant::now();
    let done = join_all((0..writers).map(|writer| {
        let work = &work;
        async move {
            let mut round = 0;
            while begun.elapsed() < turn {
                work(writer, round).await;
                round += 1;
            }
            round
        }
    }));
    f64::from(done.await.into_iter().sum::<u32>()) / begun.elapsed().as_secs_f64()
}

pub async fn measure(server: &Postgres, rounds: u32, turn: Duration) {
    let url = server.database("commits");
    PostgresStore::migrate(options(&url)).await.unwrap();
    let store = Arc::new(PostgresStore::open(options(&url)).await.unwrap());
    let mut plain = Vec::new();
    for _ in 0..8 {
        plain.push(Plain::new(plain::connect(&url).await).await);
    }
    let both = Both { store, plain };
    for bytes in [100, 4_000] {
        let value = value(bytes, 7);
        let title = format!("entries of {bytes} bytes, {ENTRIES} a batch, one connection");
        let sides = ["store", "by hand", "by hand, COPY and upsert"];
        let mut rates = Rates::new(title, &sides);
        let each = f64::from(ENTRIES);
        for _ in 0..rounds {
            let store = rate(turn, 1, |_, round| store_batch(&both, &value, round)).await;
            let plain = rate(turn, 1, |_, round| plain_batch(&both, &value, round)).await;
            let staged = rate(turn, 1, |_, round| staged_batch(&both, &value, round)).await;
            rates.round(&[store * each, plain * each, staged * each]);
        }
        rates.print(&["by hand"]);
    }
    for writers in [1, 8] {
        let title =
            format!("changes of a counter that was read and two records, {writers} at once");
        let mut rates = Rates::new(title, &["store", "by hand"]);
        for _ in 0..rounds {
            let work = |writer, round| store_change(&both, writer, round);
            let store = rate(turn, writers, work).await;
            let plain = rate(turn, writers, |writer, _| plain_change(&both, writer)).await;
            rates.round(&[store, plain]);
        }
        rates.print(&["by hand"]);
    }
}
