//! What every engine promises, as tests that any engine can be put through.
//!
//! Each function proves one promise on a fresh, empty store; [`ALL`] lists them. They panic where
//! a promise is broken, as tests do.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "promises are tests that live in the library, so that each engine can run them"
)]

use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::Arc;
use std::time::Instant;

use bytes::Bytes;
use futures_util::future::{BoxFuture, join_all};

use super::seam::{
    Batch, Entry, KeyRange, MAX_VALUE_BYTES, Order, Space, Store, StoreError, Table,
};
use super::{commit_durably, hash_key};

/// A promise: its name as a sentence, and the proof.
#[derive(Debug, Clone, Copy)]
pub struct Promise {
    pub name: &'static str,
    pub prove: fn(Arc<dyn Store>) -> BoxFuture<'static, ()>,
}

/// Every promise.
pub const ALL: &[Promise] = &[
    Promise {
        name: "what was committed is read until it is replaced or deleted",
        prove: |store| Box::pin(reads_follow_commits(store)),
    },
    Promise {
        name: "tables and spaces are apart, even with the same key",
        prove: |store| Box::pin(tables_and_spaces_are_apart(store)),
    },
    Promise {
        name: "a scan returns its range in key order, up to its limit, both ways",
        prove: |store| Box::pin(scans_are_ordered_and_limited(store)),
    },
    Promise {
        name: "a batch whose condition fails changes nothing",
        prove: |store| Box::pin(a_failed_condition_changes_nothing(store)),
    },
    Promise {
        name: "of writers who saw the same, one wins",
        prove: |store| Box::pin(of_racing_writers_one_wins(store)),
    },
    Promise {
        name: "a scan sees a batch whole or not at all",
        prove: |store| Box::pin(a_scan_sees_batches_whole(store)),
    },
    Promise {
        name: "the last write of a key within a batch counts",
        prove: |store| Box::pin(the_last_write_of_a_key_counts(store)),
    },
    Promise {
        name: "a value of the largest size is kept, a larger one refused with its whole batch",
        prove: |store| Box::pin(values_are_bounded(store)),
    },
    Promise {
        name: "days are listed in order and dropped whole",
        prove: |store| Box::pin(days_are_dropped_whole(store)),
    },
    Promise {
        name: "more days can be used than are kept open",
        prove: |store| Box::pin(many_days_can_be_used(store)),
    },
    Promise {
        name: "a commit, of whatever size, changes the numbers of the tables that it writes to",
        prove: |store| Box::pin(every_change_gives_its_tables_other_numbers(store)),
    },
    Promise {
        name: "a scan around a key begins with the last entry that is not above it",
        prove: |store| {
            Box::pin(a_scan_around_a_key_begins_with_the_last_entry_that_is_not_above_it(store))
        },
    },
    Promise {
        name: "the hash key is made once",
        prove: |store| Box::pin(the_hash_key_is_made_once(store)),
    },
    Promise {
        name: "a store does what a sorted map does",
        prove: |store| Box::pin(a_store_is_a_sorted_map(store)),
    },
    Promise {
        name: "a closed store answers that it is closed",
        prove: |store| Box::pin(a_closed_store_says_so(store)),
    },
];

const MAIN: Space = Space::Main;

fn text(text: &str) -> Bytes {
    Bytes::copy_from_slice(text.as_bytes())
}

async fn put(store: &dyn Store, space: Space, table: Table, key: &str, value: &str) {
    let mut batch = Batch::new(space);
    batch.put(table, text(key), text(value));
    commit_durably(store, batch).await.unwrap();
}

async fn get(store: &dyn Store, space: Space, table: Table, key: &str) -> Option<Bytes> {
    store.get(space, table, key.as_bytes()).await.unwrap()
}

async fn all(store: &dyn Store, space: Space, table: Table) -> Vec<Entry> {
    store.scan(space, table, KeyRange::all(), Order::Ascending, usize::MAX).await.unwrap()
}

async fn reads_follow_commits(store: Arc<dyn Store>) {
    let store = &*store;
    assert_eq!(get(store, MAIN, Table::Account, "a").await, None);
    put(store, MAIN, Table::Account, "a", "one").await;
    assert_eq!(get(store, MAIN, Table::Account, "a").await, Some(text("one")));
    put(store, MAIN, Table::Account, "a", "").await;
    assert_eq!(get(store, MAIN, Table::Account, "a").await, Some(Bytes::new()));
    let mut batch = Batch::main();
    batch.delete(Table::Account, "a");
    batch.delete(Table::Account, "never there");
    let durable = store.commit(batch).await.unwrap();
    assert_eq!(get(store, MAIN, Table::Account, "a").await, None, "visible before durable");
    durable.wait().await.unwrap();
}

