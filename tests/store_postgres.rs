//! The store over a PostgreSQL that is not well: connections that end amid commits, servers that
//! crash, schemas that are not ours, conditions that race.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "also the functions that tests share are tests"
)]

#[expect(dead_code, reason = "every user of it needs another part")]
#[path = "support/postgres.rs"]
mod postgres;

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use lychgate::store::{
    Batch, Migrated, PostgresStore, Space, Store, StoreError, Table, commit_durably,
};
use postgres::{Postgres, options};

/// How many of each kind of writer there are.
const WRITERS: u32 = 4;

/// Commits that each writer wants acknowledged while its connections are cut.
const COMMITS: u32 = 120;

fn run<T>(test: impl Future<Output = T>) -> T {
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    runtime.worker_threads(2).enable_all().build().unwrap().block_on(test)
}

async fn open(url: &str) -> Arc<PostgresStore> {
    Arc::new(PostgresStore::open(options(url)).await.unwrap())
}

async fn open_new(server: &Postgres, name: &str) -> (String, Arc<PostgresStore>) {
    let url = server.database(name);
    PostgresStore::migrate(options(&url)).await.unwrap();
    let store = open(&url).await;
    (url, store)
}

fn number(bytes: Option<&[u8]>) -> u32 {
    bytes.map_or(0, |bytes| std::str::from_utf8(bytes).unwrap().parse().unwrap())
}

/// Says to the other thread that this one is done, or has failed.
struct SetAtEnd<'a>(&'a AtomicBool);

impl Drop for SetAtEnd<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// What a writer has seen.
#[derive(Debug, Default)]
struct Seen {
    acknowledged: u32,
    unavailable: u32,
}

/// Counts one up with each commit, and puts a mark of its own beside. After an answer that says
/// nothing it looks for the mark, as a client would ask whether its call was done.
async fn count_up(store: &PostgresStore, writer: u32, goal: u32, stop: &AtomicBool) -> Seen {
    let mut seen = Seen::default();
    while seen.acknowledged < goal && !stop.load(Ordering::Relaxed) {
        let mark = format!("acct{writer}-{}", seen.acknowledged);
        let Ok(read) = store.get(Space::Main, Table::Counter, b"acct-n").await else {
            seen.unavailable += 1;
            tokio::time::sleep(Duration::from_millis(20)).await;
            continue;
        };
        let mut batch = Batch::main();
        let next = number(read.as_deref()) + 1;
        batch.replace(Table::Counter, "acct-n", read, next.to_string());
        batch.put_if_absent(Table::Account, mark.clone(), "here");
        batch.expect(Table::List, "acct-never", None);
        match commit_durably(store, batch).await {
            Ok(()) => seen.acknowledged += 1,
            Err(StoreError::Conflict) => {}
            Err(StoreError::Unavailable { .. }) => {
                seen.unavailable += 1;
                let done = loop {
                    match store.get(Space::Main, Table::Account, mark.as_bytes()).await {
                        Ok(found) => break found.is_some(),
                        Err(_) => tokio::time::sleep(Duration::from_millis(20)).await,
                    }
                };
                seen.acknowledged += u32::from(done);
            }
            Err(other) => panic!("{other}"),
        }
    }
    seen
}

/// Puts a growing number into a few keys that nobody else writes, without conditions; what was
/// acknowledged is never seen smaller again.
async fn overwrite(store: &PostgresStore, writer: u32, goal: u32, stop: &AtomicBool) -> Seen {
    let mut seen = Seen::default();
    let mut round = 0;
    while seen.acknowledged < goal && !stop.load(Ordering::Relaxed) {
        round += 1;
        let mut batch = Batch::main();
        for (copy, table) in [Table::Campaign, Table::Campaign, Table::Tag].into_iter().enumerate()
        {
            batch.put(table, format!("over{writer}-{copy}"), round.to_string());
        }
        match commit_durably(store, batch).await {
            Ok(()) => seen.acknowledged += 1,
            Err(StoreError::Unavailable { .. }) => {
                seen.unavailable += 1;
                tokio::time::sleep(Duration::from_millis(20)).await;
                continue;
            }
            Err(other) => panic!("{other}"),
        }
        let key = format!("over{writer}-2");
        if let Ok(found) = store.get(Space::Main, Table::Tag, key.as_bytes()).await {
            assert_eq!(number(found.as_deref()), round, "an acknowledged write is gone");
        }
    }
    seen
}

