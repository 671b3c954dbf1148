//! The seam between records and engines.

use std::time::Instant;

use bytes::Bytes;
use futures_util::future::BoxFuture;
use jiff::Timestamp;

/// Largest value an engine accepts, in bytes. The engine's segments are made for it.
pub const MAX_VALUE_BYTES: usize = 48 * 1024;

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
    /// Addresses that campaigns may be sent from.
    FromAddress = 14,
    /// Address hashes that are not merged into [`Table::Address`] yet, in sorted runs.
    FreshAddress = 15,
    /// External id to contact id.
    ExternalId = 16,
    /// Ids of events that are recorded, so that each counts once.
    EventId = 17,
    /// What happened to messages, in blocks by message and time.
    Activity = 18,
    /// What happened to contacts, in blocks by contact and time.
    ContactActivity = 19,
    /// Templates of transactional and welcome messages.
    Template = 20,
    /// Long texts of templates, campaigns and outbox messages, in pieces.
    Text = 21,
    /// Messages that would have been sent.
    Outbox = 22,
    /// Categories of lists.
    Category = 23,
    /// Relational tables: their names and columns.
    RelationalTable = 24,
    /// Rows of relational tables, in blocks by table and row number.
    RelationalRow = 25,
    /// Jobs that are no imports: exports, bulk deletes, clearings, sends.
    Task = 26,
    /// Tags that contacts carry: their names.
    Tag = 27,
    /// Phone number to contact id.
    Phone = 28,
    /// Marketing preferences: what contacts may choose.
    Preference = 29,
    /// What contacts chose among the preferences.
    ContactPreference = 30,
    /// What contacts consented to, and when.
    Consent = 31,
    /// Collections of insight (transactional) data.
    InsightCollection = 32,
    /// Records of insight data by collection and key.
    InsightRecord = 33,
    /// Insight records by the contact that they are about.
    InsightOfContact = 34,
    /// Subscriptions to events.
    Webhook = 35,
    /// Imports whose rows come in several calls, by number.
    BatchedImport = 36,
    /// E-mail messages that campaigns are made from.
    EmailMessage = 37,
    /// Files that campaigns and messages carry.
    Document = 38,
    /// Sends of campaigns, and under account 0 those that wait for their time.
    Send = 39,
    /// Who of several processes over one store does what only one may do at a time.
    Lease = 40,
    /// Nonces that were used, as long as they would be believed again; only in a shared store.
    Nonce = 41,
    /// Uploaded files and fault reports in pieces; only in [`Space::Day`].
    Bulk = 64,
}

impl Table {
    /// Every table, by discriminant.
    pub const ALL: [Self; 43] = [
        Self::Meta,
        Self::Account,
        Self::Credential,
        Self::Counter,
        Self::Contact,
        Self::Address,
        Self::List,
        Self::Member,
        Self::DataField,
        Self::Segment,
        Self::Import,
        Self::Suppression,
        Self::Campaign,
        Self::ActiveImport,
        Self::FromAddress,
        Self::FreshAddress,
        Self::ExternalId,
        Self::EventId,
        Self::Activity,
        Self::ContactActivity,
        Self::Template,
        Self::Text,
        Self::Outbox,
        Self::Category,
        Self::RelationalTable,
        Self::RelationalRow,
        Self::Task,
        Self::Tag,
        Self::Phone,
        Self::Preference,
        Self::ContactPreference,
        Self::Consent,
        Self::InsightCollection,
        Self::InsightRecord,
        Self::InsightOfContact,
        Self::Webhook,
        Self::BatchedImport,
        Self::EmailMessage,
        Self::Document,
        Self::Send,
        Self::Lease,
        Self::Nonce,
        Self::Bulk,
    ];

    /// The first byte of the table's stored keys.
    #[expect(clippy::as_conversions, reason = "a fieldless `repr(u8)` enum has no other way")]
    pub const fn byte(self) -> u8 {
        self as u8
    }

