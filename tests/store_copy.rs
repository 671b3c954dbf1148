//! Copy, export, import and check of whole stores.

#![expect(clippy::unwrap_used, reason = "also the functions that tests share are tests")]

#[expect(dead_code, reason = "every user of it needs another part")]
#[path = "support/postgres.rs"]
mod postgres;

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use lychgate::store::check::{self, Problem};
use lychgate::store::copy::{self, CopyError};
use lychgate::store::sums::sums;
use lychgate::store::{
    Batch, Change, Durable, MemoryStore, PostgresStore, ReadOnlyStore, SledOptions, SledStore,
    Space, Store, StoreError, Table, commit_durably, export, hash_key, tables, unfinished,
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

/// Copies, and answers how many entries were written.
async fn copied(from: &dyn Store, to: &dyn Store) -> Result<u64, CopyError> {
    let copied = copy::copy(from, to, &mut |_, _| {}).await?;
    assert_eq!(copied.sums, sums(from).await.unwrap());
    assert_eq!(copied.sums, sums(to).await.unwrap());
    Ok(copied.written)
}

#[tokio::test]
async fn a_copy_to_the_other_engine_and_back_is_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let (from, back) = (filled().await, MemoryStore::new());
    let between = SledStore::open(folder.path(), SledOptions::default()).unwrap();
    let written = copied(&from, &between).await.unwrap();
    copied(&between, &back).await.unwrap();
    let expected = sums(&from).await.unwrap();
    assert_eq!(sums(&back).await.unwrap(), expected);
    assert_eq!(expected.values().map(|sum| sum.entries).sum::<u64>(), written);
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
    let written = copied(&from, &between).await.unwrap();
    assert_eq!(copied(&between, &to).await.unwrap(), written);
    assert_eq!(sums(&to).await.unwrap(), sums(&from).await.unwrap());
    assert_eq!(problems(&between).await, []);
}

/// A store that takes so many commits, and no more.
#[derive(Debug)]
struct Failing {
    store: MemoryStore,
    left: AtomicU32,
}

impl lychgate::store::Front for Failing {
    fn below(&self) -> &dyn Store {
        &self.store
    }

    fn commit(&self, batch: Batch) -> BoxFuture<'_, Result<Durable, StoreError>> {
        let take = |left: u32| left.checked_sub(1);
        match self.left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, take) {
            Ok(_) => self.store.commit(batch),
            Err(_) => Box::pin(std::future::ready(Err(StoreError::Poisoned))),
        }
    }
}

#[tokio::test]
async fn a_copy_that_was_cut_off_is_opened_by_nobody_and_goes_on_where_it_was() {
    let from = filled().await;
    let all: u64 = sums(&from).await.unwrap().values().map(|sum| sum.entries).sum();
    let to = Failing { store: MemoryStore::new(), left: AtomicU32::new(0) };
    let (mut written, mut cuts) = (0, 0);
    // Each attempt writes some more, and none writes again what is there.
    let last = loop {
        to.left.store(1, Ordering::Relaxed);
        let mut so_far = 0;
        match copy::copy(&from, &to, &mut |_, done| so_far = done).await {
            Ok(copied) => break copied,
            Err(CopyError::Store { source: StoreError::Poisoned, .. }) => {}
            Err(other) => panic!("{other}"),
        }
        assert!(matches!(unfinished::refuse(&to).await, Err(StoreError::Unfinished)));
        let there: u64 = sums(&to).await.unwrap().values().map(|sum| sum.entries).sum();
        assert!(there > written, "{there} entries after {cuts} cuts");
        (written, cuts) = (there, cuts + 1);
    };
    assert!(cuts > 3, "{cuts}");
    assert!(last.written < all / 2, "the last attempt wrote {}", last.written);
    unfinished::refuse(&to).await.unwrap();
    assert_eq!(sums(&to).await.unwrap(), sums(&from).await.unwrap());
}

