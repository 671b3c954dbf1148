//! Contacts, addresses and members as they are stored.
//!
//! Single calls and the import pipeline share these: resolve addresses, load what is there, decide,
//! put the changes into one [`Edit`](super::edit::Edit), commit it. An edit is committed only if
//! the blocks that it looked into are still the same.

use std::collections::BTreeMap;
use std::hash::Hasher;

use bytes::Bytes;
use siphasher::sip::SipHasher13;

use super::address::EmailAddress;
use super::address_index::AddressIndex;
pub use super::contact_record::{ContactRecord, MAX_CONTACT_BYTES};
use super::context::{Account, Context};
pub use super::edit::Edit;
use super::error::{Error, Result};
use super::ids::{AccountId, ContactId, ListId};
use super::membership::Membership;
use crate::store::{Durable, Loaded, Store, StoreError, tables};

/// A stored contact with its id.
pub type Stored = (ContactId, ContactRecord);

/// Reads and writes an account's contacts, addresses and members.
#[derive(Debug, Clone, Copy)]
pub struct ContactStore<'a> {
    pub(super) account: Account<'a>,
}

impl<'a> ContactStore<'a> {
    /// The contact with this address, whatever its status.
    pub async fn find(&self, address: &EmailAddress) -> Result<Option<Stored>> {
        let (account, context) = (self.account, self.account.context);
        let (address, state) = (address.as_compared(), account.counters().await?.addresses);
        let hash = context.hash(address);
        for id in AddressIndex::holders(account.id, &state, self.store(), hash).await? {
            let record = self.load_one(id).await?;
            if let Some(record) = record.filter(|record| record.has_address(address)) {
                return Ok(Some((id, record)));
            }
        }
        Ok(None)
    }

    /// The contact with this id.
    pub async fn load_one(&self, id: ContactId) -> Result<Option<ContactRecord>> {
        let broken = |error| Error::store("read contacts", error);
        let map = tables::contacts(self.account.id.0);
        let stored = map.get(self.store(), &tables::contact_entry(id.0)).await.map_err(broken)?;
        stored.map(|stored| ContactRecord::decode(&stored)).transpose().map_err(broken)
    }

    /// The contacts with these addresses (as compared), in the same order; one pass for all.
    pub async fn resolve(&self, addresses: &[&str]) -> Result<Vec<Option<Stored>>> {
        let state = self.account.counters().await?.addresses;
        let mut index = AddressIndex::new(self.account.id, &state);
        let context = self.account.context;
        let addresses = context.hashed(addresses);
        Seen::nothing(self.account.id).resolve(context, &mut index, &addresses).await
    }

    /// The contacts with these ids, in the same order.
    pub async fn load(&self, ids: &[ContactId]) -> Result<Vec<Option<ContactRecord>>> {
        Seen::nothing(self.account.id).load(self.store(), ids).await
    }

    /// The memberships of these contacts in `list`, in the same order.
    pub async fn members(
        &self,
        list: ListId,
        ids: &[ContactId],
    ) -> Result<Vec<Option<Membership>>> {
        Seen::nothing(self.account.id).members(self.store(), list, ids).await
    }

    /// An empty edit on the account's counters as they are now. Take the account's gate first.
    pub async fn edit(self) -> Result<Edit<'a>> {
        Edit::begin(self.account).await
    }

    /// Commits everything in `edit` or, with [`StoreError::Conflict`], nothing. Release the gate,
    /// then wait for the [`Durable`].
    pub async fn apply(self, edit: Edit<'_>) -> Result<Durable, StoreError> {
        edit.apply().await
    }

    fn store(&self) -> &dyn Store {
        &*self.account.context.store
    }
}

/// The blocks of an account's maps that were looked into.
#[derive(Debug)]
pub(super) struct Seen {
    account: AccountId,
    pub contacts: Loaded,
    pub members: BTreeMap<ListId, Loaded>,
}

impl Seen {
    pub fn nothing(account: AccountId) -> Self {
        let contacts = tables::contacts(account.0).unread();
        Self { account, contacts, members: BTreeMap::new() }
    }

    /// See [`ContactStore::resolve`].
    pub async fn resolve(
        &mut self,
        context: &Context,
        index: &mut AddressIndex,
        addresses: &[(u64, &str)],
    ) -> Result<Vec<Option<Stored>>> {
        let mut found = self.find(context, index, addresses).await?.into_iter().peekable();
        let indexes = 0..addresses.len();
        let next = |index| found.next_if(|(of, _)| *of == index).map(|(_, stored)| stored);
        Ok(indexes.map(next).collect())
    }

