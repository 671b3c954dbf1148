//! Insight data: records of JSON in named collections, each of a contact or of the account itself.
//!
//! A collection is made by the first record that is put into it, and stays when it is emptied. A
//! record has a key that is unique in its collection; put again for the same holder it is replaced.
//! Many records come as a task ([`Insights::start_import`]), whose faults can be asked for. Who is
//! deleted takes the records along.

mod import;
mod read;
mod record;
mod rules;
#[cfg(test)]
mod tests;
mod write;

use jiff::Timestamp;

pub use self::import::{InsightFault, InsightImport, InsightReport};
pub(super) use self::import::{columns, fault_line};
pub use self::rules::{Fault, Identifier, MAX_JSON_BYTES, MAX_KEY_BYTES};
pub(super) use self::write::forget;
use super::context::Account;
use super::ids::ContactId;

/// Collections of one account.
pub const MAX_COLLECTIONS: usize = 1_000;

/// Longest name of a collection, in characters.
pub const MAX_NAME_CHARS: usize = 255;

/// A collection as its account sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Collection {
    /// Counts the account's collections from 1.
    pub id: u32,
    /// As it was first written; found in any letter case.
    pub name: String,
}

/// Whose a record is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Holder {
    /// Nobody's in particular.
    Account,
    Contact(ContactId),
}

/// A record as its account sees it. `Debug` shows nothing of what it says.
#[derive(Clone, PartialEq, Eq)]
pub struct Insight {
    /// Unique in its collection.
    pub key: String,
    pub holder: Holder,
    /// The JSON text as it was given.
    pub json: String,
    pub created: Timestamp,
    pub modified: Timestamp,
}

impl std::fmt::Debug for Insight {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Insight").field("holder", &self.holder).finish_non_exhaustive()
    }
}

/// A record to be put. `Debug` shows nothing of what it says.
#[derive(Clone, PartialEq, Eq)]
pub struct NewInsight {
    /// An empty one becomes a random one, unless the record is one of many.
    pub key: String,
    /// Whose it is: a contact's id or address, or the word `account`.
    pub identifier: String,
    pub json: String,
}

impl std::fmt::Debug for NewInsight {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("NewInsight(redacted)")
    }
}

/// An account's insight data.
#[derive(Debug, Clone, Copy)]
pub struct Insights<'a> {
    account: Account<'a>,
}

impl<'a> Account<'a> {
    /// This account's insight data.
    pub fn insights(self) -> Insights<'a> {
        Insights { account: self }
    }
}

impl Holder {
    /// Its number in keys; no contact has the number 0.
    fn number(self) -> u32 {
        match self {
            Self::Account => 0,
            Self::Contact(contact) => contact.0,
        }
    }

    fn of_number(number: u32) -> Self {
        if number == 0 { Self::Account } else { Self::Contact(ContactId(number)) }
    }
}
