//! Bulk data of days on disk: what is cut off, what is refused, and what is found out when it is read.

#![expect(clippy::unwrap_used, reason = "also the functions that tests share are tests")]

use std::fs::{self, OpenOptions};
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};

use bytes::Bytes;
use lychgate::store::{
    Batch, KeyRange, Order, SledOptions, SledStore, Space, Store, StoreError, Table, commit_durably,
};

const DAY: Space = Space::Day(20_000);
const COMMITS: u32 = 6;
const PIECES: u32 = 3;
const PIECE_BYTES: usize = 10_000;

fn open(folder: &Path) -> SledStore {
    SledStore::open(folder, SledOptions::default()).unwrap()
}

fn value(commit: u32, piece: u32) -> Bytes {
    vec![u8::try_from(commit * PIECES + piece).unwrap(); PIECE_BYTES].into()
}

fn pieces(commit: u32) -> Batch {
    let mut batch = Batch::new(DAY);
    for piece in 0..PIECES {
        let key = [&b"file"[..], &commit.to_be_bytes(), &piece.to_be_bytes()].concat();
        batch.put(Table::Bulk, key, value(commit, piece));
    }
    batch
}

async fn values(store: &SledStore) -> Result<Vec<Bytes>, StoreError> {
    let all = KeyRange::all();
    let found = store.scan(DAY, Table::Bulk, all, Order::Ascending, usize::MAX).await?;
    Ok(found.into_iter().map(|(_, value)| value).collect())
}

fn expected(commits: u32) -> Vec<Bytes> {
    (0..commits).flat_map(|commit| (0..PIECES).map(move |piece| value(commit, piece))).collect()
}

fn file(folder: &Path, name: &str) -> PathBuf {
    folder.join("bulk/2024-10-04").join(name)
}

/// A store with some commits, closed, whose day was changed by `change`: its file and its mark.
async fn changed(change: impl FnOnce(&fs::File, &fs::File)) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    for commit in 0..COMMITS {
        commit_durably(&store, pieces(commit)).await.unwrap();
    }
    store.close().await.unwrap();
    let opened = |name| OpenOptions::new().read(true).write(true).open(file(folder.path(), name));
    change(&opened("data").unwrap(), &opened("acknowledged").unwrap());
    folder
}

fn length(data: &fs::File) -> u64 {
    data.metadata().unwrap().len()
}

fn flip(data: &fs::File, offset: u64) {
    let mut byte = [0];
    data.read_exact_at(&mut byte, offset).unwrap();
    data.write_all_at(&[byte[0] ^ 0x10], offset).unwrap();
}

#[tokio::test]
async fn a_day_costs_little_more_than_its_values() {
    let folder = changed(|_, _| {}).await;
    let live = u64::from(COMMITS * PIECES) * u64::try_from(PIECE_BYTES).unwrap();
    let taken = fs::metadata(file(folder.path(), "data")).unwrap().len();
    assert!(taken < live + live / 50, "{taken} bytes for {live}");
}

#[tokio::test]
async fn an_end_that_was_never_acknowledged_is_cut_off_wherever_it_is_torn() {
    for missing in [1, 5, 9_000, 29_990, 30_050, 30_102] {
        let folder = changed(|data, mark| {
            let whole = length(data);
            // All commits are of one length, so this lies between two.
            mark.write_all_at(&(whole / 2).to_be_bytes(), 0).unwrap();
            data.set_len(whole - missing).unwrap();
        });
        let folder = folder.await;
        let store = open(folder.path());
        assert_eq!(values(&store).await.unwrap(), expected(COMMITS - 1), "{missing} bytes less");
        commit_durably(&store, pieces(COMMITS - 1)).await.unwrap();
        store.close().await.unwrap();
        let store = open(folder.path());
        assert_eq!(values(&store).await.unwrap(), expected(COMMITS));
    }
}

#[tokio::test]
async fn zeros_and_rubbish_behind_the_last_commit_are_cut_off() {
    for rubbish in [0, 0x44, 0xff] {
        let folder = changed(|data, _| {
            data.write_all_at(&vec![rubbish; 70_000], length(data)).unwrap();
        });
        let folder = folder.await;
        let store = open(folder.path());
        assert_eq!(values(&store).await.unwrap(), expected(COMMITS));
        commit_durably(&store, pieces(COMMITS)).await.unwrap();
        assert_eq!(values(&store).await.unwrap(), expected(COMMITS + 1));
    }
}

#[tokio::test]
async fn an_acknowledged_end_that_is_missing_is_damage() {
    let folder = changed(|data, _| data.set_len(length(data) - 1).unwrap()).await;
    let store = open(folder.path());
    let refused = values(&store).await.unwrap_err();
    assert!(refused.to_string().contains("1 acknowledged bytes are missing"), "{refused}");
    fs::remove_file(file(folder.path(), "acknowledged")).unwrap();
    assert_eq!(values(&store).await.unwrap(), expected(COMMITS - 1));
}

#[tokio::test]
async fn a_flipped_bit_in_an_acknowledged_commit_is_damage_and_nothing_is_cut_off() {
    for part in 0..40 {
        let folder = changed(|data, _| flip(data, length(data) / 40 * part)).await;
        let before = fs::metadata(file(folder.path(), "data")).unwrap().len();
        let store = open(folder.path());
        let refused = values(&store).await.unwrap_err();
        assert!(matches!(refused, StoreError::Damaged { .. }), "{refused}");
        assert_eq!(fs::metadata(file(folder.path(), "data")).unwrap().len(), before);
    }
}

#[tokio::test]
async fn a_damaged_value_leaves_its_neighbors_readable() {
    let folder = changed(|data, _| flip(data, length(data) - 10)).await;
    let store = open(folder.path());
    let Some(lychgate::store::Write::Put { key, .. }) = pieces(COMMITS - 1).writes.pop() else {
        panic!("a piece is put");
    };
    assert!(matches!(store.get(DAY, Table::Bulk, &key).await, Err(StoreError::Damaged { .. })));
    let before = KeyRange { start: Bytes::new(), end: Some(key) };
    let found = store.scan(DAY, Table::Bulk, before, Order::Descending, 1_000).await.unwrap();
    assert_eq!(found.len(), expected(COMMITS).len() - 1);
}

#[tokio::test]
async fn a_day_without_its_data_is_damage_and_not_an_empty_day() {
    let folder = changed(|_, _| {}).await;
    fs::remove_file(file(folder.path(), "data")).unwrap();
    let store = open(folder.path());
    assert!(matches!(values(&store).await, Err(StoreError::Damaged { .. })));
    assert!(matches!(store.commit(pieces(9)).await, Err(StoreError::Damaged { .. })));
    store.drop_day(20_000).await.unwrap();
    assert_eq!(values(&store).await.unwrap(), expected(0));
}