    /// See [`Edit::find_hashed`].
    pub async fn find(
        &mut self,
        context: &Context,
        index: &mut AddressIndex,
        addresses: &[(u64, &str)],
    ) -> Result<Vec<(usize, Stored)>> {
        let hashes: Vec<u64> = addresses.iter().map(|(hash, _)| *hash).collect();
        let candidates = index.find(context, &hashes).await?;
        self.of_holders(context, candidates, addresses).await
    }

    /// Of the contacts that may have some addresses, each named by its place among them, those that
    /// do.
    pub async fn of_holders(
        &mut self,
        context: &Context,
        candidates: Vec<(usize, ContactId)>,
        addresses: &[(u64, &str)],
    ) -> Result<Vec<(usize, Stored)>> {
        let ids: Vec<ContactId> = candidates.iter().map(|(_, id)| *id).collect();
        let records = self.load(&*context.store, &ids).await?;
        let mut found: Vec<(usize, Stored)> = Vec::with_capacity(candidates.len());
        for ((index, id), record) in candidates.into_iter().zip(records) {
            let address = addresses.get(index).map_or("", |(_, address)| address);
            if let Some(record) = record.filter(|record| record.has_address(address)) {
                found.push((index, (id, record)));
            }
        }
        found.dedup_by_key(|(index, _)| *index);
        Ok(found)
    }

    /// See [`ContactStore::load`].
    pub async fn load(
        &mut self,
        store: &dyn Store,
        ids: &[ContactId],
    ) -> Result<Vec<Option<ContactRecord>>> {
        let bytes = get_many(&mut self.contacts, store, ids)
            .await
            .map_err(|error| Error::store("read contacts", error))?;
        bytes
            .into_iter()
            .map(|bytes| bytes.map(|bytes| ContactRecord::decode(&bytes)).transpose())
            .collect::<Result<_, _>>()
            .map_err(|error| Error::store("read contacts", error))
    }

    /// See [`ContactStore::members`].
    pub async fn members(
        &mut self,
        store: &dyn Store,
        list: ListId,
        ids: &[ContactId],
    ) -> Result<Vec<Option<Membership>>> {
        self.read_members(store, list, ids)
            .await
            .map_err(|error| Error::store("read members", error))
    }

    async fn read_members(
        &mut self,
        store: &dyn Store,
        list: ListId,
        ids: &[ContactId],
    ) -> Result<Vec<Option<Membership>>, StoreError> {
        if !self.members.contains_key(&list) {
            let loaded = tables::members(self.account.0, list.0).load(store, &[]).await?;
            self.members.insert(list, loaded);
        }
        let Some(loaded) = self.members.get_mut(&list) else { return Ok(Vec::new()) };
        get_many(loaded, store, ids)
            .await?
            .into_iter()
            .map(|bytes| bytes.map(|bytes| Membership::decode(&bytes)).transpose())
            .collect()
    }
}

/// The entries of `ids`, in their order, whatever that is.
async fn get_many(
    loaded: &mut Loaded,
    store: &dyn Store,
    ids: &[ContactId],
) -> Result<Vec<Option<Bytes>>, StoreError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let mut order: Vec<usize> = (0..ids.len()).collect();
    order.sort_by_key(|place| ids.get(*place));
    let sorted = order.iter().filter_map(|place| ids.get(*place));
    let keys = tables::contact_entries(sorted.map(|id| id.0));
    loaded.also_keys(store, &keys).await?;
    let mut values = vec![None; ids.len()];
    for (place, value) in order.into_iter().zip(loaded.get_many(&keys)) {
        if let Some(slot) = values.get_mut(place) {
            *slot = value;
        }
    }
    Ok(values)
}

impl Context {
    pub(super) fn hashed<'a>(&self, addresses: &[&'a str]) -> Vec<(u64, &'a str)> {
        addresses.iter().map(|address| (self.hash(address), *address)).collect()
    }

    /// The hash under which an address (as compared) is indexed.
    pub(super) fn hash(&self, address: &str) -> u64 {
        let mut hasher = SipHasher13::new_with_key(&self.hash_key);
        hasher.write(address.as_bytes());
        hasher.finish()
    }
}
