//! The seam between records and engines.

use bytes::Bytes;
use futures_util::future::BoxFuture;

/// Largest value an engine accepts, in bytes. sled moves larger ones to files that it never syncs.
pub const MAX_VALUE_BYTES: usize = 64 * 1024;

/// A named key range of its own. The discriminant is the first byte of every stored key: never
/// reuse one. Behind it, the account id leads every key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Table {
    /// Format version, hash key, and what belongs to no account.
    Meta = 0,
    /// Accounts and their settings.
    Account = 1,
    /// API credentials by login name.
    Credential = 2,
    /// Counters of an account: next ids.
    Counter = 3,
    /// Contacts in blocks by id range.
    Contact = 4,
    /// Address hash to contact id, in blocks by hash range.
    Address = 5,
    /// Lists (address books).
    List = 6,
    /// Members of lists, in blocks by list and contact id.
    Member = 7,
    /// Data fields of an account.
    DataField = 8,
    /// Segments and their refresh jobs.
    Segment = 9,
    /// Import jobs: state, counters and cursor.
    Import = 10,
    /// Suppressions that name no contact: global list, domains.
    Suppression = 11,
    /// Campaigns, as far as lists refer to them.
    Campaign = 12,
    /// Import jobs that are not ended, so that a start finds them without a scan.
    ActiveImport = 13,
    /// Uploaded files and fault reports in pieces; only in [`Space::Day`].
    Bulk = 64,
}

/// Where a key lives. Bulk data with an end lives in a space per day, dropped whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Space {
    Main,
    /// Days since 1970-01-01, UTC.
    Day(i32),
}

/// A half-open range of keys within one table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyRange {
    pub start: Bytes,
    /// `None` runs to the end of the table.
    pub end: Option<Bytes>,
}

/// The order in which a scan returns entries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    Ascending,
    Descending,
}

/// A key with its value.
pub type Entry = (Bytes, Bytes);

/// What must hold when a batch is committed; otherwise nothing of it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Condition {
    Absent {
        table: Table,
        key: Bytes,
    },
    /// The stored value is byte for byte this one.
    Equals {
        table: Table,
        key: Bytes,
        value: Bytes,
    },
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Write {
    Put { table: Table, key: Bytes, value: Bytes },
    Delete { table: Table, key: Bytes },
}

/// Writes that become visible and durable together, and the conditions they need.
#[derive(Debug, Clone)]
pub struct Batch {
    pub space: Space,
    pub conditions: Vec<Condition>,
    pub writes: Vec<Write>,
}

/// What can go wrong below the seam.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// A condition did not hold: somebody else was faster. Read again and decide anew.
    #[error("a condition of the batch does not hold any more")]
    Conflict,
    #[error("the value of {bytes} bytes is larger than a store accepts")]
    ValueTooLarge { bytes: usize },
    #[error("the disk is full")]
    DiskFull(#[source] std::io::Error),
    #[error("the store is damaged: {what}")]
    Damaged { what: String },
    #[error(
        "the store was written by a newer version (format {found}, this program knows {known})"
    )]
    NewerFormat { found: u32, known: u32 },
    #[error("another process uses this store")]
    Locked,
    #[error("the store is closed")]
    Closed,
    #[error("{doing}")]
    Io {
        doing: &'static str,
        #[source]
        source: std::io::Error,
    },
}

/// The second step of a commit: ends when the batch survives `kill -9` and power loss.
#[must_use = "a batch that is not yet durable must not be acknowledged"]
pub struct Durable(BoxFuture<'static, Result<(), StoreError>>);

impl Durable {
    pub fn new(wait: impl Future<Output = Result<(), StoreError>> + Send + 'static) -> Self {
        Self(Box::pin(wait))
    }

    pub async fn wait(self) -> Result<(), StoreError> {
        self.0.await
    }
}

impl std::fmt::Debug for Durable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Durable")
    }
}

/// Ordered bytes with atomic, conditional commits.
///
/// Reads see every commit that was applied before them. Every engine passes one suite of
/// promises, `store/suite.rs`.
pub trait Store: Send + Sync + std::fmt::Debug {
    fn get<'a>(
        &'a self,
        space: Space,
        table: Table,
        key: &'a [u8],
    ) -> BoxFuture<'a, Result<Option<Bytes>, StoreError>>;

    /// At most `limit` entries of `range`, in `order`.
    fn scan(
        &self,
        space: Space,
        table: Table,
        range: KeyRange,
        order: Order,
        limit: usize,
    ) -> BoxFuture<'_, Result<Vec<Entry>, StoreError>>;

    /// Applies all of `batch` or, when a condition fails, nothing and [`StoreError::Conflict`].
    ///
    /// Two steps, so that writers of one account queue only for the first: when this returns, the
    /// batch is visible to reads; when the returned [`Durable`] ends, it is on disk (group commit:
    /// one sync serves all that wait). Acknowledge only after the second.
    fn commit(&self, batch: Batch) -> BoxFuture<'_, Result<Durable, StoreError>>;

    /// Days that hold bulk data, ascending.
    fn days(&self) -> BoxFuture<'_, Result<Vec<i32>, StoreError>>;

    /// Drops a day's bulk data whole and gives its disk space back.
    fn drop_day(&self, day: i32) -> BoxFuture<'_, Result<(), StoreError>>;

    /// Waits for what is under way and releases the store; later calls answer `Closed`.
    fn close(&self) -> BoxFuture<'_, Result<(), StoreError>>;
}
