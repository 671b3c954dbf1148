//! `[journal]`: calls on disk. `[clients]`: who calls what.

use std::path::PathBuf;

use lychgate_derive::Settings;
use serde::{Deserialize, Serialize};

use super::ConfigError;
use super::error::ensure_positive;

/// Below this a journal holds too little to be of use.
const LEAST_BYTES: u64 = 1024 * 1024;

/// Answered calls, kept on disk without credentials and, unless told otherwise, without people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Settings)]
#[serde(default, deny_unknown_fields)]
pub struct Journal {
    /// Keep a journal.
    pub enabled: bool,
    /// The folder; without it, `journal` in the folder of the store. One process at a time may
    /// write into it.
    #[setting(example = "\"/var/lib/lychgate/journal\"")]
    pub folder: Option<PathBuf>,
    /// Bytes of all entries together; the oldest go. An entry of more than a sixteenth of it is
    /// kept without its messages.
    pub most_bytes: u64,
    /// Days after which an entry goes.
    pub kept_days: u16,
    /// Largest body that is kept, in bytes. A call with a longer one is kept without it.
    pub body_bytes: u32,
    /// Replace e-mail addresses, each by a token of its own that changes at every start.
    pub redact_emails: bool,
    /// Replace the contents of fields that are named like a person's name or phone number.
    pub redact_names: bool,
    /// Further names of fields that hold credentials.
    pub secret_fields: Vec<String>,
    /// Further names of fields that hold what belongs to a person.
    pub person_fields: Vec<String>,
}

impl Default for Journal {
    fn default() -> Self {
        Self {
            enabled: false,
            folder: None,
            most_bytes: 256 * 1024 * 1024,
            kept_days: 7,
            body_bytes: 256 * 1024,
            redact_emails: true,
            redact_names: true,
            secret_fields: Vec::new(),
            person_fields: Vec::new(),
        }
    }
}

impl Journal {
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        ensure_positive("journal", "kept_days", self.kept_days.into())?;
        if self.most_bytes < LEAST_BYTES {
            let message = format!("must be at least {LEAST_BYTES}");
            return Err(ConfigError::invalid("journal", "most_bytes", message));
        }
        Ok(())
    }
}

/// Which client last called what: address, user agent, account and API user of each operation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Settings)]
#[serde(default, deny_unknown_fields)]
pub struct Clients {
    /// Remember clients, in the folder of the store.
    pub enabled: bool,
    /// Most rows of client and operation; those that called longest ago go.
    pub most: u32,
}

impl Default for Clients {
    fn default() -> Self {
        Self { enabled: true, most: 10_000 }
    }
}

impl Clients {
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        ensure_positive("clients", "most", self.most.into())
    }
}
