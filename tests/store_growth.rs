//! What daily imports leave on the disk, next to the data that is alive.

#![cfg(test)]

use std::fmt::Write as _;
use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use jiff::{Timestamp, ToSpan as _};
use lychgate::domain::import::{
    DeclaredFormat, FILE_LIMIT_BYTES, MergeOption, NewImport, Runner, Status,
};
use lychgate::domain::jobs::sweep;
use lychgate::domain::{Clock, Context, HandClock, Ids, Limits, NewAccount};
use lychgate::store::{SledOptions, SledStore, Store, sums};

/// Contacts of the short form; `GROWTH_CONTACTS` says otherwise.
const CONTACTS: u32 = 30_000;
/// Files are kept for a week: from then on as many go as come. The database needs two weeks more
/// until it frees as much as it takes.
const DAYS: usize = 35;
const WEEK: usize = 7;
const SETTLED: usize = 3 * WEEK;
/// Bytes on the disk at rest for each byte of keys and values, at most, beside what a nearly empty
/// database takes by and by: sled frees segments of 4 MiB, and keeps some.
const MOST_BYTES_EACH: f64 = 1.5;
const FIXED_BYTES: u64 = 32 * 1024 * 1024;
/// How much more the last week may take than the one in which the store has settled.
const MOST_GROWTH: f64 = 1.25;
/// After so long without a commit the store has brought everything into the database, and given
/// back the room of its log.
const REST: Duration = Duration::from_secs(4);

const FIRST_NAMES: [&str; 16] = [
    "Anna",
    "Bertil",
    "Chiara",
    "Deniz",
    "Eva",
    "Felipe",
    "Grace",
    "Henrik",
    "Ines",
    "Jack",
    "Katarzyna",
    "Liam",
    "Maria José",
    "Nils",
    "Olga",
    "Priya",
];
const LAST_NAMES: [&str; 16] = [
    "Andersson",
    "Becker",
    "Castellanos",
    "Dubois",
    "Eriksen",
    "Fontana",
    "Gupta",
    "Hughes",
    "Ivanova",
    "Janssen",
    "Kowalski",
    "Lindqvist",
    "Moreau",
    "Nakamura",
    "O'Neill",
    "Papadopoulos",
];
const HOSTS: [&str; 4] = ["mail", "post", "inbox", "web"];

/// One of `all`, as if by chance: packed data is as large as it is unforeseen.
fn chosen<'a>(all: &[&'a str], contact: u32, salt: u32) -> &'a str {
    let mixed = (contact ^ salt).wrapping_mul(2_654_435_761).rotate_left(11).wrapping_mul(40_503);
    all[usize::try_from(mixed >> 16).unwrap() % all.len()]
}

/// The same contacts every day, in another order, each with another number of visits.
fn file(contacts: u32, day: u32) -> String {
    let mut file = "Email,FIRSTNAME,LASTNAME,VISITS\n".to_owned();
    for row in 0..contacts {
        let contact = row.wrapping_mul(7_919).wrapping_add(day * 31) % contacts;
        let visits = contact % 97 + day;
        let first = chosen(&FIRST_NAMES, contact, 1);
        let last = chosen(&LAST_NAMES, contact, 2);
        let host = chosen(&HOSTS, contact, 3);
        let at = contact.wrapping_mul(2_654_435_761) >> 12;
        writeln!(file, "{last}.{at:x}{contact}@{host}.example,{first},{last},{visits}").unwrap();
    }
    file
}

/// Bytes that the files below `folder` take on the disk.
fn disk_bytes(folder: &Path) -> u64 {
    let mut bytes = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let metadata = entry.metadata().unwrap();
        bytes +=
            if metadata.is_dir() { disk_bytes(&entry.path()) } else { metadata.blocks() * 512 };
    }
    bytes
}

async fn live_bytes(store: &dyn Store) -> u64 {
    sums::sums(store).await.unwrap().values().map(|sum| sum.bytes).sum()
}

#[expect(clippy::as_conversions, clippy::cast_precision_loss, reason = "a ratio for people")]
fn ratio(disk: u64, live: u64) -> f64 {
    disk as f64 / live as f64
}

#[tokio::test]
async fn daily_imports_take_no_more_of_the_disk_from_the_third_week_on() {
    let contacts = std::env::var("GROWTH_CONTACTS").ok().and_then(|text| text.parse().ok());
    let contacts = contacts.unwrap_or(CONTACTS);
    let folder = tempfile::tempdir().unwrap();
    let store = Arc::new(SledStore::open(folder.path(), SledOptions::default()).unwrap());
    let start: Timestamp = "2026-03-02T06:00:00Z".parse().unwrap();
    let clock = HandClock::new(start);
    let context =
        Context::open(store, Clock::ByHand(clock.clone()), Ids::seeded(1), Limits::default());
    let context = Arc::new(context.await.unwrap());
    let new = NewAccount { name: "growth".to_owned(), ..NewAccount::default() };
    let id = context.accounts().add(new).await.unwrap().id;
    let mut disks = Vec::new();
    let mut last = (0, 0);
    for day in 0..u32::try_from(DAYS).unwrap() {
        clock.set(start + (24 * i64::from(day)).hours());
        let new = NewImport {
            list: None,
            file: vec![file(contacts, day).into()],
            format: DeclaredFormat::Csv,
            merge: MergeOption::Overwrite,
            limit_bytes: FILE_LIMIT_BYTES,
        };
        let import = context.account(id).imports().accept(new).await.unwrap().id;
        Arc::new(Runner::new(Arc::clone(&context))).drain().await;
        let state = context.account(id).imports().progress(import).await.unwrap();
        assert_eq!(state.status, Status::Finished);
        sweep(&context).await.unwrap();
        if day + 1 == u32::try_from(DAYS).unwrap() {
            tokio::time::sleep(REST).await;
        }
        let live = live_bytes(&*context.store).await;
        let disk = disk_bytes(folder.path());
        let main = disk_bytes(&folder.path().join("main"));
        last = (disk, live);
        disks.push(disk);
        let each = ratio(disk, live);
        println!("day {day}: disk {disk}, of it main {main}, live {live}, ratio {each:.2}");
    }
    let most = |days: &[u64]| days.iter().copied().max().unwrap();
    let settled = most(&disks[SETTLED - WEEK..SETTLED]);
    let grown = ratio(most(&disks[DAYS - WEEK..]), settled);
    assert!(grown <= MOST_GROWTH, "{grown:.2} times what the third week took");
    let each = ratio(last.0.saturating_sub(FIXED_BYTES), last.1);
    assert!(each <= MOST_BYTES_EACH, "{each:.2} bytes on disk for each of data");
}
