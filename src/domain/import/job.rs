//! The durable record of an import: status, counters, cursor.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::domain::{ImportId, ListId};

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

/// The counters of an import. Each row of the file counts in exactly one of them.
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
