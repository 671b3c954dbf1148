//! Names of jobs in the store.

use bytes::Bytes;
use uuid::Uuid;

use crate::domain::AccountId;
use crate::store::tables;

/// Names a job among the active ones, and its files; an import's record as well.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct JobKey {
    pub account: AccountId,
    /// Random, so that the name of one file says nothing of others.
    pub id: Uuid,
}

impl JobKey {
    /// The key in [`Table::ActiveImport`](crate::store::Table::ActiveImport), and an import's in
    /// [`Table::Import`](crate::store::Table::Import).
    pub fn bytes(self) -> Bytes {
        tables::unique(self.account.0, self.id.into_bytes())
    }

    /// Reads a key of one of these tables.
    pub fn parse(key: &[u8]) -> Option<Self> {
        let (account, id) = key.split_first_chunk()?;
        Some(Self {
            account: AccountId(u32::from_be_bytes(*account)),
            id: Uuid::from_bytes(*id.first_chunk()?),
        })
    }
}
