//! Where a day's values lie: in memory, for each row of neighbors some tens of bytes.
//!
//! The pieces of a file that are committed together, of one size but for the last, are one run:
//! their keys count up in the last four bytes, and their values lie one behind the other.

use std::collections::BTreeMap;
use std::ops::Bound;

use super::record::{Change, stored_bytes};
use crate::store::seam::Order;

/// A value in the day's file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    /// Where its checksum begins; the value is right behind.
    pub offset: u64,
    pub value_bytes: u32,
}

/// Values of neighboring keys, one behind the other.
#[derive(Debug, Clone, Copy)]
struct Run {
    offset: u64,
    /// Bytes of each value but the last.
    each: u32,
    last: u32,
    /// At least one.
    count: u32,
}

impl Run {
    fn one(place: Place) -> Self {
        let Place { offset, value_bytes } = place;
        Self { offset, each: value_bytes, last: value_bytes, count: 1 }
    }

    fn place(&self, at: u32) -> Place {
        let value_bytes = if at + 1 == self.count { self.last } else { self.each };
        Place { offset: self.offset + u64::from(at) * stored_bytes(self.each), value_bytes }
    }

    /// The values from `from` to before `to`, of which there must be some.
    fn part(&self, from: u32, to: u32) -> Self {
        let last = self.place(to - 1).value_bytes;
        Self { offset: self.place(from).offset, last, count: to - from, ..*self }
    }
}

/// The keys of a day, each with its place.
#[derive(Debug, Default)]
pub(super) struct Index {
    /// By first key. No key of one run lies between two of another.
    runs: BTreeMap<Box<[u8]>, Run>,
}

impl Index {
    pub fn find(&self, key: &[u8]) -> Option<Place> {
        let (first, run) = self.run_at(key)?;
        position(first, run.count, key).map(|at| run.place(at))
    }

    /// The keys from `start` to before `end`, at most `limit`, in `order`.
    pub fn scan(
        &self,
        start: &[u8],
        end: &[u8],
        order: Order,
        limit: usize,
    ) -> Vec<(Vec<u8>, Place)> {
        if start >= end || limit == 0 {
            return Vec::new();
        }
        let first = self.run_at(start).map_or(start, |(first, _)| first);
        let runs = self.runs.range::<[u8], _>((Bound::Included(first), Bound::Excluded(end)));
        let inside = |key: &Vec<u8>| **key >= *start && **key < *end;
        let entry = |first: &[u8], run: &Run, at| Some((key_at(first, at)?, run.place(at)));
        match order {
            Order::Ascending => {
                let entries = runs.flat_map(|(first, run)| {
                    let begin = position(first, run.count, start).unwrap_or_default();
                    (begin..run.count).filter_map(move |at| entry(first, run, at))
                });
                entries.filter(|(key, _)| inside(key)).take(limit).collect()
            }
            Order::Descending => {
                let entries = runs.rev().flat_map(|(first, run)| {
                    (0..run.count).rev().filter_map(move |at| entry(first, run, at))
                });
                entries.filter(|(key, _)| inside(key)).take(limit).collect()
            }
        }
    }

    /// Applies a commit whose first value lies at `offset`.
    pub fn apply(&mut self, changes: Vec<Change>, mut offset: u64) {
        let mut open: Option<(Box<[u8]>, Run)> = None;
        for Change { key, value_bytes } in changes {
            let Some(value_bytes) = value_bytes else {
                self.remove(&key);
                continue;
            };
            let place = Place { offset, value_bytes };
            offset += stored_bytes(value_bytes);
            match &mut open {
                Some((first, run))
                    if run.last == run.each
                        && run.place(run.count).offset == place.offset
                        && key_at(first, run.count).as_ref() == Some(&key) =>
                {
                    run.count += 1;
                    run.last = value_bytes;
                }
                _ => {
                    let done = open.replace((key.into(), Run::one(place)));
                    self.insert_some(done);
                }
            }
        }
        self.insert_some(open);
    }

    fn insert_some(&mut self, run: Option<(Box<[u8]>, Run)>) {
        let Some((first, run)) = run else { return };
        if !self.is_in_the_way(&first, &run) {
            self.runs.insert(first, run);
            return;
        }
        for at in 0..run.count {
            let Some(key) = key_at(&first, at) else { return };
            self.remove(&key);
            self.runs.insert(key.into(), Run::one(run.place(at)));
        }
    }

    /// Whether a key that is there lies within the run, or the run within one that is there.
    fn is_in_the_way(&self, first: &[u8], run: &Run) -> bool {
        let Some(last) = key_at(first, run.count - 1) else { return true };
        self.run_at(&last).is_some_and(|(there, run)| {
            there >= first || key_at(there, run.count - 1).is_none_or(|end| *end >= *first)
        })
    }

    /// Forgets `key`; afterwards it lies within no run either.
    fn remove(&mut self, key: &[u8]) {
        let Some((first, run)) = self.run_at(key).map(|(first, run)| (first.to_vec(), *run)) else {
            return;
        };
        let at = position(&first, run.count, key);
        let before = at.unwrap_or_else(|| keys_below(&first, run.count, key));
        let behind = before + u32::from(at.is_some());
        if at.is_none() && before == run.count {
            return;
        }
        self.runs.remove(&*first);
        if let Some(second) = key_at(&first, behind).filter(|_| behind < run.count) {
            self.runs.insert(second.into(), run.part(behind, run.count));
        }
        if before > 0 {
            self.runs.insert(first.into(), run.part(0, before));
        }
    }

    /// The last run that begins at `key` or before it.
    fn run_at(&self, key: &[u8]) -> Option<(&[u8], &Run)> {
        let up_to = (Bound::Unbounded, Bound::Included(key));
        let (first, run) = self.runs.range::<[u8], _>(up_to).next_back()?;
        Some((&**first, run))
    }
}