/// Runs writers of both kinds until each has `goal` acknowledged commits or `stop` is set, and
/// holds what is stored against what they saw. Returns the commits and the unavailable answers.
async fn write_and_hold(url: &str, goal: u32, stop: &AtomicBool) -> (u32, u32) {
    let stores = join_all((0..WRITERS).map(|_| open(url))).await;
    let counting =
        stores.iter().zip(0..).map(|(store, writer)| count_up(store, writer, goal, stop));
    let others = stores.iter().zip(0..).map(|(store, writer)| overwrite(store, writer, goal, stop));
    let (counted, others) = futures_util::future::join(join_all(counting), join_all(others)).await;
    let store = stores.first().unwrap();
    let count = number(store.get(Space::Main, Table::Counter, b"acct-n").await.unwrap().as_deref());
    let acknowledged: u32 = counted.iter().map(|seen| seen.acknowledged).sum();
    assert_eq!(count, acknowledged, "a commit is lost or was done twice");
    for (writer, seen) in (0..).zip(&counted) {
        for commit in 0..seen.acknowledged {
            let mark = format!("acct{writer}-{commit}");
            let found = store.get(Space::Main, Table::Account, mark.as_bytes()).await.unwrap();
            assert!(found.is_some(), "{mark} is not there");
        }
    }
    let all = counted.iter().chain(&others);
    all.fold((0, 0), |(done, away), seen| (done + seen.acknowledged, away + seen.unavailable))
}

#[test]
fn connections_that_end_amid_commits_lose_nothing_and_double_nothing() {
    let Some(server) = Postgres::shared() else { return };
    let url = run(async { open_new(server, "cut_off").await.0 });
    let (stop, kills) = (AtomicBool::new(false), AtomicU32::new(0));
    let cut = "select count(pg_terminate_backend(pid)) from (select pid from pg_stat_activity \
               where datname = 'cut_off' and state <> 'idle' order by random() limit 2) as chosen";
    let (done, away) = std::thread::scope(|scope| {
        scope.spawn(|| {
            while !stop.load(Ordering::Relaxed) {
                server.ask("postgres", cut).unwrap();
                kills.fetch_add(1, Ordering::Relaxed);
            }
        });
        let _stops = SetAtEnd(&stop);
        let never = AtomicBool::new(false);
        run(write_and_hold(&url, COMMITS, &never))
    });
    let kills = kills.load(Ordering::Relaxed);
    println!("{done} commits while connections were cut {kills} times; {away} unavailable answers");
    assert!(kills > 20, "only {kills} cuts");
}

#[test]
fn a_server_that_crashes_has_all_that_was_acknowledged_and_is_used_again() {
    let Some(server) = Postgres::start_new() else { return };
    let url = run(async { open_new(&server, "crashed").await.0 });
    let stop = AtomicBool::new(false);
    let (done, away) = std::thread::scope(|scope| {
        scope.spawn(|| {
            let _stops = SetAtEnd(&stop);
            for round in 0..3 {
                std::thread::sleep(Duration::from_millis(400 + 300 * round));
                server.crash();
                std::thread::sleep(Duration::from_millis(300));
                server.start();
            }
            std::thread::sleep(Duration::from_millis(500));
        });
        run(write_and_hold(&url, u32::MAX, &stop))
    });
    println!("{done} commits over three crashes; {away} unavailable answers");
    assert!(done > 0 && away > 0);
}

#[test]
fn a_database_that_is_away_is_unavailable_at_once_and_works_again_without_being_opened_anew() {
    let Some(server) = Postgres::start_new() else { return };
    run(async {
        let (_, store) = open_new(&server, "away").await;
        let mut batch = Batch::main();
        batch.put(Table::Account, "key", "value");
        commit_durably(&*store, batch.clone()).await.unwrap();
        store.ensure_writable().await.unwrap();
        server.stop();
        let begun = Instant::now();
        let away = |result: Result<(), StoreError>| {
            let error = result.unwrap_err();
            assert!(matches!(error, StoreError::Unavailable { .. }), "{error}");
        };
        away(store.get(Space::Main, Table::Account, b"key").await.map(drop));
        away(commit_durably(&*store, batch.clone()).await);
        away(store.ensure_writable().await);
        away(store.days().await.map(drop));
        assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
        server.start();
        let found = store.get(Space::Main, Table::Account, b"key").await.unwrap();
        assert_eq!(found.as_deref(), Some(&b"value"[..]));
        commit_durably(&*store, batch).await.unwrap();
        store.ensure_writable().await.unwrap();
    });
}

