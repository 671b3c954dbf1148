use std::fs;

use super::*;
use crate::store::seam::{Table, Write};

fn writes(number: u64) -> Vec<Write> {
    let key = number.to_be_bytes().to_vec().into();
    vec![Write::Put { table: Table::Account, key, value: vec![7; 1_000].into() }]
}

fn open(folder: &Path, applied: u64) -> Result<Opened, StoreError> {
    Log::open(&folder.join("redo"), folder, applied)
}

fn append(log: &Log, numbers: std::ops::RangeInclusive<u64>) {
    for number in numbers {
        log.append(Body::of(&writes(number)).unwrap());
    }
    log.sync().unwrap();
}

/// A log with commits 1 to 6, of which 4 to 6 are of the second turn.
fn filled(folder: &Path) -> Log {
    let log = open(folder, 0).unwrap().log;
    append(&log, 1..=3);
    assert_eq!(log.begin_turn().unwrap(), 3);
    append(&log, 4..=6);
    log
}

fn numbers(records: &[Record]) -> Vec<u64> {
    assert!(records.iter().all(|record| record.writes == writes(record.number)));
    records.iter().map(|record| record.number).collect()
}

/// Turns the first bytes of commit `number` into others, in whichever file it is.
fn damage(folder: &Path, number: u64) {
    for name in ["0", "1"] {
        let path = folder.join("redo").join(name);
        let mut bytes = fs::read(&path).unwrap();
        // The head of the file has numbers, too.
        let places = bytes.windows(8).enumerate().skip(36);
        let found = |(_, bytes): &(usize, &[u8])| *bytes == number.to_be_bytes();
        if let Some((place, _)) = places.into_iter().find(found) {
            bytes[place + 40] ^= 1;
            fs::write(&path, bytes).unwrap();
        }
    }
}

fn names_damage(opened: &Result<Opened, StoreError>) -> bool {
    matches!(opened, Err(StoreError::Damaged { .. }))
}

#[test]
fn a_log_has_what_the_database_does_not_have_in_its_two_turns() {
    let folder = tempfile::tempdir().unwrap();
    drop(filled(folder.path()));
    for applied in 0..=6 {
        let Opened { older, newer, .. } = open(folder.path(), applied).unwrap();
        let expected: Vec<u64> = (applied + 1..=6).collect();
        let (before, behind): (Vec<u64>, Vec<u64>) =
            expected.into_iter().partition(|number| *number <= 3);
        assert_eq!((numbers(&older), numbers(&newer)), (before, behind));
    }
}

#[test]
fn a_log_goes_on_where_it_ended_and_its_files_are_used_again() {
    let folder = tempfile::tempdir().unwrap();
    drop(filled(folder.path()));
    let log = open(folder.path(), 3).unwrap().log;
    append(&log, 7..=7);
    log.begin_turn().unwrap();
    append(&log, 8..=8);
    drop(log);
    let Opened { log, older, newer } = open(folder.path(), 6).unwrap();
    assert_eq!((numbers(&older), numbers(&newer)), (vec![7], vec![8]));
    drop(log);
    let Opened { older, newer, .. } = open(folder.path(), 7).unwrap();
    assert_eq!((numbers(&older), numbers(&newer)), (vec![], vec![8]));
}

#[test]
fn an_end_that_was_never_acknowledged_is_cut_off() {
    let folder = tempfile::tempdir().unwrap();
    drop(filled(folder.path()));
    damage(folder.path(), 5);
    fs::write(folder.path().join(MARK_FILE), 4_u64.to_be_bytes()).unwrap();
    let Opened { log, newer, .. } = open(folder.path(), 3).unwrap();
    assert_eq!(numbers(&newer), [4]);
    append(&log, 5..=5);
    drop(log);
    let newer = open(folder.path(), 3).unwrap().newer;
    assert_eq!(numbers(&newer), [4, 5], "the old sixth does not stand behind the new fifth");
}

#[test]
fn damage_before_what_was_acknowledged_is_refused() {
    for number in 1..=6 {
        let folder = tempfile::tempdir().unwrap();
        drop(filled(folder.path()));
        damage(folder.path(), number);
        assert!(names_damage(&open(folder.path(), 0)), "commit {number}");
    }
}

#[test]
fn a_gap_between_two_turns_is_refused_whatever_was_acknowledged() {
    let folder = tempfile::tempdir().unwrap();
    drop(filled(folder.path()));
    damage(folder.path(), 2);
    fs::write(folder.path().join(MARK_FILE), "").unwrap();
    assert!(names_damage(&open(folder.path(), 0)));
    assert!(open(folder.path(), 3).is_ok(), "where the database has it, nobody misses it");
}

#[test]
fn a_log_shrinks_to_what_is_needed() {
    let folder = tempfile::tempdir().unwrap();
    let log = open(folder.path(), 0).unwrap().log;
    append(&log, 1..=5_000);
    let length = || fs::metadata(folder.path().join("redo/1")).unwrap().len();
    let before = length();
    assert!(before > 4 * GROWTH_BYTES && before.is_multiple_of(GROWTH_BYTES));
    log.begin_turn().unwrap();
    append(&log, 5_001..=5_001);
    log.shrink().unwrap();
    assert_eq!(length(), GROWTH_BYTES);
    drop(log);
    assert_eq!(numbers(&open(folder.path(), 5_000).unwrap().newer), [5_001]);
}