async fn tables_and_spaces_are_apart(store: Arc<dyn Store>) {
    let store = &*store;
    let places = [
        (MAIN, Table::Meta),
        (MAIN, Table::Account),
        (MAIN, Table::Bulk),
        (Space::Day(20_000), Table::Bulk),
        (Space::Day(20_001), Table::Bulk),
    ];
    for (index, (space, table)) in places.into_iter().enumerate() {
        put(store, space, table, "", &format!("bare {index}")).await;
        put(store, space, table, "k", &index.to_string()).await;
    }
    for (index, (space, table)) in places.into_iter().enumerate() {
        let expected =
            vec![(text(""), text(&format!("bare {index}"))), (text("k"), text(&index.to_string()))];
        assert_eq!(all(store, space, table).await, expected);
        let last = store.scan(space, table, KeyRange::all(), Order::Descending, 1).await.unwrap();
        assert_eq!(last, expected[1..]);
    }
    assert_eq!(get(store, Space::Day(19_999), Table::Bulk, "k").await, None);
}

async fn scans_are_ordered_and_limited(store: Arc<dyn Store>) {
    let store = &*store;
    let keys = [&[][..], &[0], &[0, 0], &[0, 255], &[1], &[1, 0], &[254, 255], &[255], &[255, 255]];
    let mut batch = Batch::main();
    for key in keys.into_iter().rev() {
        batch.put(Table::List, key.to_vec(), key.to_vec());
    }
    commit_durably(store, batch).await.unwrap();
    let bounds = [&[][..], &[0], &[0, 1], &[1], &[255], &[255, 255, 0]];
    for start in bounds {
        for end in bounds.into_iter().map(Some).chain([None]) {
            let range =
                KeyRange { start: start.to_vec().into(), end: end.map(|end| end.to_vec().into()) };
            let inside: Vec<&[u8]> = keys.into_iter().filter(|key| range.contains(key)).collect();
            for limit in [0, 1, 3, 100, usize::MAX] {
                let mut expected = inside.clone();
                for order in [Order::Ascending, Order::Descending] {
                    let found =
                        store.scan(MAIN, Table::List, range.clone(), order, limit).await.unwrap();
                    let found: Vec<&[u8]> = found.iter().map(|(key, _)| &key[..]).collect();
                    let limit = limit.min(expected.len());
                    assert_eq!(found, expected[..limit], "{range:?} {order:?}");
                    expected.reverse();
                }
            }
        }
    }
    let range = KeyRange::prefix(vec![255]);
    let found = store.scan(MAIN, Table::List, range, Order::Ascending, 9).await.unwrap();
    assert_eq!(found.len(), 2);
}

async fn a_failed_condition_changes_nothing(store: Arc<dyn Store>) {
    let store = &*store;
    put(store, MAIN, Table::Account, "here", "1").await;
    let conditions = [
        ("here", None),
        ("here", Some("2")),
        ("here", Some("")),
        ("gone", Some("1")),
        ("gone", Some("")),
    ];
    for (key, expected) in conditions {
        let mut batch = Batch::main();
        batch.expect(Table::Account, "here", Some(text("1")));
        batch.put(Table::Account, "new", "x");
        batch.delete(Table::Account, "here");
        batch.expect(Table::Account, key, expected.map(text));
        let lost = store.commit(batch).await.unwrap_err();
        assert!(matches!(lost, StoreError::Conflict), "{lost}");
        assert_eq!(all(store, MAIN, Table::Account).await, [(text("here"), text("1"))]);
    }
    let mut batch = Batch::main();
    batch.expect(Table::Account, "gone", None);
    batch.replace(Table::Account, "here", Some(text("1")), "2");
    commit_durably(store, batch).await.unwrap();
    assert_eq!(get(store, MAIN, Table::Account, "here").await, Some(text("2")));
}

