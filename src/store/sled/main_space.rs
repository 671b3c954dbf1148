//! [`Space::Main`](crate::store::Space): a database, in front of it the log of what it does not
//! have yet, and the same in memory.
//!
//! A commit goes to the log and to memory; reads see memory over the database. With each checkpoint
//! the database takes over what has gathered, each key once and in order, while new commits
//! gather beside it. It does so only behind the sync of the log, so that nothing is ever in the
//! database that is not in the log: a batch that was cut in two is made whole from there.

use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;

use super::changes::{Changes, Over};
use super::database::{Database, Tuning};
use super::redo::{Body, Log, Opened};
use super::sync::Target;
use crate::store::seam::{Batch, Condition, Entry, KeyRange, Order, StoreError, Table, Write};
use crate::store::write_counts::WriteCounts;

/// A batch that is ready to be committed, as far as that is possible before its turn.
#[derive(Debug)]
pub(super) struct Prepared {
    conditions: Vec<Condition>,
    writes: Vec<Write>,
    body: Option<Body>,
}

impl Prepared {
    pub fn new(batch: Batch) -> Result<Self, StoreError> {
        let Batch { conditions, writes, .. } = batch;
        let body = if writes.is_empty() { None } else { Some(Body::of(&writes)?) };
        Ok(Self { conditions, writes, body })
    }
}

/// What gathered until a checkpoint began.
#[derive(Debug, Clone)]
pub(super) struct Resting {
    changes: Arc<Changes>,
    /// The number of the last commit in it.
    last: u64,
}

#[derive(Debug)]
pub(super) struct MainSpace {
    database: Arc<Database>,
    log: Arc<Log>,
    counts: Arc<WriteCounts>,
    changes: Changes,
    /// What a checkpoint is under way for. It lies over the database until that has all of it.
    resting: Option<Resting>,
}

impl MainSpace {
    /// Opens the database in `folder` and the log in `log_folder`, or makes them. Blocks.
    pub fn open(folder: &Path, log_folder: &Path, tuning: Tuning) -> Result<Self, StoreError> {
        let database = Database::open(folder, tuning)?;
        let taken_over = database.taken_over()?;
        let Opened { log, older, newer } = Log::open(log_folder, folder, taken_over)?;
        let resting = older.last().map(|record| record.number).map(|last| {
            let changes = Arc::new(older.into_iter().flat_map(|record| record.writes).collect());
            Resting { changes, last }
        });
        let changes = newer.into_iter().flat_map(|record| record.writes).collect();
        let (database, log, counts) = (Arc::new(database), Arc::new(log), Arc::default());
        Ok(Self { database, log, counts, changes, resting })
    }

    pub fn counts(&self) -> &Arc<WriteCounts> {
        &self.counts
    }

    pub fn log(&self) -> &Arc<Log> {
        &self.log
    }

    pub fn get(&self, table: Table, key: &[u8]) -> Result<Option<Bytes>, StoreError> {
        let resting = || self.resting.as_ref()?.changes.get(table, key);
        match self.changes.get(table, key).or_else(resting) {
            Some(changed) => Ok(changed.clone()),
            None => self.database.get(table, key),
        }
    }

    pub fn scan(
        &self,
        table: Table,
        range: &KeyRange,
        order: Order,
        limit: usize,
    ) -> Result<Vec<Entry>, StoreError> {
        if range.is_empty() || limit == 0 {
            return Ok(Vec::new());
        }
        let changes = self.changes.scan(table, range, order);
        match &self.resting {
            None => self.database.scan((table, range), (order, limit), changes),
            Some(resting) => {
                let resting = resting.changes.scan(table, range, order);
                let over = Over::new(changes, resting, order);
                self.database.scan((table, range), (order, limit), over)
            }
        }
    }

    /// Commits a batch when its conditions hold. It is durable with the next sync of the log.
    pub fn commit(&mut self, prepared: Prepared) -> Result<(), StoreError> {
        let Prepared { conditions, writes, body } = prepared;
        for condition in &conditions {
            if !self.meets(condition)? {
                return Err(StoreError::Conflict);
            }
        }
        if let Some(body) = body {
            self.log.append(body);
            self.counts.count(&writes);
            for write in writes {
                self.keep(write);
            }
        }
        Ok(())
    }

    /// Keeps a change until a checkpoint. What came and went since the last one leaves nothing:
    /// scans of a table whose entries come and go, as the active jobs', would pass all of it.
    fn keep(&mut self, write: Write) {
        match &write {
            Write::Delete { table, key } if self.came_since(*table, key) => {
                self.changes.forget(*table, key);
            }
            _ => self.changes.add(write),
        }
    }

    /// Whether `key` is in what gathers and surely nowhere below.
    fn came_since(&self, table: Table, key: &[u8]) -> bool {
        let below = || match &self.resting {
            Some(resting) if resting.changes.get(table, key).is_some() => true,
            _ => !matches!(self.database.get(table, key), Ok(None)),
        };
        matches!(self.changes.get(table, key), Some(Some(_))) && !below()
    }

    fn meets(&self, condition: &Condition) -> Result<bool, StoreError> {
        Ok(match condition {
            Condition::Absent { table, key } => self.get(*table, key)?.is_none(),
            Condition::Equals { table, key, value } => {
                self.get(*table, key)?.is_some_and(|found| is_same(&found, value))
            }
        })
    }

    /// Begins a checkpoint, or goes on with one that was cut off. `None` when there is nothing that
    /// the database does not have.
    pub fn rest(&mut self) -> Result<Option<Checkpoint>, StoreError> {
        if self.resting.is_none() && !self.changes.is_empty() {
            let last = self.log.begin_turn()?;
            self.log.pace().rests();
            let changes = Arc::new(std::mem::take(&mut self.changes));
            self.resting = Some(Resting { changes, last });
        }
        let checkpoint = |resting: &Resting| Checkpoint {
            database: Arc::clone(&self.database),
            resting: resting.clone(),
        };
        Ok(self.resting.as_ref().map(checkpoint))
    }

    /// Ends a checkpoint: the database has everything. Returns what is better freed elsewhere.
    pub fn has_rested(&mut self) -> Option<Resting> {
        self.log.pace().has_rested();
        self.resting.take()
    }

    /// Brings everything into the database, for a store that takes no commits any more. Blocks.
    pub fn finish(mut self) -> Result<(), StoreError> {
        while let Some(checkpoint) = self.rest()? {
            self.log.sync()?;
            checkpoint.take_over()?;
            self.has_rested();
        }
        self.log.shrink()
    }
}

/// What the database is to take over.
#[derive(Debug)]
pub(super) struct Checkpoint {
    database: Arc<Database>,
    resting: Resting,
}

impl Checkpoint {
    /// Takes it over, durably. The log must have been synced. Blocks.
    pub fn take_over(self) -> Result<(), StoreError> {
        self.database.take_over(self.resting.changes.all(), self.resting.last)
    }
}

/// Whether a value is still what was read: by its place in memory, else byte for byte.
fn is_same(found: &Bytes, value: &Bytes) -> bool {
    let in_one_place = found.as_ptr() == value.as_ptr() && found.len() == value.len();
    in_one_place || found == value
}
