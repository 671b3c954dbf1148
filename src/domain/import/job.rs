//! The durable record of an import: status, counters, cursor.

use std::collections::BTreeMap;

use bytes::Bytes;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Reason;
use super::format::Format;
use crate::domain::jobs::{JobKey, Outcome, active};
use crate::domain::{Context, Error, ImportId, ListId, Result};
use crate::store::record::Record;
use crate::store::{Batch, Space, StoreError, Table};

/// Where an import stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Status {
    /// Every row was read; report and faults can be fetched.
    Finished,
    /// Accepted; waiting or under way.
    NotFinished,
    /// Too large a share of the rows has no valid address; nothing was imported.
    RejectedByWatchdog,
    /// The file is neither CSV nor Excel; nothing was imported.
    InvalidFileFormat,
    /// The account is full; the rows of earlier batches stay imported.
    ExceedsAllowedContactLimit,
    /// The file's stored pieces are damaged; the rows of earlier batches stay imported.
    Failed,
    /// A status that this program does not know, written by a newer one.
    #[serde(other)]
    Unknown,
}

impl Status {
    pub const ALL: [Self; 7] = [
        Self::Finished,
        Self::NotFinished,
        Self::RejectedByWatchdog,
        Self::InvalidFileFormat,
        Self::ExceedsAllowedContactLimit,
        Self::Failed,
        Self::Unknown,
    ];

    /// The name, for metrics labels and the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Finished => "Finished",
            Self::NotFinished => "NotFinished",
            Self::RejectedByWatchdog => "RejectedByWatchdog",
            Self::InvalidFileFormat => "InvalidFileFormat",
            Self::ExceedsAllowedContactLimit => "ExceedsAllowedContactLimit",
            Self::Failed => "Failed",
            Self::Unknown => "Unknown",
        }
    }

    /// As the workers count it.
    pub(super) fn outcome(self) -> Outcome {
        Outcome { succeeded: self == Self::Finished, name: self.name() }
    }
}

/// What happens to the stored field values of a contact that a row names again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum MergeOption {
    /// Every column's value replaces the stored one; an empty cell clears it.
    #[default]
    Overwrite,
    /// A value replaces the stored one; an empty cell leaves it.
    OnlyOverwriteIfNotEmpty,
    /// A value is taken only where none is stored.
    OnlyOverwriteIfContactDataNotPopulated,
}

/// The counters of an import. Each row of the file counts in exactly one of the first fourteen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Report {
    pub new_contacts: u32,
    pub updated_contacts: u32,
    pub globally_suppressed: u32,
    pub invalid_entries: u32,
    pub duplicate_emails: u32,
    pub blocked: u32,
    pub unsubscribed: u32,
    pub hard_bounced: u32,
    pub soft_bounced: u32,
    pub isp_complaints: u32,
    pub mail_blocked: u32,
    pub domain_suppressed: u32,
    pub pending_double_optin: u32,
    pub failures: u32,
    /// Rows, imported or not, with something in the phone column that is no number.
    pub invalid_phones: u32,
    /// Refused rows whose contact was there before, for whatever reason it stayed as it was.
    pub known_refused: u32,
}

impl Report {
    /// Adds the counters of another import.
    pub fn add(&mut self, other: Self) {
        let add = |to: &mut u32, more: u32| *to = to.saturating_add(more);
        add(&mut self.new_contacts, other.new_contacts);
        add(&mut self.updated_contacts, other.updated_contacts);
        add(&mut self.invalid_phones, other.invalid_phones);
        add(&mut self.known_refused, other.known_refused);
        let mut other = other;
        for reason in Reason::ALL {
            add(reason.counter(self), *reason.counter(&mut other));
        }
    }

    /// Rows that were not imported.
    pub fn refused(&self) -> u64 {
        let mut report = *self;
        Reason::ALL.into_iter().map(|reason| u64::from(*reason.counter(&mut report))).sum()
    }
}

