//! What an account counts: its next ids and its contacts.

use serde::{Deserialize, Serialize};

use super::turn::Turn;
use crate::store::{Record, Table};

/// An account's counters. The record exists as long as the account does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counters {
    pub next_contact: u32,
    pub next_list: u32,
    pub next_segment: u32,
    pub next_campaign: u32,
    pub next_field: u16,
    pub next_import: u32,
    #[serde(default = "first_template")]
    pub next_template: u32,
    #[serde(default = "one")]
    pub next_text: u32,
    #[serde(default = "one")]
    pub next_message: u32,
    #[serde(default = "one")]
    pub next_category: u32,
    #[serde(default = "one")]
    pub next_table: u32,
    #[serde(default = "one")]
    pub next_preference: u32,
    #[serde(default = "one")]
    pub next_email_message: u32,
    #[serde(default = "one")]
    pub next_tag: u32,
    /// Stored contacts of any status.
    pub contacts: u32,
    /// Contacts that are neither suppressed nor transactional recipients only.
    pub listed: u32,
    #[serde(default)]
    pub addresses: AddressIndexState,
    /// Of who lost too many races to change the account; only where several gateways share it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub turn: Option<Turn>,
}

/// Where the parts of an account's address index lie, and whether it is still the same.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AddressIndexState {
    /// Counts the commits that changed the index. As the counters are a condition of each of them,
    /// none of two that started from the same number is lost.
    pub changes: u64,
    /// The oldest run that is not merged yet.
    pub first_run: u32,
    /// The number of the next run; numbers are never used again.
    pub next_run: u32,
    /// Entries in all runs.
    pub in_runs: u32,
}

impl AddressIndexState {
    /// The runs that are not merged yet.
    pub fn runs(&self) -> std::ops::Range<u32> {
        self.first_run..self.next_run
    }
}

/// Seven digits, as programs know the numbers of templates.
fn first_template() -> u32 {
    1_000_001
}

fn one() -> u32 {
    1
}

impl Counters {
    /// Those of a new account; the first two lists exist from the start.
    pub fn fresh() -> Self {
        Self {
            next_contact: 1,
            next_list: 3,
            next_segment: 1,
            next_campaign: 1,
            next_field: 1,
            next_import: 1,
            next_template: first_template(),
            next_text: one(),
            next_message: one(),
            next_category: one(),
            next_table: one(),
            next_preference: one(),
            next_email_message: one(),
            next_tag: one(),
            contacts: 0,
            listed: 0,
            addresses: AddressIndexState::default(),
            turn: None,
        }
    }
}

impl Record for Counters {
    const TABLE: Table = Table::Counter;
    /// Version 1 knew no runs of addresses: a program that does not look into them must not open it.
    const VERSION: u8 = 2;

    fn upgrade(version: u8, body: &[u8]) -> Option<Result<Self, rmp_serde::decode::Error>> {
        (version == 1).then(|| rmp_serde::from_slice(body))
    }
}