#[test]
fn a_schema_is_made_once_brought_along_and_refused_when_it_is_newer() {
    let Some(server) = Postgres::shared() else { return };
    run(async {
        let url = server.database("versions");
        let refused = PostgresStore::open(options(&url)).await.unwrap_err();
        assert!(matches!(refused, StoreError::NotMigrated { found: 0, .. }), "{refused}");
        assert!(refused.to_string().contains("lychgate store migrate"), "{refused}");
        let migrations = (0..4).map(|_| PostgresStore::migrate(options(&url)));
        for migrated in join_all(migrations).await {
            migrated.unwrap();
        }
        let Migrated { from, to } = PostgresStore::migrate(options(&url)).await.unwrap();
        assert_eq!(from, to);
        let store = open(&url).await;
        let mut batch = Batch::main();
        batch.put(Table::Account, "key", "value");
        commit_durably(&*store, batch).await.unwrap();
        server.ask("versions", "update lychgate_schema set version = 900").unwrap();
        for refused in [
            PostgresStore::open(options(&url)).await.map(drop).unwrap_err(),
            PostgresStore::migrate(options(&url)).await.map(drop).unwrap_err(),
        ] {
            assert!(matches!(refused, StoreError::NewerFormat { found: 900, .. }), "{refused}");
        }
    });
}

/// Two conditions on keys that the batches do not write, crosswise: one of two must lose.
#[test]
fn of_two_commits_that_each_need_what_the_other_takes_away_one_is_done() {
    let Some(server) = Postgres::shared() else { return };
    run(async {
        let (url, one) = open_new(server, "crosswise").await;
        let two = open(&url).await;
        for round in 0..150 {
            let (left, right) = (format!("left{round}"), format!("right{round}"));
            let absent = |free: &str, taken: &str| {
                let mut batch = Batch::main();
                batch.expect(Table::Account, free.to_owned(), None);
                batch.put(Table::Account, taken.to_owned(), "taken");
                batch
            };
            let done = futures_util::future::join(
                commit_durably(&*one, absent(&left, &right)),
                commit_durably(&*two, absent(&right, &left)),
            );
            let (first, second) = done.await;
            let won = usize::from(first.is_ok()) + usize::from(second.is_ok());
            assert_eq!(won, 1, "round {round}: {first:?} {second:?}");
            for lost in [first, second].into_iter().filter_map(Result::err) {
                assert!(matches!(lost, StoreError::Conflict), "{lost}");
            }
        }
    });
}

#[test]
fn a_day_that_two_gateways_begin_and_drop_at_once_is_whole() {
    let Some(server) = Postgres::shared() else { return };
    run(async {
        let (url, one) = open_new(server, "days").await;
        let two = open(&url).await;
        for day in 0..12 {
            let write = |store: &Arc<PostgresStore>, key: &str| {
                let (store, key) = (Arc::clone(store), key.to_owned());
                async move {
                    let mut batch = Batch::new(Space::Day(day));
                    batch.put_if_absent(Table::Bulk, key, "piece");
                    commit_durably(&*store, batch).await.unwrap();
                }
            };
            futures_util::future::join(write(&one, "a"), write(&two, "b")).await;
            assert!(one.get(Space::Day(day), Table::Bulk, b"b").await.unwrap().is_some());
            let dropped = futures_util::future::join(one.drop_day(day), write(&two, "c")).await;
            dropped.0.unwrap();
            two.drop_day(day).await.unwrap();
            assert!(one.get(Space::Day(day), Table::Bulk, b"c").await.unwrap().is_none());
        }
        assert_eq!(one.days().await.unwrap(), [0_i32; 0]);
    });
}

#[test]
fn a_password_is_in_no_error_and_in_no_debug_text() {
    run(async {
        let secret = "s3cr3t-w0rd";
        let options = options(&format!("postgresql://lychgate:{secret}@127.0.0.1:1/nowhere"));
        let shown = format!("{options:?}");
        let error = PostgresStore::open(options).await.unwrap_err();
        for text in [shown, format!("{error}"), format!("{error:?}")] {
            assert!(!text.contains(secret), "{text}");
        }
    });
}
