//! Looks over every key and value for what no writer of this program leaves behind.

use std::fmt;

use bytes::Bytes;

use super::blocks::Block;
use super::seam::{Entry, MAX_VALUE_BYTES, Space, Store, StoreError, Table};
use super::sums::{Scan, length, places};
use super::tables::block_prefix_bytes;

/// Something that should not be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    pub space: Space,
    pub table: Table,
    /// The key at fault, without its table.
    pub key: Bytes,
    pub what: String,
}

/// For the log: the key as numbers, since a name in it may be personal.
impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "table {}, key ", self.table.name())?;
        for byte in &self.key {
            write!(f, "{byte:02x}")?;
        }
        write!(f, ": {}", self.what)
    }
}

/// What a check has looked at.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Checked {
    pub entries: u64,
    /// Bytes of keys and values.
    pub bytes: u64,
}

/// Reports every problem in what is stored. What records mean is for the domain to check.
pub async fn check(
    store: &dyn Store,
    report: &mut (dyn FnMut(Problem) + Send),
) -> Result<Checked, StoreError> {
    let mut checked = Checked::default();
    for (space, table) in places(store).await? {
        let mut scan = Scan::new(space, table);
        let mut before: Option<Entry> = None;
        while let Some(entries) = scan.next(store).await? {
            for entry in entries {
                checked.entries += 1;
                checked.bytes += length(&entry.0) + length(&entry.1);
                let key = entry.0.clone();
                for what in faults(space, table, before.as_ref(), &entry) {
                    report(Problem { space, table, key: key.clone(), what });
                }
                before = Some(entry);
            }
        }
    }
    Ok(checked)
}

fn faults(space: Space, table: Table, before: Option<&Entry>, entry: &Entry) -> Vec<String> {
    let (key, value) = entry;
    let mut faults = Vec::new();
    if value.len() > MAX_VALUE_BYTES {
        faults.push(format!("a value of {} bytes", value.len()));
    }
    if (space == Space::Main) == (table == Table::Bulk) {
        faults.push("a table in the wrong space".to_owned());
    }
    if before.is_some_and(|(before, _)| before >= key) {
        faults.push("keys out of order".to_owned());
    }
    match block_prefix_bytes(table) {
        Some(prefix_bytes) => faults.extend(block_faults(table, prefix_bytes, before, entry)),
        // Pieces of files, and a few bare numbers.
        None if matches!(table, Table::Bulk | Table::Meta) => {}
        None if value.first().is_none_or(|version| *version == 0) => {
            faults.push("a record without a format version".to_owned());
        }
        None => {}
    }
    faults
}

/// The last entry key of a block is compared with the next block's key when that one is met.
fn block_faults(
    table: Table,
    prefix_bytes: usize,
    before: Option<&Entry>,
    (key, value): &Entry,
) -> Vec<String> {
    let Some((prefix, first)) = key.split_at_checked(prefix_bytes) else {
        return vec!["a block key without its prefix".to_owned()];
    };
    let mut faults = Vec::new();
    let before = before.filter(|(before, _)| before.starts_with(prefix));
    match before {
        None if !first.is_empty() => faults.push("a map without its first block".to_owned()),
        Some((_, bytes)) => {
            let before = Block::open(table, bytes.clone()).ok();
            let last = before.as_ref().and_then(|block| block.slots().last());
            if last.is_some_and(|last| last.key >= first) {
                faults.push("the block before holds entries of this one".to_owned());
            }
        }
        None => {}
    }
    let block = match Block::open(table, value.clone()) {
        Ok(block) => block,
        Err(error) => {
            faults.push(error.to_string());
            return faults;
        }
    };
    if block.count() == 0 && !first.is_empty() {
        faults.push("an empty block".to_owned());
    }
    if block.slots().next().is_some_and(|slot| slot.key < first) {
        faults.push("an entry below its block's key".to_owned());
    }
    if !block.slots().map(|slot| slot.key).is_sorted_by(|one, other| one < other) {
        faults.push("entries out of order".to_owned());
    }
    faults
}
