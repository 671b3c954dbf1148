//! External ids: what another system calls a contact, and the index from them to contacts.

use std::collections::BTreeMap;

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use super::address::EmailAddress;
use super::contact_store::{ContactStore, Stored};
use super::contacts::Contacts;
use super::error::{Error, Refusal, Result};
use super::ids::{AccountId, ContactId};
use crate::store::record::damaged;
use crate::store::{Batch, Space, Store, StoreError, Table, tables};

/// Longest external id, in characters, as Empower documents it.
pub const MAX_EXTERNAL_ID_CHARS: usize = 64;

/// What another system calls a contact. Compared as it is, but for white space around it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ExternalId(String);

impl ExternalId {
    /// At least one and at most [`MAX_EXTERNAL_ID_CHARS`] characters, none of them a control.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        let text = text.trim();
        let fits = !text.is_empty()
            && text.chars().count() <= MAX_EXTERNAL_ID_CHARS
            && !text.chars().any(char::is_control);
        if !fits {
            return Err(Refusal::ParameterInvalid { parameter: "external id" });
        }
        Ok(Self(text.to_owned()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for ExternalId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ExternalId(redacted)")
    }
}

impl ContactStore<'_> {
    /// The contact with this external id, whatever its status.
    pub async fn find_external(&self, id: &ExternalId) -> Result<Option<Stored>> {
        let account = self.account;
        let found = read(&*account.context.store, account.id, id)
            .await
            .map_err(|error| Error::store("look up an external id", error))?;
        let Some(contact) = found else { return Ok(None) };
        let record = self.load(&[contact]).await?.pop().flatten();
        Ok(record.map(|record| (contact, record)))
    }
}

impl Contacts<'_> {
    /// The address of the contact with this external id, whatever its status. With `address` both
    /// must match.
    pub async fn address_of(
        self,
        address: Option<&EmailAddress>,
        external_id: &ExternalId,
    ) -> Result<Option<EmailAddress>> {
        let found = self.account.contact_store().find_external(external_id).await?;
        let found = found.map(|(_, record)| EmailAddress::stored(record.address));
        let matches = |found: &EmailAddress| {
            address.is_none_or(|address| address.as_compared() == found.as_compared())
        };
        Ok(found.filter(matches))
    }
}

async fn read(
    store: &dyn Store,
    account: AccountId,
    id: &ExternalId,
) -> Result<Option<ContactId>, StoreError> {
    let key = tables::named(account.0, id.as_str());
    let value = store.get(Space::Main, Table::ExternalId, &key).await?;
    value.map(|value| decode(&value)).transpose()
}

/// The contact that an entry of [`Table::ExternalId`] names.
pub(super) fn decode(value: &[u8]) -> Result<ContactId, StoreError> {
    let [1, contact @ ..] = value else {
        return Err(damaged(Table::ExternalId, "an entry has a format that never was"));
    };
    let number = contact.try_into().map(u32::from_be_bytes);
    number.map(ContactId).map_err(|_| damaged(Table::ExternalId, "an entry is cut short"))
}

fn encode(contact: ContactId) -> Bytes {
    let mut value = vec![1];
    value.extend(contact.0.to_be_bytes());
    value.into()
}

/// The external ids that an edit looked at, and what becomes of them.
#[derive(Debug, Default)]
pub(super) struct ExternalIds {
    seen: BTreeMap<ExternalId, Option<ContactId>>,
    changed: BTreeMap<ExternalId, Option<ContactId>>,
}

impl ExternalIds {
    /// Who has this id, before the edit.
    pub async fn holder(
        &mut self,
        store: &dyn Store,
        account: AccountId,
        id: &ExternalId,
    ) -> Result<Option<ContactId>, StoreError> {
        if let Some(seen) = self.seen.get(id) {
            return Ok(*seen);
        }
        let found = read(store, account, id).await?;
        self.seen.insert(id.clone(), found);
        Ok(found)
    }

    /// Gives `contact` the id `new` instead of `old`. [`Refusal::ExternalIdInUse`] when another
    /// contact is known to have it; one who is not known to makes the commit a conflict.
    pub fn change(
        &mut self,
        contact: ContactId,
        old: Option<&ExternalId>,
        new: Option<&ExternalId>,
    ) -> Result<(), Refusal> {
        if old == new {
            return Ok(());
        }
        if let Some(new) = new {
            let before = self.seen.get(new).copied().flatten();
            let holder = self.changed.get(new).copied().unwrap_or(before);
            if holder.is_some_and(|holder| holder != contact) {
                return Err(Refusal::ExternalIdInUse);
            }
            self.changed.insert(new.clone(), Some(contact));
        }
        self.release(old);
        Ok(())
    }

    /// Nobody has the id `old` any more.
    pub fn release(&mut self, old: Option<&ExternalId>) {
        if let Some(old) = old {
            self.changed.insert(old.clone(), None);
        }
    }

    /// Adds the changes to `batch`, on the condition that what was seen is still so.
    pub fn apply(self, account: AccountId, batch: &mut Batch) {
        for (id, holder) in &self.seen {
            let key = tables::named(account.0, id.as_str());
            batch.expect(Table::ExternalId, key, holder.map(encode));
        }
        for (id, holder) in self.changed {
            let key = tables::named(account.0, id.as_str());
            let Some(holder) = holder else {
                batch.delete(Table::ExternalId, key);
                continue;
            };
            if !self.seen.contains_key(&id) {
                batch.expect(Table::ExternalId, key.clone(), None);
            }
            batch.put(Table::ExternalId, key, encode(holder));
        }
    }
}
