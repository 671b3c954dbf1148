//! Block maps against a plain sorted map.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "also the functions that tests share are tests"
)]

use std::collections::BTreeMap;

use bytes::Bytes;
use lychgate::store::{
    Batch, BlockMap, Change, KeyRange, MemoryStore, Order, Space, Store, StoreError, Table,
    commit_durably,
};
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;

const TARGET_BYTES: usize = 200;

type Model = BTreeMap<Vec<u8>, Vec<u8>>;

/// Two accounts, two lists of one account, and a table on either side.
fn maps() -> Vec<BlockMap> {
    let map = |table, prefix: &[u32]| {
        let prefix: Vec<u8> = prefix.iter().flat_map(|number| number.to_be_bytes()).collect();
        BlockMap::new(table, prefix, TARGET_BYTES)
    };
    vec![
        map(Table::Contact, &[1]),
        map(Table::Contact, &[2]),
        map(Table::Address, &[u32::MAX]),
        map(Table::Member, &[1, 7]),
        map(Table::Member, &[1, 8]),
        map(Table::Member, &[2, 7]),
    ]
}

#[derive(Debug, Clone)]
enum Step {
    Edit(usize, BTreeMap<Vec<u8>, Option<Vec<u8>>>),
    DeleteRange(usize, Vec<u8>, Vec<u8>),
    EditTwoMaps(BTreeMap<Vec<u8>, Option<Vec<u8>>>),
    DeleteLastBlocks(usize, usize),
}

fn key() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        vec(0u8..4, 0..4),
        vec(any::<u8>(), 1..5),
        (0u32..400).prop_map(|number| number.to_be_bytes().to_vec()),
    ]
}

fn value() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![8 => vec(any::<u8>(), 0..20), 2 => vec(any::<u8>(), 100..300)]
}

fn changes() -> impl Strategy<Value = BTreeMap<Vec<u8>, Option<Vec<u8>>>> {
    let value = prop_oneof![2 => value().prop_map(Some), 1 => Just(None)];
    prop_oneof![btree_map(key(), value.clone(), 1..4), btree_map(key(), value, 20..80),]
}

fn step() -> impl Strategy<Value = Step> {
    let map = 0..maps().len();
    prop_oneof![
        6 => (map.clone(), changes()).prop_map(|(map, changes)| Step::Edit(map, changes)),
        2 => (map.clone(), key(), key()).prop_map(|(map, a, b)| {
            Step::DeleteRange(map, a.clone().min(b.clone()), a.max(b))
        }),
        1 => changes().prop_map(Step::EditTwoMaps),
        1 => (map, 0usize..3).prop_map(|(map, blocks)| Step::DeleteLastBlocks(map, blocks)),
    ]
}

fn as_changes(changes: &BTreeMap<Vec<u8>, Option<Vec<u8>>>) -> Vec<Change> {
    let changes = changes.iter();
    changes
        .map(|(key, value)| Change {
            key: Bytes::from(key.clone()),
            value: value.clone().map(Bytes::from),
        })
        .collect()
}

fn apply(model: &mut Model, changes: &BTreeMap<Vec<u8>, Option<Vec<u8>>>) {
    for (key, value) in changes {
        match value {
            Some(value) => model.insert(key.clone(), value.clone()),
            None => model.remove(key),
        };
    }
}

async fn take_step(store: &MemoryStore, models: &mut [Model], step: &Step) {
    let maps = maps();
    let mut batch = Batch::main();
    match step {
        Step::Edit(map, changes) => {
            maps[*map].edit(store, &mut batch, &as_changes(changes)).await.unwrap();
            apply(&mut models[*map], changes);
        }
        Step::DeleteRange(map, from, to) => {
            let keys = models[*map].range(from.clone()..to.clone());
            let changes = keys.map(|(key, _)| (key.clone(), None)).collect();
            maps[*map].edit(store, &mut batch, &as_changes(&changes)).await.unwrap();
            apply(&mut models[*map], &changes);
        }
        Step::EditTwoMaps(changes) => {
            for map in [3, 4] {
                maps[map].edit(store, &mut batch, &as_changes(changes)).await.unwrap();
                apply(&mut models[map], changes);
            }
        }
        Step::DeleteLastBlocks(map, blocks) => {
            let more = maps[*map].delete_last_blocks(store, &mut batch, *blocks).await.unwrap();
            commit_durably(store, batch.clone()).await.unwrap();
            batch = Batch::main();
            let left = all(store, &maps[*map]).await;
            assert!(
                models[*map].iter().zip(&left).all(|(model, left)| model == (&left.0, &left.1))
            );
            assert!(more || left.is_empty());
            models[*map] = left.into_iter().collect();
        }
    }
    commit_durably(store, batch).await.unwrap();
}