    pub fn from_byte(byte: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|table| table.byte() == byte)
    }

    /// The name in messages and export files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Meta => "meta",
            Self::Account => "account",
            Self::Credential => "credential",
            Self::Counter => "counter",
            Self::Contact => "contact",
            Self::Address => "address",
            Self::List => "list",
            Self::Member => "member",
            Self::DataField => "data field",
            Self::Segment => "segment",
            Self::Import => "import",
            Self::Suppression => "suppression",
            Self::Campaign => "campaign",
            Self::ActiveImport => "active import",
            Self::FromAddress => "from address",
            Self::FreshAddress => "fresh address",
            Self::ExternalId => "external id",
            Self::EventId => "event id",
            Self::Activity => "activity",
            Self::ContactActivity => "contact activity",
            Self::Template => "template",
            Self::Text => "text",
            Self::Outbox => "outbox",
            Self::Category => "category",
            Self::RelationalTable => "relational table",
            Self::RelationalRow => "relational row",
            Self::Task => "task",
            Self::Tag => "tag",
            Self::Phone => "phone",
            Self::Preference => "preference",
            Self::ContactPreference => "contact preference",
            Self::Consent => "consent",
            Self::InsightCollection => "insight collection",
            Self::InsightRecord => "insight record",
            Self::InsightOfContact => "insight of contact",
            Self::Webhook => "webhook",
            Self::BatchedImport => "batched import",
            Self::EmailMessage => "email message",
            Self::Document => "document",
            Self::Send => "send",
            Self::Lease => "lease",
            Self::Nonce => "nonce",
            Self::Bulk => "bulk",
        }
    }
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

impl KeyRange {
    /// The whole table.
    pub fn all() -> Self {
        Self { start: Bytes::new(), end: None }
    }

    /// Every key that begins with `prefix`.
    pub fn prefix(prefix: impl Into<Bytes>) -> Self {
        let start = prefix.into();
        let end = successor(&start);
        Self { start, end }
    }

    /// What of this range lies behind `key`.
    #[must_use]
    pub fn after(&self, key: &[u8]) -> Self {
        let next = just_behind(key);
        let start = if next > self.start { next } else { self.start.clone() };
        Self { start, end: self.end.clone() }
    }

    pub fn contains(&self, key: &[u8]) -> bool {
        *key >= *self.start && self.end.as_ref().is_none_or(|end| *key < **end)
    }

    pub fn is_empty(&self) -> bool {
        self.end.as_ref().is_some_and(|end| *end <= self.start)
    }
}

/// The smallest key above `key`.
pub(super) fn just_behind(key: &[u8]) -> Bytes {
    let mut next = Vec::with_capacity(key.len() + 1);
    next.extend_from_slice(key);
    next.push(0);
    next.into()
}

