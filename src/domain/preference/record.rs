//! Preferences as they are stored, a record each.

use bytes::Bytes;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Preferences;
use crate::domain::context::Account;
use crate::domain::error::{Error, Refusal, Result};
use crate::domain::ids::PreferenceId;
use crate::store::record::damaged;
use crate::store::{Batch, KeyRange, Order, Record, Space, StoreError, Table, tables};

/// A preference or a category as it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct PreferenceRecord {
    pub public_name: String,
    pub private_name: String,
    pub is_category: bool,
    pub order: u32,
    pub is_public: bool,
    pub category: Option<PreferenceId>,
    pub created: Timestamp,
    pub modified: Timestamp,
    /// Being deleted: callers do not see it any more, what contacts chose of it is still going.
    #[serde(default)]
    pub leaving: bool,
}

impl Record for PreferenceRecord {
    const TABLE: Table = Table::Preference;
    const VERSION: u8 = 1;
}

/// A record with its id and its bytes, on which a change is conditional.
#[derive(Debug)]
pub(super) struct Stored {
    pub id: PreferenceId,
    pub record: PreferenceRecord,
    pub bytes: Bytes,
}

impl Preferences<'_> {
    pub(super) async fn find(self, id: PreferenceId) -> Result<Stored> {
        let store = &self.account.context.store;
        let bytes = store.get(Space::Main, Table::Preference, &self.key(id)).await;
        let bytes = bytes.map_err(broken)?.ok_or(Refusal::PreferenceNotFound)?;
        let record = PreferenceRecord::decode(&bytes).map_err(broken)?;
        if record.leaving {
            return Err(Refusal::PreferenceNotFound.into());
        }
        Ok(Stored { id, record, bytes })
    }

    /// All of them in order of id, but for those that are being deleted.
    pub(super) async fn stored(self) -> Result<Vec<Stored>> {
        let mut stored = self.stored_and_leaving().await?;
        stored.retain(|one| !one.record.leaving);
        Ok(stored)
    }

    pub(super) async fn stored_and_leaving(self) -> Result<Vec<Stored>> {
        read_all(self.account).await.map_err(broken)
    }

    /// Puts a new record.
    pub(super) fn insert(
        self,
        batch: &mut Batch,
        id: PreferenceId,
        record: &PreferenceRecord,
    ) -> Result<()> {
        batch.put_if_absent(Table::Preference, self.key(id), encoded(record)?);
        Ok(())
    }

    /// Puts what a record became, on the condition that it is still as it was read.
    pub(super) fn replace(
        self,
        batch: &mut Batch,
        read: &Stored,
        record: &PreferenceRecord,
    ) -> Result<()> {
        let read_bytes = Some(read.bytes.clone());
        batch.replace(Table::Preference, self.key(read.id), read_bytes, encoded(record)?);
        Ok(())
    }

    /// Lets a batch be committed only while a preference is as it was read.
    pub(super) fn hold(self, batch: &mut Batch, read: &Stored) {
        batch.expect(Table::Preference, self.key(read.id), Some(read.bytes.clone()));
    }

    pub(super) fn key(self, id: PreferenceId) -> Bytes {
        tables::numbered(self.account.id.0, id.0)
    }
}

/// See [`Preferences::stored_and_leaving`].
pub(super) async fn read_all(account: Account<'_>) -> Result<Vec<Stored>, StoreError> {
    let range = KeyRange::prefix(tables::account(account.id.0));
    let store = &account.context.store;
    let found = store.scan(Space::Main, Table::Preference, range, Order::Ascending, usize::MAX);
    let decoded = found.await?.into_iter().map(|(key, bytes)| {
        let id = tables::contact_of_entry(&key).map(PreferenceId);
        let id = id.ok_or_else(|| damaged(Table::Preference, "a short key"))?;
        Ok(Stored { id, record: PreferenceRecord::decode(&bytes)?, bytes })
    });
    decoded.collect()
}

fn encoded(record: &PreferenceRecord) -> Result<Bytes> {
    record.encode().map_err(|error| Error::store("write a preference", error))
}

fn broken(error: StoreError) -> Error {
    Error::store("read preferences", error)
}
