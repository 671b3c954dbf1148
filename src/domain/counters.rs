//! What an account counts: its next ids and its contacts.

use serde::{Deserialize, Serialize};

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
    /// Stored contacts of any status.
    pub contacts: u32,
    /// Contacts that are neither suppressed nor transactional recipients only.
    pub listed: u32,
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
            contacts: 0,
            listed: 0,
        }
    }
}

impl Record for Counters {
    const TABLE: Table = Table::Counter;
    const VERSION: u8 = 1;
}
