//! What was committed and is not in the database yet, in memory and in order.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::iter::Peekable;
use std::ops::Bound;

use bytes::Bytes;

use crate::store::seam::{KeyRange, Order, Table, Write};

/// A key with what became of it; `None` is gone.
pub(super) type Changed = (Bytes, Option<Bytes>);

/// The last change of each key.
#[derive(Debug, Default)]
pub(super) struct Changes {
    tables: BTreeMap<Table, BTreeMap<Bytes, Option<Bytes>>>,
}

impl Changes {
    pub fn is_empty(&self) -> bool {
        self.tables.is_empty()
    }

    pub fn add(&mut self, write: Write) {
        let (table, key, value) = match write {
            Write::Put { table, key, value } => (table, key, Some(value)),
            Write::Delete { table, key } => (table, key, None),
        };
        self.tables.entry(table).or_default().insert(key, value);
    }

    /// Takes a change back, as if the key had never been written.
    pub fn forget(&mut self, table: Table, key: &[u8]) {
        if let Some(changes) = self.tables.get_mut(&table) {
            changes.remove(key);
        }
    }

    /// What became of `key`; `None` when it was not changed.
    pub fn get(&self, table: Table, key: &[u8]) -> Option<&Option<Bytes>> {
        self.tables.get(&table)?.get(key)
    }

    /// Every changed key, ascending.
    pub fn all(&self) -> impl Iterator<Item = (Table, &Bytes, &Option<Bytes>)> {
        let entries = |(table, changes): (&Table, _)| {
            let changes: &BTreeMap<Bytes, Option<Bytes>> = changes;
            let table = *table;
            changes.iter().map(move |(key, value)| (table, key, value))
        };
        self.tables.iter().flat_map(entries)
    }

    /// The changed keys in `range`, which is not empty, in `order`.
    pub fn scan(
        &self,
        table: Table,
        range: &KeyRange,
        order: Order,
    ) -> Box<dyn Iterator<Item = Changed> + '_> {
        let Some(changes) = self.tables.get(&table) else { return Box::new(std::iter::empty()) };
        let end = range.end.as_deref().map_or(Bound::Unbounded, Bound::Excluded);
        let changes = changes.range::<[u8], _>((Bound::Included(&*range.start), end));
        let owned = |(key, value): (&Bytes, &Option<Bytes>)| (key.clone(), value.clone());
        match order {
            Order::Ascending => Box::new(changes.map(owned)),
            Order::Descending => Box::new(changes.rev().map(owned)),
        }
    }
}

impl FromIterator<Write> for Changes {
    fn from_iter<I: IntoIterator<Item = Write>>(writes: I) -> Self {
        let mut changes = Self::default();
        writes.into_iter().for_each(|write| changes.add(write));
        changes
    }
}

/// Two sorted rows as one; where both have a key, the newer one's counts.
pub(super) struct Over<N: Iterator<Item = Changed>, O: Iterator<Item = Changed>> {
    newer: Peekable<N>,
    older: Peekable<O>,
    order: Order,
}

impl<N: Iterator<Item = Changed>, O: Iterator<Item = Changed>> Over<N, O> {
    pub fn new(newer: N, older: O, order: Order) -> Self {
        Self { newer: newer.peekable(), older: older.peekable(), order }
    }
}

impl<N: Iterator<Item = Changed>, O: Iterator<Item = Changed>> Iterator for Over<N, O> {
    type Item = Changed;

    fn next(&mut self) -> Option<Changed> {
        let (Some((newer, _)), Some((older, _))) = (self.newer.peek(), self.older.peek()) else {
            return self.newer.next().or_else(|| self.older.next());
        };
        let first = match self.order {
            Order::Ascending => newer.cmp(older),
            Order::Descending => older.cmp(newer),
        };
        if first == Ordering::Greater {
            return self.older.next();
        }
        if first == Ordering::Equal {
            self.older.next();
        }
        self.newer.next()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(of: &[(u8, Option<u8>)]) -> Vec<Changed> {
        let bytes = |byte: u8| Bytes::from(vec![byte]);
        of.iter().map(|(key, value)| (bytes(*key), value.map(bytes))).collect()
    }

    #[test]
    fn the_newer_of_two_rows_counts_both_ways() {
        let newer = row(&[(1, Some(1)), (3, None), (4, Some(1))]);
        let older = row(&[(0, Some(0)), (3, Some(0)), (4, None), (9, Some(0))]);
        let mut expected =
            row(&[(0, Some(0)), (1, Some(1)), (3, None), (4, Some(1)), (9, Some(0))]);
        let over =
            Over::new(newer.clone().into_iter(), older.clone().into_iter(), Order::Ascending);
        assert!(over.eq(expected.clone()));
        expected.reverse();
        let (newer, older) = (newer.into_iter().rev(), older.into_iter().rev());
        assert!(Over::new(newer, older, Order::Descending).eq(expected));
    }
}