/// What is stored of an import. Its key is the account and the import's id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Job {
    /// Counts the account's imports from 1.
    pub number: u32,
    pub list: Option<ListId>,
    /// Lists that the contacts join besides. What a contact is to them refuses no row.
    #[serde(default)]
    pub further_lists: Vec<ListId>,
    pub merge: MergeOption,
    /// `None`: the file is neither CSV nor Excel.
    pub format: Option<Format>,
    pub file_bytes: u64,
    /// The day whose space holds the file and the faults.
    pub day: i32,
    pub status: Status,
    pub accepted: Timestamp,
    pub started: Option<Timestamp>,
    pub ended: Option<Timestamp>,
    /// The cursor: this many rows of the file are judged, counted and, if good, imported.
    pub rows_done: u64,
    pub rows_total: Option<u64>,
    /// Pieces of the faults file that belong to the rows before the cursor.
    pub faults_pieces: u32,
    pub counters: Report,
    /// What the import is for, in the words of the face that asked.
    #[serde(default)]
    pub description: String,
    /// Further names of data fields in the header, in lower case.
    #[serde(default)]
    pub aliases: BTreeMap<String, String>,
    /// Rows without a valid address do not reject the whole file, however many they are.
    #[serde(default)]
    pub unwatched: bool,
}

impl Record for Job {
    const TABLE: Table = Table::Import;
    const VERSION: u8 = 1;
}

impl Job {
    pub fn is_active(&self) -> bool {
        self.status == Status::NotFinished
    }

    /// What its account sees of it.
    pub fn state(&self, id: ImportId) -> ImportState {
        ImportState {
            id,
            number: self.number,
            list: self.list,
            status: self.status,
            accepted: self.accepted,
            started: self.started,
            ended: self.ended,
            file_bytes: self.file_bytes,
            rows_done: self.rows_done,
            rows_total: self.rows_total,
            counters: self.counters,
            description: self.description.clone(),
        }
    }
}

/// The import that `key` names.
pub async fn load(context: &Context, key: JobKey) -> Result<Option<StoredJob>> {
    let broken = |error| Error::store("load an import", error);
    let stored = context.store.get(Space::Main, Table::Import, &key.bytes()).await;
    let Some(stored) = stored.map_err(broken)? else { return Ok(None) };
    let job = Job::decode(&stored).map_err(broken)?;
    Ok(Some(StoredJob { key, stored, job }))
}

/// A job as it was read, so that a change of it can say what it replaces.
#[derive(Debug, Clone)]
pub struct StoredJob {
    pub key: JobKey,
    pub stored: Bytes,
    pub job: Job,
}

impl StoredJob {
    /// Adds the change to `batch`: nothing of it is written when somebody else changed the job.
    /// A job that has ended leaves the table of active ones.
    pub fn replace(&self, batch: &mut Batch, job: Job) -> Result<Self, StoreError> {
        let bytes = job.encode()?;
        batch.replace(Table::Import, self.key.bytes(), Some(self.stored.clone()), bytes.clone());
        if !job.is_active() {
            active::delete(self.key, batch);
        }
        Ok(Self { key: self.key, stored: bytes, job })
    }
}

/// An import as its account sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportState {
    pub id: ImportId,
    /// Counts the account's imports from 1; for faces whose import ids are integers.
    pub number: u32,
    pub list: Option<ListId>,
    pub status: Status,
    pub accepted: Timestamp,
    pub started: Option<Timestamp>,
    pub ended: Option<Timestamp>,
    pub file_bytes: u64,
    /// Rows judged and committed so far.
    pub rows_done: u64,
    /// Rows in the file, known once it was read through for the first time.
    pub rows_total: Option<u64>,
    /// The counters as of `rows_done`, whatever the status.
    pub counters: Report,
    /// What the import is for, in the words of the face that asked.
    pub description: String,
}

impl ImportState {
    /// How much is done, 0 to 100.
    pub fn percent(&self) -> u8 {
        match (self.status, self.rows_total) {
            (Status::NotFinished, Some(total)) if total > 0 => {
                u8::try_from(self.rows_done.saturating_mul(100) / total).unwrap_or(100).min(99)
            }
            (Status::NotFinished, _) => 0,
            _ => 100,
        }
    }
}
