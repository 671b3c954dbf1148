//! `kill -9` during writes: what was acknowledged is there, and no batch is there in part.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "also the functions that tests share are tests"
)]

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use bytes::Bytes;
use lychgate::store::{
    Batch, BlockMap, Change, SledOptions, SledStore, Space, Store, Table, check,
};

const FOLDER: &str = "LYCHGATE_TEST_CRASH_FOLDER";
const CHILD: &str = "the_child_commits_until_it_is_killed";
const ROUNDS: u64 = 20;
/// Copies of a batch's number within it, spread over the store.
const COPIES: u32 = 40;

fn members() -> BlockMap {
    BlockMap::new(Table::Member, vec![0, 0, 0, 1, 0, 0, 0, 1], 2_000)
}

fn open(folder: &Path) -> SledStore {
    SledStore::open(folder, SledOptions::default()).unwrap()
}

async fn read_number(store: &SledStore) -> u32 {
    let read = store.get(Space::Main, Table::Counter, b"batch").await.unwrap();
    read.map_or(0, |bytes| u32::from_be_bytes(bytes[1..].try_into().unwrap()))
}

/// The stored form of a batch's number: a version byte leads, as it does every record.
fn record(number: u32) -> Vec<u8> {
    [&[1][..], &number.to_be_bytes()].concat()
}

/// Every copy carries the batch's number, and the block map grows by one entry with each batch.
async fn numbered_batch(store: &SledStore, number: u32) -> Batch {
    let mut batch = Batch::main();
    batch.put(Table::Counter, "batch", record(number));
    for copy in 0..COPIES {
        let mut value = record(number);
        value.resize(2_000, 1);
        batch.put(Table::Account, (copy.wrapping_mul(0x9e37_79b9)).to_be_bytes().to_vec(), value);
    }
    let key = number.wrapping_mul(0x9e37_79b9).to_be_bytes().to_vec();
    members().edit(store, &mut batch, &[Change::put(key, Bytes::new())]).await.unwrap();
    batch
}

/// Not a test of its own: the process that the other test kills. Without its folder it ends.
#[test]
fn the_child_commits_until_it_is_killed() {
    let Some(folder) = std::env::var_os(FOLDER) else { return };
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let store = open(Path::new(&folder));
        let mut number = read_number(&store).await;
        let mut unacknowledged = Vec::new();
        loop {
            number += 1;
            let batch = numbered_batch(&store, number).await;
            unacknowledged.push((number, store.commit(batch).await.unwrap()));
            if number.is_multiple_of(3) {
                for (number, durable) in unacknowledged.drain(..) {
                    durable.wait().await.unwrap();
                    writeln!(std::io::stdout(), "acknowledged {number}").unwrap();
                }
            }
        }
    });
}

/// Runs the child for `life`, kills it, and returns the last number that it acknowledged.
fn run_and_kill(folder: &Path, life: Duration) -> u32 {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args([CHILD, "--exact", "--nocapture", "--test-threads=1"])
        .env(FOLDER, folder)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut last = 0;
    let mut begun = None;
    let acknowledged =
        |line: &str| line.rsplit_once("acknowledged ").and_then(|(_, number)| number.parse().ok());
    for line in lines.by_ref() {
        last = acknowledged(&line.unwrap()).unwrap_or(last);
        if last > 0 && begun.get_or_insert_with(Instant::now).elapsed() >= life {
            break;
        }
    }
    child.kill().unwrap();
    child.wait().unwrap();
    // What it printed before it died was acknowledged, too.
    for line in lines.map_while(Result::ok) {
        last = acknowledged(&line).unwrap_or(last);
    }
    last
}

async fn ensure_whole(folder: &Path, acknowledged: u32) {
    let store = open(folder);
    let number = read_number(&store).await;
    assert!(number >= acknowledged, "{acknowledged} was acknowledged, {number} is there");
    for copy in 0..COPIES {
        let key = copy.wrapping_mul(0x9e37_79b9).to_be_bytes();
        let value = store.get(Space::Main, Table::Account, &key).await.unwrap().unwrap();
        assert_eq!(value[..5], record(number), "a batch is there in part");
    }
    assert_eq!(members().count(&store).await.unwrap(), usize::try_from(number).unwrap());
    let mut problems = Vec::new();
    check::check(&store, &mut |problem| problems.push(problem)).await.unwrap();
    assert_eq!(problems, []);
    store.close().await.unwrap();
}

#[test]
fn a_killed_store_has_all_that_was_acknowledged_and_no_part_of_a_batch() {
    let folder = tempfile::tempdir().unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    for round in 0..ROUNDS {
        let life = Duration::from_micros(round * round * 7_919 % 200_000);
        let acknowledged = run_and_kill(folder.path(), life);
        assert!(acknowledged > 0);
        runtime.block_on(ensure_whole(folder.path(), acknowledged));
    }
}
