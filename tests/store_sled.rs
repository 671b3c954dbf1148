//! What only a store in a folder promises: it survives, is held by one, and says what is wrong.

#![expect(clippy::unwrap_used, reason = "also the functions that tests share are tests")]

#[expect(dead_code, clippy::indexing_slicing, reason = "every user of it needs another part")]
#[path = "support/random.rs"]
mod random;

use std::fs;
use std::os::unix::fs::FileExt;
use std::path::Path;

use lychgate::store::{
    Batch, KeyRange, Order, SledOptions, SledStore, Space, Store, StoreError, Table, commit_durably,
};

use random::Random;

fn open(folder: &Path) -> Result<SledStore, StoreError> {
    SledStore::open(folder, SledOptions::default())
}

/// Values that the store cannot pack, so that they take their room.
fn noise(seed: u32, bytes: usize) -> Vec<u8> {
    Random(seed.into()).noise(bytes)
}

async fn fill(store: &SledStore, records: u32) {
    for number in 0..records {
        let mut batch = Batch::main();
        batch.put(Table::Account, number.to_be_bytes().to_vec(), noise(number, 3_000));
        commit_durably(store, batch).await.unwrap();
    }
}

async fn count(store: &SledStore) -> usize {
    let range = KeyRange::all();
    let found = store.scan(Space::Main, Table::Account, range, Order::Ascending, usize::MAX);
    found.await.unwrap().len()
}

#[tokio::test]
async fn what_was_written_is_there_after_a_reopen() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path()).unwrap();
    fill(&store, 50).await;
    let mut batch = Batch::new(Space::Day(20_000));
    batch.put(Table::Bulk, "piece", vec![1; 48 * 1024]);
    commit_durably(&store, batch).await.unwrap();
    store.close().await.unwrap();
    assert!(folder.path().join("bulk/2024-10-04/data").exists());

    let store = open(folder.path()).unwrap();
    assert_eq!(count(&store).await, 50);
    let piece = store.get(Space::Day(20_000), Table::Bulk, b"piece").await.unwrap();
    assert_eq!(piece.unwrap().len(), 48 * 1024);
    store.drop_day(20_000).await.unwrap();
    assert_eq!(fs::read_dir(folder.path().join("bulk")).unwrap().count(), 0);
}

#[tokio::test]
async fn neighbors_of_sixty_kilobytes_each_come_back() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path()).unwrap();
    for round in 0..4_u32 {
        for number in 0..100_u8 {
            let mut batch = Batch::main();
            batch.put(Table::Account, vec![number], noise(round, 45 * 1024));
            commit_durably(&store, batch).await.unwrap();
        }
    }
    store.close().await.unwrap();
    let store = open(folder.path()).unwrap();
    let found =
        store.scan(Space::Main, Table::Account, KeyRange::all(), Order::Ascending, 1_000).await;
    let found = found.unwrap();
    assert_eq!(found.len(), 100);
    assert!(found.iter().all(|(_, value)| *value == noise(3, 45 * 1024)));
}

#[tokio::test]
async fn a_second_holder_of_the_folder_is_refused_until_the_first_closes() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path()).unwrap();
    assert!(matches!(open(folder.path()), Err(StoreError::Locked)));
    store.close().await.unwrap();
    open(folder.path()).unwrap();
}

#[tokio::test]
async fn a_newer_format_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path()).unwrap();
    fill(&store, 1).await;
    store.close().await.unwrap();
    drop(store);
    fs::write(folder.path().join("format"), "4\n").unwrap();
    let refused = open(folder.path()).unwrap_err();
    assert!(matches!(refused, StoreError::NewerFormat { found: 4, known: 3 }), "{refused}");
    for unreadable in ["", "one\n", "0", "1\n"] {
        fs::write(folder.path().join("format"), unreadable).unwrap();
        assert!(matches!(open(folder.path()), Err(StoreError::Damaged { .. })));
    }
    fs::remove_file(folder.path().join("format")).unwrap();
    assert!(matches!(open(folder.path()), Err(StoreError::Damaged { .. })));
    fs::write(folder.path().join("format"), "3\n").unwrap();
    assert_eq!(count(&open(folder.path()).unwrap()).await, 1);
}

#[tokio::test]
async fn a_store_of_the_format_before_is_taken_over() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path()).unwrap();
    fill(&store, 1).await;
    store.close().await.unwrap();
    drop(store);
    fs::write(folder.path().join("format"), "2\n").unwrap();
    assert_eq!(count(&open(folder.path()).unwrap()).await, 1);
    assert_eq!(fs::read_to_string(folder.path().join("format")).unwrap(), "3\n");
}

#[tokio::test]
async fn a_day_that_was_half_removed_is_removed_at_the_next_start() {
    let folder = tempfile::tempdir().unwrap();
    let left_over = folder.path().join("bulk/2024-10-04.dropped");
    fs::create_dir_all(&left_over).unwrap();
    fs::write(left_over.join("data"), "rest").unwrap();
    let store = open(folder.path()).unwrap();
    assert!(!left_over.exists());
    assert_eq!(store.days().await.unwrap(), [0_i32; 0]);
}