async fn of_racing_writers_one_wins(store: Arc<dyn Store>) {
    const WRITERS: usize = 16;
    const ROUNDS: usize = 20;
    let writers = (0..WRITERS).map(|writer| {
        let store = Arc::clone(&store);
        async move {
            let mut won = 0;
            for _ in 0..ROUNDS {
                let read = get(&*store, MAIN, Table::Counter, "n").await;
                let count: usize = read
                    .as_deref()
                    .map_or(0, |bytes| std::str::from_utf8(bytes).unwrap().parse().unwrap());
                let mut batch = Batch::main();
                batch.replace(Table::Counter, "n", read, (count + 1).to_string());
                batch.put(Table::Account, format!("{count}"), writer.to_string());
                match commit_durably(&*store, batch).await {
                    Ok(()) => won += 1,
                    Err(StoreError::Conflict) => tokio::task::yield_now().await,
                    Err(other) => panic!("{other}"),
                }
            }
            won
        }
    });
    let won: usize = join_all(writers).await.into_iter().sum();
    assert!(won > 0);
    let count = get(&*store, MAIN, Table::Counter, "n").await.unwrap();
    assert_eq!(count, won.to_string().as_bytes());
    assert_eq!(all(&*store, MAIN, Table::Account).await.len(), won);
}

async fn a_scan_sees_batches_whole(store: Arc<dyn Store>) {
    const KEYS: u32 = 200;
    const ROUNDS: u32 = 30;
    let value_of = |round: u32| {
        let mut value = vec![0; 700];
        value[..4].copy_from_slice(&round.to_be_bytes());
        Bytes::from(value)
    };
    let writing = async {
        for round in 0..ROUNDS {
            let mut batch = Batch::main();
            for key in 0..KEYS {
                batch.put(Table::Contact, key.to_be_bytes().to_vec(), value_of(round));
            }
            store.commit(batch).await.unwrap().wait().await.unwrap();
        }
    };
    let reading = async {
        loop {
            let found = all(&*store, MAIN, Table::Contact).await;
            let Some((_, first)) = found.first() else {
                tokio::task::yield_now().await;
                continue;
            };
            assert_eq!(found.len(), usize::try_from(KEYS).unwrap());
            assert!(found.iter().all(|(_, value)| value == first), "a batch was seen in part");
            if *first == value_of(ROUNDS - 1) {
                break;
            }
            tokio::task::yield_now().await;
        }
    };
    futures_util::future::join(writing, reading).await;
}

async fn the_last_write_of_a_key_counts(store: Arc<dyn Store>) {
    let mut batch = Batch::main();
    batch.put(Table::Account, "a", "1");
    batch.put(Table::Account, "b", "1");
    batch.delete(Table::Account, "a");
    batch.put(Table::Account, "b", "2");
    commit_durably(&*store, batch).await.unwrap();
    assert_eq!(all(&*store, MAIN, Table::Account).await, [(text("b"), text("2"))]);
}

async fn values_are_bounded(store: Arc<dyn Store>) {
    let mut batch = Batch::main();
    for key in 0..60_u8 {
        batch.put(Table::Account, vec![key], vec![key; MAX_VALUE_BYTES]);
    }
    commit_durably(&*store, batch).await.unwrap();
    let found = all(&*store, MAIN, Table::Account).await;
    assert!(found.iter().all(|(key, value)| value.iter().all(|byte| *byte == key[0])));
    assert!(found.iter().all(|(_, value)| value.len() == MAX_VALUE_BYTES));

    let mut batch = Batch::main();
    batch.put(Table::Account, "small", "fits");
    batch.put(Table::Account, "large", vec![0; MAX_VALUE_BYTES + 1]);
    let refused = store.commit(batch).await.unwrap_err();
    assert!(matches!(refused, StoreError::ValueTooLarge { bytes } if bytes > MAX_VALUE_BYTES));
    assert_eq!(get(&*store, MAIN, Table::Account, "small").await, None);
}

async fn days_are_dropped_whole(store: Arc<dyn Store>) {
    let store = &*store;
    assert_eq!(store.days().await.unwrap(), [0_i32; 0]);
    for day in [20_500, -1, 20_499] {
        put(store, Space::Day(day), Table::Bulk, "k", &day.to_string()).await;
    }
    put(store, MAIN, Table::Bulk, "k", "main").await;
    assert_eq!(store.days().await.unwrap(), [-1, 20_499, 20_500]);
    store.drop_day(20_499).await.unwrap();
    store.drop_day(20_498).await.unwrap();
    assert_eq!(store.days().await.unwrap(), [-1, 20_500]);
    assert_eq!(get(store, Space::Day(20_499), Table::Bulk, "k").await, None);
    assert_eq!(get(store, Space::Day(20_500), Table::Bulk, "k").await, Some(text("20500")));
    assert_eq!(get(store, MAIN, Table::Bulk, "k").await, Some(text("main")));
    put(store, Space::Day(20_499), Table::Bulk, "j", "again").await;
    assert_eq!(all(store, Space::Day(20_499), Table::Bulk).await, [(text("j"), text("again"))]);
}

