//! What a batch asks of the database: statements by table, their rows by key.

use std::collections::BTreeMap;

use bytes::Bytes;

use super::changes;
use super::sql::{Kind, Parameter, split};
use super::tickets::random_number;
use crate::store::seam::{Batch, Condition, StoreError, Table, Write};

/// A batch's statements in the order in which every gateway sends them: by table, and within it by
/// kind. The rows of each are sorted and its keys differ, so that two commits seldom take their
/// locks crosswise.
#[derive(Debug)]
pub struct Plan {
    pub statements: BTreeMap<(Table, Kind), Rows>,
    /// The tables that get another mark, by number.
    pub marked: Vec<i16>,
    /// No table had it before.
    pub mark: i64,
}

/// The rows of a statement, column by column.
#[derive(Debug, Default)]
pub struct Rows {
    keys: Vec<Bytes>,
    values: Vec<Bytes>,
    expected: Vec<Bytes>,
}

/// What must be at a key, and what is to be written there.
#[derive(Debug, Default)]
struct At {
    expected: Option<Content>,
    written: Option<Content>,
}

/// What is at a key.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Content {
    Nothing,
    Value(Bytes),
}

impl Plan {
    /// The statements of a batch; a conflict when its conditions contradict one another.
    pub fn of(batch: &Batch) -> Result<Self, StoreError> {
        let mut keys: BTreeMap<(Table, Bytes), At> = BTreeMap::new();
        for condition in &batch.conditions {
            let (table, key, content) = match condition {
                Condition::Absent { table, key } => (table, key, Content::Nothing),
                Condition::Equals { table, key, value } => {
                    (table, key, Content::Value(value.clone()))
                }
            };
            let at = keys.entry((*table, key.clone())).or_default();
            if at.expected.as_ref().is_some_and(|expected| *expected != content) {
                return Err(StoreError::Conflict);
            }
            at.expected = Some(content);
        }
        for write in &batch.writes {
            let (table, key, content) = match write {
                Write::Put { table, key, value } => (table, key, Content::Value(value.clone())),
                Write::Delete { table, key } => (table, key, Content::Nothing),
            };
            keys.entry((*table, key.clone())).or_default().written = Some(content);
        }
        let (marked, mark) = (changes::numbers(batch), random_number()?);
        let mut plan = Self { statements: BTreeMap::new(), marked, mark };
        for ((table, key), at) in keys {
            plan.add(table, key, at);
        }
        Ok(plan)
    }

    fn add(&mut self, table: Table, key: Bytes, at: At) {
        use Content::{Nothing, Value};
        match (at.expected, at.written) {
            (None, None) => {}
            (None, Some(Value(new))) => self.row(table, Kind::Put, key, [Some(new), None]),
            (None, Some(Nothing)) => self.row(table, Kind::Delete, key, [None, None]),
            (Some(Nothing), Some(Value(new))) => {
                self.row(table, Kind::Insert, key, [Some(new), None]);
            }
            // To hold a key empty until the end of the transaction, something is put there and
            // taken away again: nobody else sees it, and whoever puts something there waits.
            (Some(Nothing), None | Some(Nothing)) => {
                self.row(table, Kind::Insert, key.clone(), [Some(Bytes::new()), None]);
                self.row(table, Kind::Delete, key, [None, None]);
            }
            (Some(Value(old)), None) => self.row(table, Kind::Hold, key, [None, Some(old)]),
            (Some(Value(old)), Some(Nothing)) => {
                self.row(table, Kind::DeleteExpected, key, [None, Some(old)]);
            }
            (Some(Value(old)), Some(Value(new))) => {
                self.row(table, Kind::Replace, key, [Some(new), Some(old)]);
            }
        }
    }

    /// Adds a row with its new and its expected value.
    fn row(&mut self, table: Table, kind: Kind, key: Bytes, [new, expected]: [Option<Bytes>; 2]) {
        let rows = self.statements.entry((table, kind)).or_default();
        rows.keys.push(key);
        rows.values.extend(new);
        rows.expected.extend(expected);
    }

    /// Whether the database's answers are needed before the commit.
    pub fn has_conditions(&self) -> bool {
        self.statements.keys().any(|(_, kind)| kind.is_condition())
    }

    /// Every table that is asked for, once.
    pub fn tables(&self) -> Vec<Table> {
        let mut tables: Vec<Table> = self.statements.keys().map(|(table, _)| *table).collect();
        tables.dedup();
        tables
    }
}

/// A statement's parameters.
pub struct Columns<'r> {
    accounts: Vec<&'r [u8]>,
    keys: Vec<&'r [u8]>,
    further: Vec<Vec<&'r [u8]>>,
}

impl Rows {
    pub fn count(&self) -> u64 {
        u64::try_from(self.keys.len()).unwrap_or(u64::MAX)
    }

    pub fn columns(&self, kind: Kind) -> Columns<'_> {
        let (accounts, keys) = self.keys.iter().map(|key| split(key)).unzip();
        let (values, expected) = kind.columns();
        let asked = [(values, &self.values), (expected, &self.expected)];
        let asked = asked.into_iter().filter(|(is_asked, _)| *is_asked);
        let further = asked.map(|(_, column)| column.iter().map(|cell| &**cell).collect());
        Columns { accounts, keys, further: further.collect() }
    }
}

impl Columns<'_> {
    pub fn parameters(&self) -> Vec<Parameter<'_>> {
        let first: [Parameter<'_>; 2] = [&self.accounts, &self.keys];
        first
            .into_iter()
            .chain(self.further.iter().map(|column| -> Parameter<'_> { column }))
            .collect()
    }
}
