//! Batches that follow from their number, and what a store holds after each of them.

use std::collections::BTreeMap;
use std::path::Path;

use bytes::Bytes;
use lychgate::store::{
    Batch, KeyRange, Order, SledOptions, SledStore, Space, Store, Table, check, commit_durably,
};

use super::support::random::Random;

/// Keys that batches write over and over, so that sled frees segments and uses them again.
const KEYS: u64 = 2_000;
/// Every so many batches one is as large as those of an import.
const LARGE_EVERY: u32 = 8;
/// Every so many batches one takes several MiB, so that some of them end a turn of the log.
const HUGE_EVERY: u32 = 20;
/// Batches whose pieces go to one day.
const OF_A_DAY: u32 = 64;
/// Every so many batches one has pieces of a file beside it.
const PIECES_EVERY: u32 = 4;
const PIECES: u8 = 12;
const PIECE_BYTES: usize = 4096;
/// Every so many batches one has neighbors that fill nodes of more than a megabyte.
const NEIGHBORS_EVERY: u32 = 8;
const NEIGHBORS: u8 = 24;
const NEIGHBOR_BYTES: usize = 45 * 1024;
const FIRST_DAY: i32 = 20_000;

const COUNTER: &[u8] = b"batch";

/// Entries of the table under trial.
pub type State = BTreeMap<Vec<u8>, Bytes>;

pub fn open(folder: &Path) -> SledStore {
    SledStore::open(folder, SledOptions::default()).unwrap()
}

/// The stored form of a batch's number, in so many bytes: of every second batch such that the
/// store cannot pack it.
fn numbered(number: u32, bytes: usize) -> Bytes {
    let mut value = [&[1][..], &number.to_be_bytes()].concat();
    let rest = bytes.saturating_sub(value.len());
    if number.is_multiple_of(2) {
        value.extend(Random(number.into()).noise(rest));
    } else {
        value.resize(value.len() + rest, u8::try_from(number % 251).unwrap());
    }
    value.into()
}

/// What batch `number` writes beside its own number; `None` deletes.
fn writes(seed: u64, number: u32) -> Vec<(Vec<u8>, Option<Bytes>)> {
    let mut random = Random(seed ^ u64::from(number) << 20);
    let many = match number {
        _ if number.is_multiple_of(HUGE_EVERY) => 4_000,
        _ if number.is_multiple_of(LARGE_EVERY) => 500,
        _ => 1 + random.below(40),
    };
    let mut writes = BTreeMap::new();
    for _ in 0..many {
        let key = random.below(KEYS).wrapping_mul(0x9E37_79B9_7F4A_7C15).to_be_bytes().to_vec();
        let bytes = usize::try_from(random.below(4_000)).unwrap();
        writes.insert(key, (random.below(10) > 0).then(|| numbered(number, bytes)));
    }
    if number.is_multiple_of(NEIGHBORS_EVERY) {
        let one = |neighbor| (vec![u8::MAX, neighbor], Some(numbered(number, NEIGHBOR_BYTES)));
        writes.extend((0..NEIGHBORS).map(one));
    }
    writes.into_iter().collect()
}

pub fn batch(seed: u64, number: u32) -> Batch {
    let mut batch = Batch::main();
    batch.put(Table::Counter, COUNTER, numbered(number, 5));
    for (key, value) in writes(seed, number) {
        match value {
            Some(value) => batch.put(Table::Account, key, value),
            None => batch.delete(Table::Account, key),
        }
    }
    batch
}

/// The day of the pieces that go with batch `number`, when there are any.
pub fn day(number: u32) -> Option<i32> {
    let day = FIRST_DAY + i32::try_from(number / OF_A_DAY).unwrap();
    number.is_multiple_of(PIECES_EVERY).then_some(day)
}

/// The day that is dropped before the pieces of batch `number` are written.
pub fn dropped_day(number: u32) -> Option<i32> {
    number.is_multiple_of(OF_A_DAY).then(|| day(number).unwrap() - 2)
}

pub fn pieces(number: u32, day: i32) -> Batch {
    let mut batch = Batch::new(Space::Day(day));
    for piece in 0..PIECES {
        batch.put(Table::Bulk, piece_key(number, piece), numbered(number, PIECE_BYTES));
    }
    batch
}

fn piece_key(number: u32, piece: u8) -> Vec<u8> {
    [&number.to_be_bytes()[..], &[piece]].concat()
}

/// The state after batch `number`, from the one after an earlier batch.
pub fn advance(state: &mut State, seed: u64, from: u32, number: u32) {
    for number in from + 1..=number {
        for (key, value) in writes(seed, number) {
            match value {
                Some(value) => state.insert(key, value),
                None => state.remove(&key),
            };
        }
    }
}

pub async fn last_number(store: &dyn Store) -> u32 {
    let read = store.get(Space::Main, Table::Counter, COUNTER).await.unwrap();
    read.map_or(0, |bytes| u32::from_be_bytes(bytes[1..].try_into().unwrap()))
}

pub async fn stored(store: &dyn Store) -> State {
    let (range, order) = (KeyRange::all(), Order::Ascending);
    let found = store.scan(Space::Main, Table::Account, range, order, usize::MAX).await.unwrap();
    found.into_iter().map(|(key, value)| (key.to_vec(), value)).collect()
}

/// How many pieces of batch `number` are there, each of which must be whole.
pub async fn pieces_there(store: &dyn Store, number: u32, day: i32) -> usize {
    let range = KeyRange::prefix(number.to_be_bytes().to_vec());
    let order = Order::Ascending;
    let found = store.scan(Space::Day(day), Table::Bulk, range, order, usize::MAX).await.unwrap();
    assert!(found.iter().all(|(_, value)| *value == numbered(number, PIECE_BYTES)));
    found.len()
}

/// Nothing of a file, or all of it.
pub fn all_pieces() -> usize {
    PIECES.into()
}

pub async fn ensure_sound(store: &dyn Store) {
    let mut problems = Vec::new();
    check::check(store, &mut |problem| problems.push(problem)).await.unwrap();
    assert_eq!(problems, []);
}

pub async fn write(store: &dyn Store, seed: u64, numbers: std::ops::RangeInclusive<u32>) {
    for number in numbers {
        commit_durably(store, batch(seed, number)).await.unwrap();
    }
}
