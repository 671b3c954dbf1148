//! Every engine keeps every promise of the suite.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "also the functions that tests share are tests"
)]

use std::sync::Arc;

use lychgate::store::suite::{self, Promise};
use lychgate::store::{MemoryStore, SledOptions, SledStore, Store};

fn prove(promise: &Promise, store: Arc<dyn Store>) {
    println!("{}", promise.name);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).build().unwrap();
    runtime.block_on((promise.prove)(store));
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
