//! Unique names of contacts (external ids, phone numbers): who has which, within one edit.

use std::collections::BTreeMap;

use bytes::Bytes;

use super::ids::{AccountId, ContactId};
use crate::store::record::damaged;
use crate::store::{Batch, Space, Store, StoreError, Table, tables};

/// Who has `name` in one of the tables from names to contacts.
pub(super) async fn read(
    store: &dyn Store,
    table: Table,
    account: AccountId,
    name: &str,
) -> Result<Option<ContactId>, StoreError> {
    let key = tables::named(account.0, name);
    let value = store.get(Space::Main, table, &key).await?;
    value.map(|value| decode(table, &value)).transpose()
}

/// The contact that an entry of `table` names.
pub(super) fn decode(table: Table, value: &[u8]) -> Result<ContactId, StoreError> {
    let [1, contact @ ..] = value else {
        return Err(damaged(table, "an entry has a format that never was"));
    };
    let number = contact.try_into().map(u32::from_be_bytes);
    number.map(ContactId).map_err(|_| damaged(table, "an entry is cut short"))
}

fn encode(contact: ContactId) -> Bytes {
    let mut value = vec![1];
    value.extend(contact.0.to_be_bytes());
    value.into()
}

/// Another contact has the name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Taken;

/// The names that an edit looked at, and what becomes of them.
#[derive(Debug)]
pub(super) struct Holders {
    table: Table,
    seen: BTreeMap<String, Option<ContactId>>,
    changed: BTreeMap<String, Option<ContactId>>,
}

impl Holders {
    pub fn of(table: Table) -> Self {
        Self { table, seen: BTreeMap::new(), changed: BTreeMap::new() }
    }

    /// Who has this name, before the edit.
    pub async fn holder(
        &mut self,
        store: &dyn Store,
        account: AccountId,
        name: &str,
    ) -> Result<Option<ContactId>, StoreError> {
        if let Some(seen) = self.seen.get(name) {
            return Ok(*seen);
        }
        let found = read(store, self.table, account, name).await?;
        self.seen.insert(name.to_owned(), found);
        Ok(found)
    }

    /// Gives `contact` the name `new` instead of `old`. [`Taken`] when another contact is known to
    /// have it; one who is not known to makes the commit a conflict.
    pub fn change(
        &mut self,
        contact: ContactId,
        old: Option<&str>,
        new: Option<&str>,
    ) -> Result<(), Taken> {
        if old == new {
            return Ok(());
        }
        if let Some(new) = new {
            let before = self.seen.get(new).copied().flatten();
            let holder = self.changed.get(new).copied().unwrap_or(before);
            if holder.is_some_and(|holder| holder != contact) {
                return Err(Taken);
            }
            self.changed.insert(new.to_owned(), Some(contact));
        }
        self.release(contact, old);
        Ok(())
    }

    /// `contact` has the name `old` no more. Who got it meanwhile keeps it.
    pub fn release(&mut self, contact: ContactId, old: Option<&str>) {
        let Some(old) = old else { return };
        let given_on = self.changed.get(old).copied().flatten();
        if given_on.is_none_or(|holder| holder == contact) {
            self.changed.insert(old.to_owned(), None);
        }
    }

    /// Adds the changes to `batch`, on the condition that what was seen is still so.
    pub fn apply(self, account: AccountId, batch: &mut Batch) {
        for (name, holder) in &self.seen {
            let key = tables::named(account.0, name);
            batch.expect(self.table, key, holder.map(encode));
        }
        for (name, holder) in self.changed {
            let key = tables::named(account.0, &name);
            let Some(holder) = holder else {
                batch.delete(self.table, key);
                continue;
            };
            if !self.seen.contains_key(&name) {
                batch.expect(self.table, key.clone(), None);
            }
            batch.put(self.table, key, encode(holder));
        }
    }
}
