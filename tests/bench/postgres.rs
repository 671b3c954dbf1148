//! `cargo bench --bench postgres`: commits of the store over PostgreSQL beside a plain client that
//! does the same work by hand, on a server of its own, in turns.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a benchmark: it prints, and stops where something is wrong"
)]

#[expect(dead_code, reason = "every user of it needs another part")]
#[path = "../support/postgres.rs"]
mod postgres;

use std::future::Future;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use futures_util::future::join_all;
use lychgate::store::{Batch, PostgresStore, Space, Store, Table, commit_durably};
use postgres::{Postgres, options};
use tokio_postgres::{Client, NoTls, Statement};

/// How long each measurement runs, in each of its [`TURNS`].
const TURN: Duration = Duration::from_millis(1_500);
const TURNS: u32 = 3;

const ENTRIES: u32 = 1_000;

const UPSERT: &str = "insert into lychgate_contact (account, key, value) \
                      select * from unnest($1::bytea[], $2::bytea[], $3::bytea[]) \
                      on conflict (account, key) do update set value = excluded.value";

struct Both {
    store: Arc<PostgresStore>,
    plain: Vec<Plain>,
}

/// A connection with its statements prepared.
struct Plain {
    client: Client,
    upsert_all: Statement,
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
        Self {
            upsert_all: client.prepare(UPSERT).await.unwrap(),
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
async fn rate<W: Future<Output = ()>>(writers: u32, work: impl Fn(u32, u32) -> W) -> f64 {
    let begun = Instant::now();
    let done = join_all((0..writers).map(|writer| {
        let work = &work;
        async move {
            let mut round = 0;
            while begun.elapsed() < TURN {
                work(writer, round).await;
                round += 1;
            }
            round
        }
    }));
    f64::from(done.await.into_iter().sum::<u32>()) / begun.elapsed().as_secs_f64()
}

/// Prints the best of the turns of each, in `unit` of `each` a piece of work.
fn tell(what: &str, each: u32, rates: &[(f64, f64)]) {
    let best = |of: fn(&(f64, f64)) -> f64| rates.iter().map(of).fold(0.0, f64::max);
    let (store, plain) = (best(|rate| rate.0), best(|rate| rate.1));
    let each = f64::from(each);
    println!("{what:<44} {:>9.0} {:>9.0} {:>6.2}", store * each, plain * each, store / plain);
}

async fn measure(both: &Both) {
    println!("{:<44} {:>9} {:>9} {:>6}", "in one second", "store", "plain", "ratio");
    for bytes in [100, 4_000] {
        let value = value(bytes, 7);
        let mut rates = Vec::new();
        for _ in 0..TURNS {
            let store = rate(1, |_, round| store_batch(both, &value, round)).await;
            let plain = rate(1, |_, round| plain_batch(both, &value, round)).await;
            rates.push((store, plain));
        }
        tell(&format!("entries of {bytes} bytes, {ENTRIES} a batch"), ENTRIES, &rates);
    }
    for writers in [1, 8] {
        let mut rates = Vec::new();
        for _ in 0..TURNS {
            let store = rate(writers, |writer, round| store_change(both, writer, round)).await;
            let plain = rate(writers, |writer, _| plain_change(both, writer)).await;
            rates.push((store, plain));
        }
        tell(&format!("small changes, {writers} writers at once"), 1, &rates);
    }
}

fn main() {
    let Some(server) = Postgres::start_new() else { return };
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    let runtime = runtime.worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let url = server.database("bench");
        PostgresStore::migrate(options(&url)).await.unwrap();
        let store = Arc::new(PostgresStore::open(options(&url)).await.unwrap());
        let mut plain = Vec::new();
        for _ in 0..8 {
            let (client, driver) = tokio_postgres::connect(&url, NoTls).await.unwrap();
            #[expect(clippy::disallowed_methods, reason = "no server is here that could stop it")]
            tokio::spawn(driver);
            plain.push(Plain::new(client).await);
        }
        measure(&Both { store, plain }).await;
    });
}