/// The smallest key above every key that begins with `prefix`; `None` when there is none.
fn successor(prefix: &[u8]) -> Option<Bytes> {
    let kept = prefix.iter().rposition(|byte| *byte != u8::MAX)?;
    let mut next = prefix.get(..=kept)?.to_vec();
    let last = next.last_mut()?;
    *last = last.wrapping_add(1);
    Some(next.into())
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

impl Batch {
    pub fn new(space: Space) -> Self {
        Self { space, conditions: Vec::new(), writes: Vec::new() }
    }

    /// A batch for [`Space::Main`].
    pub fn main() -> Self {
        Self::new(Space::Main)
    }

    pub fn is_empty(&self) -> bool {
        self.conditions.is_empty() && self.writes.is_empty()
    }

    pub fn put(&mut self, table: Table, key: impl Into<Bytes>, value: impl Into<Bytes>) {
        self.writes.push(Write::Put { table, key: key.into(), value: value.into() });
    }

    pub fn delete(&mut self, table: Table, key: impl Into<Bytes>) {
        self.writes.push(Write::Delete { table, key: key.into() });
    }

    /// Nothing of the batch is written unless `key` holds `value`, or nothing when `None`.
    pub fn expect(&mut self, table: Table, key: impl Into<Bytes>, value: Option<Bytes>) {
        let key = key.into();
        self.conditions.push(match value {
            Some(value) => Condition::Equals { table, key, value },
            None => Condition::Absent { table, key },
        });
    }

    /// Puts a new record; a conflict when the key is taken.
    pub fn put_if_absent(&mut self, table: Table, key: impl Into<Bytes>, value: impl Into<Bytes>) {
        let key = key.into();
        self.expect(table, key.clone(), None);
        self.put(table, key, value);
    }

    /// Puts a record that was read as `read`; a conflict when it changed since.
    pub fn replace(
        &mut self,
        table: Table,
        key: impl Into<Bytes>,
        read: Option<Bytes>,
        value: impl Into<Bytes>,
    ) {
        let key = key.into();
        self.expect(table, key.clone(), read);
        self.put(table, key, value);
    }

    /// Bytes of the values to write.
    pub fn value_bytes(&self) -> usize {
        self.writes
            .iter()
            .map(|write| match write {
                Write::Put { value, .. } => value.len(),
                Write::Delete { .. } => 0,
            })
            .sum()
    }

    /// Refuses a value that no engine takes.
    pub fn ensure_value_sizes(&self) -> Result<(), StoreError> {
        let largest = self.writes.iter().map(|write| match write {
            Write::Put { value, .. } => value.len(),
            Write::Delete { .. } => 0,
        });
        match largest.max() {
            Some(bytes) if bytes > MAX_VALUE_BYTES => Err(StoreError::ValueTooLarge { bytes }),
            _ => Ok(()),
        }
    }
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
    #[error(
        "the database has schema version {found}, this program needs {known}; \
         run `lychgate store migrate`"
    )]
    NotMigrated { found: u32, known: u32 },
    /// The engine is away or does not answer; it may be there again in a moment. Where a commit was
    /// asked for, it may have been done.
    #[error("the database is not available: {what}")]
    Unavailable { what: String },
    /// It takes no changes while it is copied, or as long as its operator wants.
    #[error("the store takes no changes now")]
    ReadOnly,
    #[error("the store was not filled to its end: a copy or an import into it was cut off")]
    Unfinished,
    #[error("another process uses this store")]
    Locked,
    #[error("the store is closed")]
    Closed,
    #[error("an earlier write did not reach the disk; the store takes no more until a restart")]
    Poisoned,
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

    /// At most `limit` entries of `range`, in `order`. One scan sees each commit whole or not at
    /// all; two scans may have a commit between them.
    fn scan(
        &self,
        space: Space,
        table: Table,
        range: KeyRange,
        order: Order,
        limit: usize,
    ) -> BoxFuture<'_, Result<Vec<Entry>, StoreError>>;

    /// At most `limit` entries of `range`, ascending, from the last one on that is not above `key`;
    /// when there is none, from the first one of the range. Entries that come meanwhile may stand
    /// between that one and `key`.
    fn scan_around<'a>(
        &'a self,
        table: Table,
        range: KeyRange,
        key: &'a [u8],
        limit: usize,
    ) -> BoxFuture<'a, Result<Vec<Entry>, StoreError>> {
        Box::pin(scan_around_by_two(self, table, range, key, limit))
    }

    /// Applies all of `batch` or, when a condition fails, nothing and [`StoreError::Conflict`].
    ///
    /// Two steps, so that writers of one account queue only for the first: when this returns, the
    /// batch is visible to reads; when the returned [`Durable`] ends, it is on disk (group commit:
    /// one sync serves all that wait). Acknowledge only after the second.
    fn commit(&self, batch: Batch) -> BoxFuture<'_, Result<Durable, StoreError>>;

    /// A number that every change of `table` replaces by another one, as it is now, or as it was at
    /// some moment behind `since` and behind whatever this process committed: what was read of the
    /// table while the number was the same is what was stored at that moment. `None` where the engine
    /// does not keep one for it.
    fn changes(
        &self,
        _table: Table,
        _since: Instant,
    ) -> BoxFuture<'_, Result<Option<u64>, StoreError>> {
        Box::pin(std::future::ready(Ok(None)))
    }

    /// Whether other processes may write to it while this one does.
    fn is_shared(&self) -> bool {
        false
    }

    /// The time that all processes over a shared store agree on; `own`, the caller's, where there is
    /// but one.
    fn now(&self, own: Timestamp) -> BoxFuture<'_, Result<Timestamp, StoreError>> {
        Box::pin(std::future::ready(Ok(own)))
    }

    /// Whether a small commit would be taken now, for who asks about the store's health.
    fn ensure_writable(&self) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(std::future::ready(Ok(())))
    }

    /// Days that hold bulk data, ascending.
    fn days(&self) -> BoxFuture<'_, Result<Vec<i32>, StoreError>>;

    /// Drops a day's bulk data whole and gives its disk space back.
    fn drop_day(&self, day: i32) -> BoxFuture<'_, Result<(), StoreError>>;

    /// Waits for what is under way and releases the store; later calls answer `Closed`.
    fn close(&self) -> BoxFuture<'_, Result<(), StoreError>>;
}

/// [`Store::scan_around`] by one look for the first entry, and another from there on.
pub(super) async fn scan_around_by_two(
    store: &(impl Store + ?Sized),
    table: Table,
    range: KeyRange,
    key: &[u8],
    limit: usize,
) -> Result<Vec<Entry>, StoreError> {
    loop {
        let until = KeyRange { start: range.start.clone(), end: Some(just_behind(key)) };
        let last = store.scan(Space::Main, table, until, Order::Descending, 1).await?.pop();
        let last = last.map(|(key, _)| key);
        let start = last.clone().unwrap_or_else(|| range.start.clone());
        let from = KeyRange { start, end: range.end.clone() };
        let found = store.scan(Space::Main, table, from, Order::Ascending, limit).await?;
        // One that is gone meanwhile is looked for again.
        if last.is_none() || last.as_ref() == found.first().map(|(key, _)| key) {
            return Ok(found);
        }
    }
}