async fn all(store: &MemoryStore, map: &BlockMap) -> Vec<(Vec<u8>, Vec<u8>)> {
    let mut walk = map.walk();
    let mut found = Vec::new();
    while let Some(entries) = walk.next_entries(store).await.unwrap() {
        assert!(!entries.is_empty());
        found.extend(entries.into_iter().map(|(key, value)| (key.to_vec(), value.to_vec())));
    }
    found
}

fn owned(entries: Vec<(Bytes, Bytes)>) -> Vec<(Vec<u8>, Vec<u8>)> {
    entries.into_iter().map(|(key, value)| (key.to_vec(), value.to_vec())).collect()
}

async fn compare(store: &MemoryStore, map: &BlockMap, model: &Model, probes: &[Vec<u8>]) {
    let whole: Vec<_> = model.clone().into_iter().collect();
    assert_eq!(all(store, map).await, whole);
    assert_eq!(map.count(store).await.unwrap(), model.len());
    for (skip, limit) in [(0, 3), (1, 1), (model.len() / 2, 50), (model.len(), 1), (5, 0)] {
        let page = owned(map.page(store, skip, limit).await.unwrap());
        let expected: Vec<_> = whole.iter().skip(skip).take(limit).cloned().collect();
        assert_eq!(page, expected, "skip {skip} limit {limit}");
    }
    for probe in probes {
        let value = map.get(store, probe).await.unwrap();
        assert_eq!(value.as_deref(), model.get(probe).map(Vec::as_slice));
        let from = owned(map.scan_from(store, probe, 7).await.unwrap());
        let expected: Vec<_> = model.range(probe.clone()..).take(7).collect();
        assert!(from.iter().map(|(key, value)| (key, value)).eq(expected), "from {probe:?}");
        let with = owned(map.starting_with(store, probe).await.unwrap());
        let expected = model.iter().filter(|(key, _)| key.starts_with(probe));
        assert!(with.iter().map(|(key, value)| (key, value)).eq(expected), "with {probe:?}");
    }
    let mut sorted: Vec<Bytes> = probes.iter().cloned().map(Bytes::from).collect();
    sorted.sort();
    let many = map.get_many(store, &sorted).await.unwrap();
    let expected = sorted.iter().map(|key| model.get(&key[..]).cloned().map(Bytes::from));
    assert_eq!(many, expected.collect::<Vec<_>>());
    let loaded = map.load_starting_with(store, &sorted).await.unwrap();
    let mut visited = Vec::new();
    loaded.each_starting_with(sorted.iter().map(|key| &key[..]), |number, key, _| {
        visited.push((number, key.to_vec()));
    });
    let expected = sorted.iter().enumerate().flat_map(|(number, prefix)| {
        let keys = model.keys().filter(move |key| key.starts_with(prefix));
        keys.map(move |key| (number, key.clone()))
    });
    assert_eq!(visited, expected.collect::<Vec<_>>());
}

/// Every block's key is where its first entry may be, and no block but a map's first is empty.
async fn blocks_are_sound(store: &MemoryStore) {
    for table in [Table::Contact, Table::Address, Table::Member] {
        let prefix_bytes = if table == Table::Member { 8 } else { 4 };
        let blocks = store
            .scan(Space::Main, table, KeyRange::all(), Order::Ascending, 10_000)
            .await
            .unwrap();
        for (key, value) in blocks {
            let count = u16::from_be_bytes([value[1], value[2]]);
            assert!(count > 0 || key.len() == prefix_bytes, "an empty block stayed");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(160))]

    #[test]
    fn block_maps_hold_what_a_sorted_map_holds(
        steps in vec(step(), 1..12),
        probes in vec(key(), 12),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let store = MemoryStore::new();
            let mut models = vec![Model::new(); maps().len()];
            for step in &steps {
                take_step(&store, &mut models, step).await;
                for (map, model) in maps().iter().zip(&models) {
                    compare(&store, map, model, &probes).await;
                }
                blocks_are_sound(&store).await;
            }
        });
    }
}

fn numbered(numbers: impl IntoIterator<Item = u32>) -> Vec<Change> {
    numbers.into_iter().map(|n| Change::put(n.to_be_bytes().to_vec(), vec![0; 96])).collect()
}

#[tokio::test]
async fn entries_appended_in_order_leave_full_blocks_behind() {
    let store = MemoryStore::new();
    let map = BlockMap::new(Table::Contact, vec![0; 4], 16 * 1024);
    for start in (0..3_000).step_by(3) {
        let mut batch = Batch::main();
        map.edit(&store, &mut batch, &numbered(start..start + 3)).await.unwrap();
        assert!(batch.writes.len() <= 2, "only the last block is touched");
        commit_durably(&store, batch).await.unwrap();
    }
    let range = KeyRange::all();
    let blocks =
        store.scan(Space::Main, Table::Contact, range, Order::Ascending, 1_000).await.unwrap();
    assert_eq!(blocks.len(), 3_000_usize.div_ceil((16 * 1024 - 3) / 102));
}