/// Writes to a store in the middle of its copy: the copy notices, and a second one sets it right.
#[tokio::test]
async fn a_copy_of_a_store_that_is_written_to_says_so_and_the_next_one_copies_the_difference() {
    let (from, to) = (Arc::new(filled().await), MemoryStore::new());
    let writer = Arc::clone(&from);
    let mut has_written = false;
    let mut write_once = |_: u64, written: u64| {
        if written > 0 && !std::mem::replace(&mut has_written, true) {
            let mut batch = Batch::main();
            batch.put(Table::Account, "late", "1");
            batch.delete(Table::List, tables::numbered(1, 7));
            drop(FutureExt::now_or_never(writer.commit(batch)).unwrap().unwrap());
        }
    };
    let mut many = Batch::main();
    (0..5_000_u32).for_each(|key| many.put(Table::Contact, key.to_be_bytes().to_vec(), "1"));
    commit_durably(&*from, many).await.unwrap();
    let differs = copy::copy(&*from, &to, &mut write_once).await;
    assert!(matches!(differs, Err(CopyError::Differs { table: Table::Account })), "{differs:?}");
    let mut gone = Batch::main();
    gone.delete(Table::Contact, 7_u32.to_be_bytes().to_vec());
    gone.put(Table::Contact, 8_u32.to_be_bytes().to_vec(), "2");
    commit_durably(&*from, gone).await.unwrap();
    from.drop_day(20_000).await.unwrap();
    assert!(copied(&*from, &to).await.unwrap() <= 4, "only what differs");
    assert_eq!(to.days().await.unwrap(), [20_001]);
}

#[tokio::test]
async fn nothing_is_copied_into_a_store_that_is_no_copy_of_the_source() {
    let (from, other) = (filled().await, filled().await);
    assert!(matches!(copied(&from, &other).await, Err(CopyError::NotEmpty)));
    let half = Failing { store: MemoryStore::new(), left: AtomicU32::new(2) };
    copied(&from, &half).await.unwrap_err();
    let another = MemoryStore::new();
    hash_key(&another, [6; 16]).await.unwrap();
    assert!(matches!(copied(&another, &half.store).await, Err(CopyError::NotEmpty)));
    let from_half = copied(&half.store, &MemoryStore::new()).await;
    assert!(matches!(from_half, Err(CopyError::Store { source: StoreError::Unfinished, .. })));
}

#[tokio::test]
async fn a_store_that_only_lets_read_refuses_every_change() {
    let store = Arc::new(filled().await);
    let before = sums(&*store).await.unwrap();
    let below: Arc<dyn Store> = Arc::<MemoryStore>::clone(&store);
    let read_only = ReadOnlyStore::over(below);
    let mut batch = Batch::main();
    batch.delete(Table::List, tables::numbered(1, 7));
    assert!(matches!(read_only.commit(batch).await, Err(StoreError::ReadOnly)));
    assert!(matches!(read_only.drop_day(20_000).await, Err(StoreError::ReadOnly)));
    let mut batch = Batch::main();
    batch.expect(Table::List, tables::numbered(1, 7), None);
    assert!(matches!(read_only.commit(batch).await, Err(StoreError::Conflict)));
    read_only.ensure_writable().await.unwrap();
    assert_eq!(sums(&read_only).await.unwrap(), before);
}

#[tokio::test]
async fn an_export_imports_to_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let from = filled().await;
    let to = SledStore::open(folder.path(), SledOptions::default()).unwrap();
    let mut file = Vec::new();
    export::export(&from, &mut file, &mut |_| {}).await.unwrap();
    export::import(&mut &file[..], &to, &mut |_| {}).await.unwrap();
    assert_eq!(sums(&to).await.unwrap(), sums(&from).await.unwrap());
}

#[tokio::test]
async fn an_export_with_any_byte_changed_or_missing_is_refused() {
    let store = MemoryStore::new();
    let mut batch = Batch::main();
    batch.put(Table::List, tables::numbered(1, 7), vec![1, 2]);
    commit_durably(&store, batch).await.unwrap();
    let mut file = Vec::new();
    export::export(&store, &mut file, &mut |_| {}).await.unwrap();
    export::verify(&mut &file[..]).unwrap();
    // The line feed at the very end may be missing.
    for length in 0..file.len() - 1 {
        assert!(export::verify(&mut &file[..length]).is_err(), "{length} bytes");
    }
    for at in 0..file.len() - 1 {
        let mut changed = file.clone();
        changed[at] ^= 1;
        assert!(export::verify(&mut &changed[..]).is_err(), "byte {at}");
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