async fn many_days_can_be_used(store: Arc<dyn Store>) {
    for round in 0..2 {
        for day in 0..9 {
            put(&*store, Space::Day(day), Table::Bulk, &round.to_string(), &day.to_string()).await;
        }
    }
    let reads = (0..9).map(|day| {
        let store = Arc::clone(&store);
        async move { all(&*store, Space::Day(day), Table::Bulk).await }
    });
    for (day, entries) in join_all(reads).await.into_iter().enumerate() {
        let value = text(&day.to_string());
        assert_eq!(entries, [(text("0"), value.clone()), (text("1"), value)]);
    }
}

/// The tables' numbers of changes.
async fn numbers<const N: usize>(store: &dyn Store, tables: [Table; N]) -> [Option<u64>; N] {
    let mut numbers = [None; N];
    for (number, table) in numbers.iter_mut().zip(tables) {
        *number = store.changes(table, Instant::now()).await.unwrap();
    }
    numbers
}

/// An engine that keeps no numbers, or none for a table, promises nothing.
async fn every_change_gives_its_tables_other_numbers(store: Arc<dyn Store>) {
    let tables = [Table::DataField, Table::Suppression, Table::Credential, Table::Contact];
    for (writes, key) in [(1, "a"), (200, "b"), (1, "c")] {
        let mut batch = Batch::main();
        for number in 0..writes {
            batch.put(Table::DataField, text(&format!("{key}{number}")), text("value"));
        }
        batch.delete(Table::Suppression, text(key));
        let before = numbers(&*store, tables).await;
        store.commit(batch.clone()).await.unwrap().wait().await.unwrap();
        let after = numbers(&*store, tables).await;
        let changed = [0, 1, 2, 3].map(|table| before[table] != after[table]);
        assert_eq!(changed, [before[0].is_some(), before[1].is_some(), false, false]);
        batch.put_if_absent(Table::DataField, text(&format!("{key}0")), text("another"));
        assert!(matches!(store.commit(batch).await, Err(StoreError::Conflict)));
        assert_eq!(numbers(&*store, tables).await, after);
    }
}

async fn a_scan_around_a_key_begins_with_the_last_entry_that_is_not_above_it(
    store: Arc<dyn Store>,
) {
    let mut batch = Batch::main();
    for key in ["acc0a", "acc1", "acc1b", "acc1d", "acc1f", "acc2a"] {
        batch.put(Table::Contact, text(key), text("value"));
    }
    commit_durably(&*store, batch).await.unwrap();
    let around = async |prefix: &str, key: &str, limit| {
        let range = KeyRange::prefix(text(prefix));
        let found = store.scan_around(Table::Contact, range, key.as_bytes(), limit).await.unwrap();
        found.into_iter().map(|(key, _)| String::from_utf8(key.to_vec()).unwrap()).collect()
    };
    for (prefix, key, limit, expected) in [
        ("acc1", "acc1c", 9, &["acc1b", "acc1d", "acc1f"][..]),
        ("acc1", "acc1d", 9, &["acc1d", "acc1f"]),
        ("acc1", "acc1d\0", 1, &["acc1d"]),
        ("acc1", "acc1", 2, &["acc1", "acc1b"]),
        ("acc1", "acc1z", 9, &["acc1f"]),
        ("acc0", "acc0", 9, &["acc0a"]),
        ("acc3", "acc3x", 9, &[]),
        ("acc", "acc1a", 3, &["acc1", "acc1b", "acc1d"]),
    ] {
        let found: Vec<String> = around(prefix, key, limit).await;
        assert_eq!(found, expected, "around {key}");
    }
}

async fn the_hash_key_is_made_once(store: Arc<dyn Store>) {
    assert_eq!(hash_key(&*store, [7; 16]).await.unwrap(), [7; 16]);
    assert_eq!(hash_key(&*store, [8; 16]).await.unwrap(), [7; 16]);
}

