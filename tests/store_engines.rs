//! Every engine keeps every promise of the suite.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "also the functions that tests share are tests"
)]

#[expect(dead_code, reason = "every user of it needs another part")]
#[path = "support/postgres.rs"]
mod postgres;

use std::sync::Arc;

use lychgate::store::suite::{self, Promise};
use lychgate::store::{MemoryStore, PostgresStore, SledOptions, SledStore, Store};
use postgres::{Postgres, options};

fn prove(promise: &Promise, store: Arc<dyn Store>) {
    println!("{}", promise.name);
    runtime().block_on((promise.prove)(store));
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()
}

#[test]
fn memory_keeps_every_promise() {
    for promise in suite::ALL {
        prove(promise, Arc::new(MemoryStore::new()));
    }
}

#[test]
fn sled_keeps_every_promise() {
    for promise in suite::ALL {
        let folder = tempfile::tempdir().unwrap();
        let store = SledStore::open(folder.path(), SledOptions::default()).unwrap();
        prove(promise, Arc::new(store));
    }
}

#[test]
fn postgres_keeps_every_promise() {
    let Some(server) = Postgres::shared() else { return };
    for (number, promise) in suite::ALL.iter().enumerate() {
        println!("{}", promise.name);
        let url = server.database(&format!("promise_{number}"));
        runtime().block_on(async {
            PostgresStore::migrate(options(&url)).await.unwrap();
            let store = PostgresStore::open(options(&url)).await.unwrap();
            (promise.prove)(Arc::new(store)).await;
        });
    }
}
