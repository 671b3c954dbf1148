//! How collections and their records are stored.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Holder;
use crate::domain::edit::Edit;
use crate::domain::long_text::TextRef;
use crate::store::{Record, Table};

/// Longest JSON that lies in the record itself, in bytes; a longer one is a text in pieces.
const MAX_INLINE_BYTES: usize = 4 * 1024;

/// A collection; its key is its name in lower case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CollectionRecord {
    pub id: u32,
    pub name: String,
    pub created: Timestamp,
}

impl Record for CollectionRecord {
    const TABLE: Table = Table::InsightCollection;
    const VERSION: u8 = 1;
}

/// A record; its key is its collection's number and its own key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InsightRecord {
    pub holder: u32,
    pub json: Json,
    pub created: Timestamp,
    pub modified: Timestamp,
}

/// Where the JSON lies.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Json {
    Here(String),
    InPieces(TextRef),
}

impl std::fmt::Debug for Json {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Json(redacted)")
    }
}

impl Json {
    /// Puts `json` where it belongs; a long one goes into the edit.
    pub fn put(edit: &mut Edit<'_>, json: &str) -> Self {
        if json.len() > MAX_INLINE_BYTES {
            return Self::InPieces(TextRef::write(edit, json));
        }
        Self::Here(json.to_owned())
    }
}

impl Record for InsightRecord {
    const TABLE: Table = Table::InsightRecord;
    const VERSION: u8 = 1;
}

impl InsightRecord {
    pub fn new(holder: Holder, json: Json, now: Timestamp) -> Self {
        Self { holder: holder.number(), json, created: now, modified: now }
    }

    pub fn holder(&self) -> Holder {
        Holder::of_number(self.holder)
    }
}
