//! Copy, export, import and check of whole stores.

use lychgate::store::copy::{self, CopyError, Problem};
use lychgate::store::{
    Batch, Change, MemoryStore, SledOptions, SledStore, Space, Store, Table, commit_durably,
    hash_key, tables,
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
            batch.put(Table::Bulk, key, vec![8; 60_000]);
        }
        commit_durably(&store, batch).await.unwrap();
    }
    store
}

async fn problems(store: &dyn Store) -> Vec<Problem> {
    let mut found = Vec::new();
    copy::check(store, &mut |problem| found.push(problem)).await.unwrap();
    found
}

#[tokio::test]
async fn a_copy_to_the_other_engine_and_back_is_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let (from, back) = (filled().await, MemoryStore::new());
    let between = SledStore::open(folder.path(), SledOptions::default()).unwrap();
    let mut last = copy::Progress::default();
    let mut on_progress = |progress: copy::Progress| {
        assert!(progress.bytes > last.bytes);
        last = progress;
    };
    let copied = copy::copy(&from, &between, &mut on_progress).await.unwrap();
    copy::copy(&between, &back, &mut |_| {}).await.unwrap();
    assert_eq!(copied, copy::summarize(&from).await.unwrap());
    assert_eq!(copied, copy::summarize(&back).await.unwrap());
    let bytes: u64 = copied.values().map(|sum| sum.bytes).sum();
    assert_eq!(last.bytes, bytes);
    assert!(copied.contains_key(&(Space::Day(20_001), Table::Bulk)));
}

#[tokio::test]
async fn a_store_that_holds_something_is_not_written_over() {
    let (from, to) = (filled().await, MemoryStore::new());
    hash_key(&to, [6; 16]).await.unwrap();
    let refused = copy::copy(&from, &to, &mut |_| {}).await.unwrap_err();
    assert!(matches!(refused, CopyError::NotEmpty));
    let refused = copy::import(&to, &mut &b""[..], &mut |_| {}).await.unwrap_err();
    assert!(matches!(refused, CopyError::NotEmpty));
}

async fn exported(store: &dyn Store) -> Vec<u8> {
    let mut file = Vec::new();
    copy::export(store, &mut file, &mut |_| {}).await.unwrap();
    file
}

#[tokio::test]
async fn an_export_imports_to_the_same() {
    let (from, to) = (filled().await, MemoryStore::new());
    let file = exported(&from).await;
    assert!(file.starts_with(b"lychgate store export, format 1\n"));
    let imported = copy::import(&to, &mut &file[..], &mut |_| {}).await.unwrap();
    assert_eq!(imported, copy::summarize(&from).await.unwrap());
    assert_eq!(exported(&to).await, file);
}

#[tokio::test]
async fn an_export_that_is_cut_short_or_changed_is_refused() {
    let store = MemoryStore::new();
    let mut batch = Batch::main();
    batch.put(Table::List, tables::numbered(1, 7), vec![1, 2]);
    commit_durably(&store, batch).await.unwrap();
    let file = exported(&store).await;
    for length in 0..file.len() {
        let to = MemoryStore::new();
        copy::import(&to, &mut &file[..length], &mut |_| {}).await.unwrap_err();
    }
    for at in 0..file.len() {
        let mut changed = file.clone();
        changed[at] ^= 1;
        let to = MemoryStore::new();
        copy::import(&to, &mut &changed[..], &mut |_| {}).await.unwrap_err();
    }
    let newer = b"lychgate store export, format 2\nZ";
    let refused = copy::import(&MemoryStore::new(), &mut &newer[..], &mut |_| {}).await;
    assert!(matches!(refused, Err(CopyError::NewerExport { found: 2, known: 1 })));
}

#[tokio::test]
async fn a_check_of_a_sound_store_finds_nothing() {
    let store = filled().await;
    assert_eq!(problems(&store).await, []);
    let checked = copy::check(&store, &mut |_| {}).await.unwrap();
    let entries: u64 = copy::summarize(&store).await.unwrap().values().map(|sum| sum.entries).sum();
    assert_eq!(checked.entries, entries);
}

#[tokio::test]
async fn a_check_finds_each_kind_of_damage() {
    let block = |keys: &[u8]| {
        let mut bytes = vec![1, 0, u8::try_from(keys.len()).unwrap()];
        keys.iter().for_each(|key| bytes.extend([1, 0, *key]));
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