/// The key that is `at` behind `first`.
fn key_at(first: &[u8], at: u32) -> Option<Vec<u8>> {
    if at == 0 {
        return Some(first.to_vec());
    }
    let (front, number) = counted(first)?;
    let mut key = front.to_vec();
    key.extend_from_slice(&number.checked_add(at)?.to_be_bytes());
    Some(key)
}

/// How far `key` is behind `first`, of `count` keys.
fn position(first: &[u8], count: u32, key: &[u8]) -> Option<u32> {
    if first == key {
        return Some(0);
    }
    let ((front, from), (of_key, number)) = (counted(first)?, counted(key)?);
    let at = number.checked_sub(from).filter(|at| *at < count)?;
    (front == of_key && at > 0).then_some(at)
}

/// How many of the `count` keys from `first` on are less than `key`, which is none of them.
fn keys_below(first: &[u8], count: u32, key: &[u8]) -> u32 {
    let (mut low, mut high) = (0, count);
    while low < high {
        let middle = low.midpoint(high);
        match key_at(first, middle) {
            Some(there) if *there < *key => low = middle + 1,
            _ => high = middle,
        }
    }
    low
}

/// A stored key's last four bytes as a number, and what is in front of them: at least its table.
fn counted(key: &[u8]) -> Option<(&[u8], u32)> {
    let (front, number) = key.split_last_chunk::<4>()?;
    (!front.is_empty()).then_some((front, u32::from_be_bytes(*number)))
}

#[cfg(test)]
mod tests {
    use super::*;

    use proptest::collection::vec;
    use proptest::prelude::*;

    fn key(front: &[u8], number: u32) -> Vec<u8> {
        [front, &number.to_be_bytes()].concat()
    }

    fn put(key: Vec<u8>, value_bytes: u32) -> Change {
        Change { key, value_bytes: Some(value_bytes) }
    }

    #[test]
    fn the_pieces_of_a_file_that_come_together_are_one_run() {
        let mut index = Index::default();
        let pieces = (0..16).map(|number| put(key(b"file", number), 65_536));
        index.apply(pieces.chain([put(key(b"file", 16), 9)]).collect(), 100);
        assert_eq!(index.runs.len(), 1);
        let place = Place { offset: 100 + 16 * 65_540, value_bytes: 9 };
        assert_eq!(index.find(&key(b"file", 16)), Some(place));
        assert_eq!(index.find(&key(b"file", 17)), None);
        let (start, end) = (key(b"file", 3), key(b"file", 6));
        let found = index.scan(&start, &end, Order::Descending, 2);
        let offsets: Vec<u64> = found.iter().map(|(_, place)| place.offset).collect();
        assert_eq!(offsets, [100 + 5 * 65_540, 100 + 4 * 65_540]);
    }

    #[test]
    fn a_hole_in_a_run_and_a_key_within_one_leave_the_others_as_they_are() {
        let mut index = Index::default();
        index.apply((0..9).map(|number| put(key(b"f", number), 10)).collect(), 0);
        index.apply(vec![Change { key: key(b"f", 4), value_bytes: None }], 500);
        index.apply(vec![put([key(b"f", 6), vec![0]].concat(), 3)], 600);
        assert_eq!(index.find(&key(b"f", 4)), None);
        let all = index.scan(b"", &[255], Order::Ascending, usize::MAX);
        assert_eq!(all.len(), 9);
        assert!(all.is_sorted_by_key(|(key, _)| key));
        assert_eq!(index.find(&key(b"f", 8)), Some(Place { offset: 8 * 14, value_bytes: 10 }));
    }

    /// Keys that count up, some of them with another key between them.
    fn keys() -> impl Strategy<Value = Vec<u8>> {
        (0..3_u8, 250..262_u32, any::<bool>()).prop_map(|(front, number, is_longer)| {
            let mut key = key(&[7, front], number);
            key.extend(is_longer.then_some(0));
            key
        })
    }

    proptest! {
        #[test]
        fn an_index_is_a_sorted_map(
            commits in vec(vec((keys(), prop::option::weighted(0.8, 1..3_u32)), 1..20), 1..20),
            (start, end, limit) in (keys(), keys(), 0..40_usize),
        ) {
            let (mut index, mut model) = (Index::default(), BTreeMap::new());
            let mut offset = 0;
            for commit in commits {
                let commit: BTreeMap<Vec<u8>, Option<u32>> = commit.into_iter().collect();
                let mut at = offset;
                for (key, value_bytes) in &commit {
                    match value_bytes {
                        Some(value_bytes) => {
                            let value_bytes = *value_bytes;
                            model.insert(key.clone(), Place { offset: at, value_bytes });
                            at += stored_bytes(value_bytes);
                        }
                        None => drop(model.remove(key)),
                    }
                }
                let change = |(key, value_bytes)| Change { key, value_bytes };
                index.apply(commit.into_iter().map(change).collect(), offset);
                offset = at + 50;
            }
            for key in model.keys() {
                prop_assert_eq!(index.find(key), model.get(key).copied());
            }
            prop_assert_eq!(index.find(&start), model.get(&start).copied());
            for order in [Order::Ascending, Order::Descending] {
                let mut inside: Vec<(Vec<u8>, Place)> = model
                    .iter()
                    .filter(|(key, _)| **key >= start && **key < end)
                    .map(|(key, place)| (key.clone(), *place))
                    .collect();
                if order == Order::Descending {
                    inside.reverse();
                }
                inside.truncate(limit);
                prop_assert_eq!(index.scan(&start, &end, order, limit), inside);
            }
        }
    }
}