#[tokio::test]
async fn an_edit_on_what_was_looked_into_conflicts_when_that_changed() {
    let store = MemoryStore::new();
    let map = &maps()[0];
    let key = Bytes::from_static(b"k");
    let mut loaded = map.load(&store, std::slice::from_ref(&key)).await.unwrap();
    assert_eq!(loaded.get(&key), None);

    let mut faster = Batch::main();
    map.edit(&store, &mut faster, &[Change::put("k", "theirs")]).await.unwrap();
    commit_durably(&store, faster).await.unwrap();

    let mut batch = Batch::main();
    loaded.edit(&store, &mut batch, &[Change::put("k", "ours")]).await.unwrap();
    let lost = commit_durably(&store, batch).await.unwrap_err();
    assert!(matches!(lost, StoreError::Conflict));
    assert_eq!(map.get(&store, b"k").await.unwrap().unwrap(), "theirs");
}

#[tokio::test]
async fn a_guarded_block_conflicts_when_an_entry_appears_in_it() {
    let store = MemoryStore::new();
    let map = &maps()[2];
    let loaded = map.load(&store, &[Bytes::from_static(b"k")]).await.unwrap();
    let mut faster = Batch::main();
    map.edit(&store, &mut faster, &[Change::put("k", "")]).await.unwrap();
    commit_durably(&store, faster).await.unwrap();

    let mut batch = Batch::main();
    loaded.guard(&mut batch, b"k");
    batch.put(Table::Account, "a", "b");
    assert!(matches!(commit_durably(&store, batch).await, Err(StoreError::Conflict)));
}

#[tokio::test]
async fn an_entry_of_sixty_kilobytes_has_its_own_block_and_a_larger_one_is_refused() {
    let store = MemoryStore::new();
    let map = &maps()[0];
    let mut batch = Batch::main();
    let changes = [
        Change::put("a", vec![1; 50]),
        Change::put("b", vec![2; 45 * 1024]),
        Change::put("c", vec![3; 50]),
    ];
    map.edit(&store, &mut batch, &changes).await.unwrap();
    assert_eq!(batch.writes.len(), 3);
    commit_durably(&store, batch).await.unwrap();
    assert_eq!(map.get(&store, b"b").await.unwrap().unwrap().len(), 45 * 1024);

    let too_large = [Change::put("d", vec![4; 48 * 1024])];
    let refused = map.edit(&store, &mut Batch::main(), &too_large).await.unwrap_err();
    assert!(matches!(refused, StoreError::ValueTooLarge { .. }));
}

#[tokio::test]
async fn a_walk_meets_each_staying_entry_once_while_blocks_split_under_it() {
    let store = MemoryStore::new();
    let map = &maps()[0];
    let mut batch = Batch::main();
    let even = (0..400).map(|n| Change::put((n * 2_u32).to_be_bytes().to_vec(), "0123456789"));
    map.edit(&store, &mut batch, &even.collect::<Vec<_>>()).await.unwrap();
    commit_durably(&store, batch).await.unwrap();

    let mut walk = map.walk();
    let (mut seen, mut odd) = (Vec::new(), 1_u32);
    while let Some(entries) = walk.next_entries(&store).await.unwrap() {
        for (key, _) in entries {
            seen.push(u32::from_be_bytes(key[..].try_into().unwrap()));
        }
        let at = seen.last().copied().unwrap();
        let around = (at.saturating_sub(30)..at + 30).filter(|n| n % 2 == 1 && *n >= odd);
        let changes: Vec<_> =
            around.map(|n| Change::put(n.to_be_bytes().to_vec(), vec![9; 40])).collect();
        odd = at + 30;
        let mut batch = Batch::main();
        map.edit(&store, &mut batch, &changes).await.unwrap();
        commit_durably(&store, batch).await.unwrap();
    }
    assert!(seen.is_sorted_by(|a, b| a < b), "no entry comes twice or out of order");
    let even: Vec<u32> = seen.into_iter().filter(|n| n % 2 == 0).collect();
    assert!(even.into_iter().eq((0..400).map(|n| n * 2)));
}

#[tokio::test]
async fn a_damaged_block_names_its_table() {
    let store = MemoryStore::new();
    let map = &maps()[3];
    let key = [0, 0, 0, 1, 0, 0, 0, 7].to_vec();
    for damaged in [&[1, 0, 2, 1, 0, 9][..], &[1, 0, 1, 200], &[1], &[]] {
        let mut batch = Batch::main();
        batch.put(Table::Member, key.clone(), damaged.to_vec());
        commit_durably(&store, batch).await.unwrap();
        let refused = map.get(&store, b"x").await.unwrap_err();
        assert!(refused.to_string().contains("table member"), "{refused}");
    }
    let mut batch = Batch::main();
    batch.put(Table::Member, key, vec![2, 0, 0]);
    commit_durably(&store, batch).await.unwrap();
    let refused = map.get(&store, b"x").await.unwrap_err();
    assert!(matches!(refused, StoreError::NewerFormat { found: 2, known: 1 }));
}
