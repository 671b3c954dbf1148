//! What gateways remember of tables that hardly ever change: never more than was true.

#![cfg(test)]

#[expect(dead_code, reason = "every user of it needs another part")]
#[path = "support/postgres.rs"]
mod postgres;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use lychgate::domain::{
    AccountId, Clock, Context, FieldKind, Ids, Limits, NewAccount, NewDataField, Visibility,
    as_one_call,
};
use lychgate::store::{
    Batch, PostgresStore, Space, Store, StoreError, Table, Write, commit_durably,
};
use postgres::{Postgres, options};

const KEY: &[u8] = b"acct-n";

/// Changes that each writer makes.
const CHANGES: u32 = 100;

async fn two(server: &Postgres, name: &str) -> [Arc<PostgresStore>; 2] {
    let url = server.database(name);
    PostgresStore::migrate(options(&url)).await.unwrap();
    let open = async || Arc::new(PostgresStore::open(options(&url)).await.unwrap());
    [open().await, open().await]
}

async fn read(store: &PostgresStore) -> u32 {
    let stored = store.get(Space::Main, Table::Credential, KEY).await.unwrap();
    number(stored.as_deref())
}

fn number(stored: Option<&[u8]>) -> u32 {
    stored.map_or(0, |bytes| u32::from_be_bytes(bytes.try_into().unwrap()))
}

/// Counts the record up, and then says so.
async fn count_up(store: &PostgresStore, acknowledged: &AtomicU32) {
    for _ in 0..CHANGES {
        loop {
            let stored = store.get(Space::Main, Table::Credential, KEY).await.unwrap();
            let next = number(stored.as_deref()) + 1;
            let mut batch = Batch::main();
            batch.replace(Table::Credential, KEY, stored, next.to_be_bytes().to_vec());
            match commit_durably(store, batch).await {
                Err(StoreError::Conflict) => {}
                done => {
                    done.unwrap();
                    acknowledged.fetch_max(next, Ordering::SeqCst);
                    break;
                }
            }
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

/// Remembers what it has read for as long as the number is the same. Returns how often that was of
/// use.
async fn remember(store: &PostgresStore, acknowledged: &AtomicU32, stop: &AtomicBool) -> u32 {
    let (mut remembered, mut uses) = (None, 0);
    while !stop.load(Ordering::SeqCst) {
        let floor = acknowledged.load(Ordering::SeqCst);
        let number = store.changes(Table::Credential, Instant::now()).await.unwrap();
        let value = match remembered {
            Some((of, value)) if of == number => {
                uses += 1;
                value
            }
            _ => read(store).await,
        };
        remembered = Some((number, value));
        assert!(value >= floor, "{value} was remembered when {floor} was acknowledged");
    }
    uses
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_remembered_is_never_older_than_what_any_gateway_has_acknowledged() {
    let Some(server) = Postgres::shared() else { return };
    let stores = two(server, "remembered").await;
    let (acknowledged, stop) = (AtomicU32::new(0), AtomicBool::new(false));
    let writers = async {
        join_all(stores.iter().map(|store| count_up(store, &acknowledged))).await;
        stop.store(true, Ordering::SeqCst);
    };
    let readers = stores.iter().chain(&stores);
    let readers = join_all(readers.map(|store| remember(store, &acknowledged, &stop)));
    let ((), uses) = tokio::join!(writers, readers);
    assert_eq!(read(&stores[0]).await, 2 * CHANGES);
    assert!(uses.iter().all(|uses| *uses > 0), "nothing was ever remembered: {uses:?}");
}

#[tokio::test]
async fn one_look_serves_whoever_asked_before_it_and_not_behind_an_own_write() {
    let Some(server) = Postgres::shared() else { return };
    let [one, other] = two(server, "looks").await;
    let before = Instant::now();
    let number = one.changes(Table::Credential, before).await.unwrap();
    assert!(number.is_some());
    assert_eq!(one.changes(Table::Contact, before).await.unwrap(), None);
    let mut batch = Batch::main();
    batch.put(Table::Credential, KEY, &b"1"[..]);
    commit_durably(&*other, batch.clone()).await.unwrap();
    assert_eq!(one.changes(Table::Credential, before).await.unwrap(), number);
    let theirs = one.changes(Table::Credential, Instant::now()).await.unwrap();
    assert_ne!(theirs, number);
    batch.writes.push(Write::Delete { table: Table::List, key: "acct".into() });
    commit_durably(&*one, batch).await.unwrap();
    assert_ne!(one.changes(Table::Credential, before).await.unwrap(), theirs);
    let fields = one.changes(Table::DataField, before).await.unwrap();
    assert_eq!(other.changes(Table::DataField, Instant::now()).await.unwrap(), fields);
}

async fn gateway(store: Arc<PostgresStore>) -> Context {
    Context::open(store, Clock::System, Ids::random(), Limits::default()).await.unwrap()
}

async fn fields(context: &Context, account: AccountId) -> usize {
    as_one_call(async { context.account(account).fields().schema().await.unwrap().fields().len() })
        .await
}

#[tokio::test]
async fn a_field_that_is_made_at_one_gateway_is_known_to_the_next_call_at_the_other() {
    let Some(server) = Postgres::shared() else { return };
    let [one, other] = two(server, "fields").await;
    let (one, other) = (gateway(one).await, gateway(other).await);
    let new = NewAccount { name: "acme".to_owned(), ..NewAccount::default() };
    let account = one.accounts().add(new).await.unwrap().id;
    for number in 0..20 {
        let known = fields(&other, account).await;
        let new = NewDataField {
            name: format!("F{number}"),
            kind: FieldKind::Text,
            visibility: Visibility::Public,
            default: None,
        };
        let made = as_one_call(async {
            let account = one.account(account);
            assert_eq!(account.fields().schema().await.unwrap().fields().len(), known);
            account.fields().create(new).await.unwrap();
            account.fields().schema().await.unwrap().fields().len()
        });
        assert_eq!(made.await, known + 1);
        assert_eq!(fields(&other, account).await, known + 1);
    }
}