async fn a_closed_store_says_so(store: Arc<dyn Store>) {
    put(&*store, Space::Day(1), Table::Bulk, "k", "v").await;
    let mut batch = Batch::main();
    batch.put(Table::Account, "a", "b");
    let durable = store.commit(batch.clone()).await.unwrap();
    store.close().await.unwrap();
    durable.wait().await.unwrap();
    store.close().await.unwrap();
    let closed = |result: Result<(), StoreError>| matches!(result, Err(StoreError::Closed));
    let (main, day) = (Table::Account, Space::Day(1));
    assert!(closed(store.get(MAIN, main, b"a").await.map(drop)));
    assert!(closed(store.get(day, Table::Bulk, b"k").await.map(drop)));
    let range = KeyRange::all();
    assert!(closed(store.scan(MAIN, main, range, Order::Ascending, 1).await.map(drop)));
    assert!(closed(store.commit(batch).await.map(drop)));
    assert!(closed(store.days().await.map(drop)));
    assert!(closed(store.drop_day(1).await));
}

/// A small sequence of random numbers, the same at every run (xorshift).
#[derive(Debug)]
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 16).unwrap() % bound
    }

    fn key(&mut self) -> Bytes {
        let length = self.below(4);
        (0..length).map(|_| [0, 1, 7, 255][self.below(4)]).collect::<Vec<u8>>().into()
    }

    fn value(&mut self) -> Bytes {
        let length = [0, 5, 300, 9_000][self.below(4)];
        let byte = u8::try_from(self.below(256)).unwrap();
        vec![byte; length].into()
    }
}

type Model = BTreeMap<(Space, Table), BTreeMap<Bytes, Bytes>>;

async fn a_store_is_a_sorted_map(store: Arc<dyn Store>) {
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
    let places = [
        (MAIN, Table::Account),
        (MAIN, Table::Credential),
        (MAIN, Table::ActiveImport),
        (Space::Day(3), Table::Bulk),
        (Space::Day(4), Table::Bulk),
    ];
    let mut model = Model::new();
    for _ in 0..1_500 {
        let place = places[dice.below(places.len())];
        match dice.below(10) {
            0..6 => random_commit(&*store, &mut model, &mut dice, place).await,
            6..9 => random_scan(&*store, &model, &mut dice, place).await,
            _ => {
                let key = dice.key();
                let read = store.get(place.0, place.1, &key).await.unwrap();
                assert_eq!(read.as_ref(), model.get(&place).and_then(|table| table.get(&key)));
            }
        }
    }
    for place in places {
        let entries = all(&*store, place.0, place.1).await;
        let expected = model.remove(&place).unwrap_or_default();
        assert!(entries.into_iter().eq(expected));
    }
}

async fn random_commit(
    store: &dyn Store,
    model: &mut Model,
    dice: &mut Dice,
    (space, table): (Space, Table),
) {
    let mut batch = Batch::new(space);
    let entries = model.entry((space, table)).or_default();
    let mut changed = entries.clone();
    for _ in 0..=dice.below(12) {
        let (key, value) = (dice.key(), dice.value());
        if dice.below(3) == 0 {
            batch.delete(table, key.clone());
            changed.remove(&key);
        } else {
            batch.put(table, key.clone(), value.clone());
            changed.insert(key, value);
        }
    }
    let (key, wrong) = (dice.key(), dice.value());
    let held = match dice.below(3) {
        0 => {
            batch.expect(table, key.clone(), entries.get(&key).cloned());
            true
        }
        1 => {
            batch.expect(table, key.clone(), Some(wrong.clone()));
            entries.get(&key) == Some(&wrong)
        }
        _ => true,
    };
    match commit_durably(store, batch).await {
        Ok(()) => {
            assert!(held, "a condition that did not hold was passed over");
            *entries = changed;
        }
        Err(StoreError::Conflict) => assert!(!held, "a condition that held was a conflict"),
        Err(other) => panic!("{other}"),
    }
}

async fn random_scan(
    store: &dyn Store,
    model: &Model,
    dice: &mut Dice,
    (space, table): (Space, Table),
) {
    let start = dice.key();
    let end = (dice.below(3) > 0).then(|| dice.key());
    let limit = dice.below(30);
    let range = KeyRange { start: start.clone(), end: end.clone() };
    let order = if dice.below(2) == 0 { Order::Ascending } else { Order::Descending };
    let found = store.scan(space, table, range.clone(), order, limit).await.unwrap();
    let mut expected: Vec<Entry> = Vec::new();
    if !range.is_empty()
        && let Some(entries) = model.get(&(space, table))
    {
        let end = end.map_or(Bound::Unbounded, Bound::Excluded);
        let inside = entries.range((Bound::Included(start), end));
        expected.extend(inside.map(|(key, value)| (key.clone(), value.clone())));
    }
    if order == Order::Descending {
        expected.reverse();
    }
    expected.truncate(limit);
    assert_eq!(found, expected);
}
