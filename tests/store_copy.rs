//! Copy, export, import and check of whole stores.

#![expect(clippy::unwrap_used, reason = "also the functions that tests share are tests")]

#[expect(dead_code, reason = "every user of it needs another part")]
#[path = "support/postgres.rs"]
mod postgres;

use lychgate::store::check::{self, Problem};
use lychgate::store::sums::sums;
use lychgate::store::{
    Batch, Change, MemoryStore, PostgresStore, SledOptions, SledStore, Space, Store, Table,
    commit_durably, copy, hash_key, tables,
};

async fn filled() -> MemoryStore {
    let store = MemoryStore::new();
    hash_key(&store, [5; 16]).await.unwrap();
    for account in [1, 2] {
        let mut batch = Batch::main();
        let contact = |id: u32| Change::put(tables::contact_entry(id), vec![3; 120]);
        let contacts: Vec<Change> = (1..3_000).map(contact).collect();
        tables::contacts(account).edit(&store, &mut batch, &contacts).await.unwrap();
        let member = |id: u32| Change::put(tables::contact_entry(id), "m");
        let list: Vec<Change> = (1..2_000).map(member).collect();
        tables::members(account, 7).edit(&store, &mut batch, &list).await.unwrap();
        batch.put(Table::List, tables::numbered(account, 7), vec![1, 2]);
        commit_durably(&store, batch).await.unwrap();
    }
    for day in [20_000, 20_001] {
        let mut batch = Batch::new(Space::Day(day));
        for piece in 0..40 {
            let key = tables::bulk_piece(1, [9; 16], tables::BulkFile::Upload, piece);
            batch.put(Table::Bulk, key, vec![8; 45_000]);
        }
        commit_durably(&store, batch).await.unwrap();
    }
    store
}

async fn problems(store: &dyn Store) -> Vec<Problem> {
    let mut found = Vec::new();
    check::check(store, &mut |problem| found.push(problem)).await.unwrap();
    found
}

#[tokio::test]
async fn a_copy_to_the_other_engine_and_back_is_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let (from, back) = (filled().await, MemoryStore::new());
    let between = SledStore::open(folder.path(), SledOptions::default()).unwrap();
    let mut last = 0;
    let mut on_progress = |done: u64| {
        assert!(done > last);
        last = done;
    };
    let copied = copy::copy(&from, &between, &mut on_progress).await.unwrap();
    assert_eq!(copied, last);
    copy::copy(&between, &back, &mut |_| {}).await.unwrap();
    let expected = sums(&from).await.unwrap();
    assert_eq!(sums(&back).await.unwrap(), expected);
    assert_eq!(expected.values().map(|sum| sum.entries).sum::<u64>(), copied);
    assert!(expected.contains_key(&(Space::Day(20_001), Table::Bulk)));
}

#[tokio::test]
async fn a_copy_to_a_database_and_on_to_sled_is_the_same() {
    let Some(server) = postgres::Postgres::shared() else { return };
    let url = server.database("copied");
    PostgresStore::migrate(postgres::options(&url)).await.unwrap();
    let between = PostgresStore::open(postgres::options(&url)).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let (from, to) =
        (filled().await, SledStore::open(folder.path(), SledOptions::default()).unwrap());
    let copied = copy::copy(&from, &between, &mut |_| {}).await.unwrap();
    assert_eq!(copy::copy(&between, &to, &mut |_| {}).await.unwrap(), copied);
    let expected = sums(&from).await.unwrap();
    assert_eq!(sums(&between).await.unwrap(), expected);
    assert_eq!(sums(&to).await.unwrap(), expected);
    assert_eq!(problems(&between).await, []);
}

#[tokio::test]
async fn an_export_imports_to_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let from = filled().await;
    let to = SledStore::open(folder.path(), SledOptions::default()).unwrap();
    let mut file = Vec::new();
    copy::export(&from, &mut file, &mut |_| {}).await.unwrap();
    copy::import(&mut &file[..], &to, &mut |_| {}).await.unwrap();
    assert_eq!(sums(&to).await.unwrap(), sums(&from).await.unwrap());
}

#[tokio::test]
async fn an_export_with_any_byte_changed_or_missing_is_refused() {
    let store = MemoryStore::new();
    let mut batch = Batch::main();
    batch.put(Table::List, tables::numbered(1, 7), vec![1, 2]);
    commit_durably(&store, batch).await.unwrap();
    let mut file = Vec::new();
    copy::export(&store, &mut file, &mut |_| {}).await.unwrap();
    copy::verify(&mut &file[..]).unwrap();
    // The line feed at the very end may be missing.
    for length in 0..file.len() - 1 {
        assert!(copy::verify(&mut &file[..length]).is_err(), "{length} bytes");
    }
    for at in 0..file.len() - 1 {
        let mut changed = file.clone();
        changed[at] ^= 1;
        assert!(copy::verify(&mut &changed[..]).is_err(), "byte {at}");
    }
}

#[tokio::test]
async fn a_check_of_a_sound_store_finds_nothing() {
    let store = filled().await;
    assert_eq!(problems(&store).await, []);
    let checked = check::check(&store, &mut |_| {}).await.unwrap();
    let entries: u64 = sums(&store).await.unwrap().values().map(|sum| sum.entries).sum();
    assert_eq!(checked.entries, entries);
}

#[tokio::test]
async fn a_check_finds_each_kind_of_damage() {
    let block = |keys: &[u8]| {
        let mut bytes = vec![1, 0, u8::try_from(keys.len()).unwrap()];
        for key in keys {
            bytes.extend([1, 0, *key]);
        }
        bytes
    };
    let bare = vec![0, 0, 0, 9];
    let key = |entry: u8| [&bare[..], &[entry]].concat();
    let cases = [
        (Table::Contact, vec![(bare.clone(), vec![1, 0, 2, 1, 0, 5])], "cut short"),
        (Table::Contact, vec![(key(5), block(&[5]))], "without its first block"),
        (Table::Contact, vec![(vec![9], block(&[5]))], "without its prefix"),
        (Table::Contact, vec![(bare.clone(), block(&[6, 5]))], "entries out of order"),
        (Table::Contact, vec![(bare.clone(), block(&[])), (key(5), block(&[4]))], "below its"),
        (Table::Contact, vec![(bare.clone(), block(&[])), (key(5), block(&[]))], "empty block"),
        (Table::Address, vec![(bare.clone(), block(&[5])), (key(5), block(&[6]))], "before holds"),
        (Table::Address, vec![(bare.clone(), vec![2, 0, 0])], "newer version"),
        (Table::List, vec![(bare.clone(), vec![])], "without a format version"),
        (Table::Bulk, vec![(bare.clone(), vec![1])], "wrong space"),
    ];
    for (table, entries, expected) in cases {
        let store = MemoryStore::new();
        let mut batch = Batch::main();
        for (key, value) in entries {
            batch.put(table, key, value);
        }
        commit_durably(&store, batch).await.unwrap();
        let found = problems(&store).await;
        assert_eq!(found.len(), 1, "{expected}: {found:?}");
        assert_eq!(found[0].table, table);
        assert!(found[0].to_string().contains(expected), "{expected}: {}", found[0]);
    }
}
