//! Two gateways over one database, clients on both, and one of the two killed every few seconds.
//!
//! `LYCHGATE_GATEWAYS_SECONDS` sets how long the clients call (25); `LYCHGATE_GATEWAYS_KILL_EVERY`
//! the seconds between two kills (4).

#![cfg(test)]

mod client;
#[path = "../support/faulty_file.rs"]
mod faulty_file;
mod importer;
mod pair;
#[path = "../support/postgres.rs"]
#[expect(dead_code, reason = "every user of it needs another part")]
mod postgres;
#[path = "../support/mod.rs"]
#[expect(dead_code, reason = "every user of it needs another part")]
mod support;

use std::io::Write as _;
use std::sync::Arc;
use std::time::{Duration, Instant};

use client::Client;
use importer::Importer;
use lychgate::domain::jobs::list_everywhere;
use lychgate::domain::{Clock, Context, Ids, Limits};
use lychgate::store::PostgresStore;
use pair::{Answer, Pair};
use postgres::Postgres;
use support::run_well;

/// Clients of each gateway; each has contacts and a list of its own, all of one account.
const CLIENTS: u64 = 2;

/// How long it may take until all jobs have ended once nobody kills any more.
const PATIENCE: Duration = Duration::from_secs(180);

fn seconds(variable: &str, usual: u64) -> Duration {
    let told = std::env::var(variable).ok().and_then(|text| text.parse().ok());
    Duration::from_secs(told.unwrap_or(usual))
}

/// A database with the schema and an account in it.
fn database(server: &Postgres, name: &str) -> String {
    let url = server.database(name);
    run_well(&["store", "migrate", "--data", &url]);
    run_well(&["account", "add", "acme", "--data", &url]);
    url
}

#[test]
fn clients_of_two_gateways_of_which_one_is_always_being_killed_see_one_account() {
    let Some(server) = Postgres::shared() else { return };
    let url = database(server, "killed");
    let pair = Pair::start(&url);
    let until = Instant::now() + seconds("LYCHGATE_GATEWAYS_SECONDS", 25);
    let every = seconds("LYCHGATE_GATEWAYS_KILL_EVERY", 4);
    let mut imports = (0, 0);
    let (calls, kills) = std::thread::scope(|scope| {
        let killer = scope.spawn(|| pair.kill_again_and_again(until, every));
        let clients: Vec<_> = (0..2 * CLIENTS)
            .map(|number| {
                let pair = &pair;
                scope.spawn(move || Client::new(pair, number).run(until))
            })
            .collect();
        let importers: Vec<_> = (0..2)
            .map(|number| {
                let pair = &pair;
                scope.spawn(move || Importer::new(pair, number).run(until))
            })
            .collect();
        let calls: u64 = clients.into_iter().map(|client| client.join().unwrap()).sum();
        for importer in importers {
            let (done, unknown) = importer.join().unwrap();
            imports = (imports.0 + done, imports.1 + unknown.len());
            importer::ensure_whole_or_nothing(&pair, &unknown, || ensure_ended(&url));
        }
        (calls, killer.join().unwrap())
    });
    ensure_ended(&url);
    let (lost, unavailable) = pair.counts();
    pair.stop();
    run_well(&["store", "check", "--data", &url]);
    let mut out = std::io::stderr();
    writeln!(
        out,
        "two gateways: {calls} calls, {lost} without an answer, {unavailable} told to come again, \
         {kills} kills, {} imports, {} whose acceptance nobody answered",
        imports.0, imports.1
    )
    .unwrap();
    assert!(calls > 50 && kills > 1 && imports.0 > 0, "hardly anything happened");
    assert_eq!(unavailable, 0, "the database was there all the time");
}

/// Waits until no job of any account is active.
fn ensure_ended(url: &str) {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let store = PostgresStore::open(postgres::options(url)).await.unwrap();
        let (clock, ids) = (Clock::System, Ids::random());
        let context = Context::open(Arc::new(store), clock, ids, Limits::default()).await.unwrap();
        let begun = Instant::now();
        loop {
            let tasks = list_everywhere(&context, usize::MAX / 4).await.unwrap();
            let active = tasks.iter().filter(|(_, task)| task.status.is_active()).count();
            if active == 0 {
                return;
            }
            assert!(begun.elapsed() < PATIENCE, "{active} jobs do not end");
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    });
}

#[test]
fn a_nonce_that_one_gateway_has_seen_is_refused_by_the_other() {
    let Some(server) = Postgres::shared() else { return };
    let pair = Pair::start(&database(server, "nonces"));
    let said = |gateway: usize, nonce: &str| {
        let Answer::Reply(reply) = pair.soap_with_token(gateway, nonce, "GetServerTime") else {
            panic!("no answer")
        };
        reply.body
    };
    assert!(said(0, "MDEyMzQ1Njc4OWFiY2RlZg==").contains("GetServerTimeResult"));
    let refused = said(1, "MDEyMzQ1Njc4OWFiY2RlZg==");
    assert!(refused.contains("InvalidSecurity"), "{refused}");
    assert!(said(0, "MDEyMzQ1Njc4OWFiY2RlZg==").contains("InvalidSecurity"));
    assert!(said(1, "ZmVkY2JhOTg3NjU0MzIxMA==").contains("GetServerTimeResult"));
    pair.stop();
}