/// A store whose data file was changed by `damage`, opened and read in full.
async fn damaged(damage: impl FnOnce(&fs::File, u64)) -> Result<usize, StoreError> {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path()).unwrap();
    fill(&store, 400).await;
    store.close().await.unwrap();
    drop(store);
    let data = folder.path().join("main/db");
    let file = fs::OpenOptions::new().read(true).write(true).open(data).unwrap();
    damage(&file, file.metadata().unwrap().len());
    drop(file);
    let store = open(folder.path())?;
    let range = KeyRange::all();
    let found =
        store.scan(Space::Main, Table::Account, range, Order::Ascending, usize::MAX).await?;
    Ok(found.len())
}

fn names_damage(result: &Result<usize, StoreError>) -> bool {
    matches!(result, Err(StoreError::Damaged { .. }))
}

#[tokio::test]
async fn a_data_file_cut_short_is_named_as_damage_or_holds_everything() {
    for part in [0, 1, 2, 4, 8] {
        let cut = damaged(|file, length| file.set_len(length / 16 * part).unwrap()).await;
        let is_whole = matches!(cut, Ok(400)) && part > 2;
        assert!(names_damage(&cut) || is_whole, "{part} sixteenths left: {cut:?}");
    }
}

#[tokio::test]
async fn a_data_file_written_over_is_named_as_damage_or_holds_everything() {
    for part in 0..8 {
        let over = damaged(|file, length| {
            file.write_all_at(&[0xa5; 9_000], length / 8 * part).unwrap();
        });
        let over = over.await;
        assert!(names_damage(&over) || matches!(over, Ok(400)), "eighth {part}: {over:?}");
    }
}

#[tokio::test]
async fn many_waiting_commits_share_few_syncs_and_are_all_durable() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path()).unwrap();
    let mut waiting = Vec::new();
    for number in 0..500_u32 {
        let mut batch = Batch::main();
        batch.put(Table::Account, number.to_be_bytes().to_vec(), "x");
        waiting.push(store.commit(batch).await.unwrap());
    }
    for durable in waiting {
        durable.wait().await.unwrap();
    }
    store.close().await.unwrap();
    drop(store);
    assert_eq!(count(&open(folder.path()).unwrap()).await, 500);
}

/// A store that was not closed, as after a kill, with what `damage` did to its log.
async fn killed(damage: impl FnOnce(&Path)) -> Result<usize, StoreError> {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path()).unwrap();
    fill(&store, 100).await;
    drop(store);
    damage(&folder.path().join("redo/1"));
    Ok(count(&open(folder.path())?).await)
}

#[tokio::test]
async fn what_only_the_log_has_is_there_after_a_reopen() {
    assert_eq!(killed(|_| {}).await.unwrap(), 100);
}

#[tokio::test]
async fn a_log_that_lost_what_was_acknowledged_is_named_as_damage() {
    let cut = killed(|log| {
        let file = fs::OpenOptions::new().write(true).open(log).unwrap();
        file.set_len(90 * 3_000).unwrap();
    });
    assert!(names_damage(&cut.await));
    let over = killed(|log| {
        let file = fs::OpenOptions::new().write(true).open(log).unwrap();
        file.write_all_at(&[0xa5; 9], 50 * 3_000).unwrap();
    });
    assert!(names_damage(&over.await));
    let gone = killed(|log| fs::remove_file(log).unwrap());
    assert!(names_damage(&gone.await));
}

/// Rounds of the test below: some 80 MiB, so that several checkpoints begin among them.
const ROUNDS: u32 = 40;
const KEYS: u32 = 1_000;

/// Every third key of a round is gone in it, another third each time.
fn of_round(round: u32) -> impl Iterator<Item = (Vec<u8>, Option<Vec<u8>>)> {
    (0..KEYS).map(move |key| {
        let mut value = round.to_be_bytes().to_vec();
        value.resize(3_000, 1);
        (key.to_be_bytes().to_vec(), (key % 3 != round % 3).then_some(value))
    })
}

async fn write_rounds(store: &SledStore) {
    for round in 0..ROUNDS {
        let mut batch = Batch::main();
        for (key, value) in of_round(round) {
            match value {
                Some(value) => batch.put(Table::Account, key, value),
                None => batch.delete(Table::Account, key),
            }
        }
        commit_durably(store, batch).await.unwrap();
    }
}

/// The round that a scan in `order` sees, whole; `None` before the first one.
async fn seen_round(store: &SledStore, order: Order) -> Option<u32> {
    let range = KeyRange::all();
    let found = store.scan(Space::Main, Table::Account, range, order, usize::MAX).await;
    let mut found = found.unwrap();
    if order == Order::Descending {
        found.reverse();
    }
    let (_, first) = found.first()?;
    let round = u32::from_be_bytes(*first.first_chunk().unwrap());
    let expected = of_round(round).filter_map(|(key, value)| Some((key, value?)));
    assert!(found.iter().map(|(key, value)| (key.to_vec(), value.to_vec())).eq(expected));
    Some(round)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_scan_sees_one_round_whole_while_checkpoints_are_under_way() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path()).unwrap();
    let reading = async {
        for order in [Order::Ascending, Order::Descending].into_iter().cycle() {
            if seen_round(&store, order).await == Some(ROUNDS - 1) {
                break;
            }
            tokio::task::yield_now().await;
        }
    };
    tokio::join!(write_rounds(&store), reading);
    store.close().await.unwrap();
    drop(store);
    assert_eq!(count(&open(folder.path()).unwrap()).await, 666);
}
