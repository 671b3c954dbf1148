//! How often each table was written to.

use std::sync::atomic::{AtomicU64, Ordering};

use super::seam::{Table, Write};

/// A count for each table. An engine counts a commit before anybody can read what it wrote and ask
/// for the count in this order.
#[derive(Debug)]
pub(super) struct WriteCounts(Vec<AtomicU64>);

impl Default for WriteCounts {
    fn default() -> Self {
        let last = Table::ALL.into_iter().map(Table::byte).max().unwrap_or(u8::MAX);
        Self((0..=last).map(|_| AtomicU64::new(0)).collect())
    }
}

impl WriteCounts {
    /// Counts the writes of a batch for each table that is written to.
    pub fn count(&self, writes: &[Write]) {
        let mut counted = None;
        for write in writes {
            let (Write::Put { table, .. } | Write::Delete { table, .. }) = write;
            // A batch writes to one table after the other as a rule: once each.
            if counted.replace(*table) != Some(*table)
                && let Some(count) = self.0.get(usize::from(table.byte()))
            {
                count.fetch_add(1, Ordering::Release);
            }
        }
    }

    pub fn of(&self, table: Table) -> Option<u64> {
        self.0.get(usize::from(table.byte())).map(|count| count.load(Ordering::Acquire))
    }
}
