//! Changes of one account's contacts that are committed together.

use std::collections::BTreeMap;

use bytes::Bytes;

use super::address_index::{AddressChanges, AddressIndex, Merge};
use super::contact_record::ContactRecord;
use super::contact_store::{Seen, Stored};
use super::context::Account;
use super::counters::Counters;
use super::error::{Error, Refusal, Result};
use super::external_id::ExternalId;
use super::holders::{Holders, Taken};
use super::ids::{
    AccountId, CategoryId, ContactId, EmailMessageId, FieldId, ListId, PreferenceId, TableId, TagId,
};
use super::list::ListRecord;
use super::membership::Membership;
use super::memory;
use super::phone::Phone;
use crate::store::{
    Batch, Change, Durable, Loaded, Record, Space, Store, StoreError, Table, tables,
};

/// Changes of one account that are committed together, on the condition that what was read through
/// this edit is still so.
///
/// Its own changes are not seen by its reads: change each contact and membership once.
#[derive(Debug)]
pub struct Edit<'a> {
    account: Account<'a>,
    /// Further conditions and writes, such as an import's cursor.
    pub batch: Batch,
    seen: Seen,
    counters: Counted,
    /// In the order of the calls; sorted once, when they are applied.
    contacts: Vec<ContactChange>,
    index: AddressIndex,
    addresses: AddressChanges,
    externals: Holders,
    phones: Holders,
    members: BTreeMap<ListId, Vec<ContactChange>>,
    /// By how much the number of a list's active members changes.
    list_counts: BTreeMap<ListId, i64>,
    /// Of whom nothing but an address stays, if that.
    gone: Vec<ContactId>,
}

/// What is to become of a contact, or of its membership in a list; `None` deletes.
type ContactChange = (ContactId, Option<Bytes>);

/// The counters as they were read, and as they become.
#[derive(Debug)]
struct Counted {
    stored: Bytes,
    before: Counters,
    after: Counters,
}

/// A contact to add, in its stored form.
#[derive(Debug)]
pub(super) struct NewContact<'a> {
    pub encoded: Bytes,
    /// See [`ContactRecord::is_listed`].
    pub listed: bool,
    pub external_id: Option<&'a ExternalId>,
    /// See [`ContactRecord::identity`].
    pub phone: Option<&'a str>,
    /// Of the address as it is compared; `None` without an address.
    pub hash: Option<u64>,
}

impl<'a> Edit<'a> {
    /// See [`super::contact_store::ContactStore::edit`]. An account that does not exist any more
    /// is [`Refusal::AccountNotFound`].
    pub(super) async fn begin(account: Account<'a>) -> Result<Self> {
        let (stored, before, after) = account.counters_to_change().await?;
        memory::look_again();
        let index = AddressIndex::new(account.id, &before.addresses);
        Ok(Self {
            account,
            batch: Batch::main(),
            seen: Seen::nothing(account.id),
            counters: Counted { stored, before, after },
            contacts: Vec::new(),
            index,
            addresses: AddressChanges::default(),
            externals: Holders::of(Table::ExternalId),
            phones: Holders::of(Table::Phone),
            members: BTreeMap::new(),
            list_counts: BTreeMap::new(),
            gone: Vec::new(),
        })
    }

    fn store(&self) -> &'a dyn Store {
        &*self.account.context.store
    }

    /// The contacts with these addresses (as compared), in the same order; one pass for all.
    pub async fn resolve(&mut self, addresses: &[&str]) -> Result<Vec<Option<Stored>>> {
        let hashed = self.account.context.hashed(addresses);
        self.seen.resolve(self.account.context, &mut self.index, &hashed).await
    }

    /// As [`Edit::resolve`], of one that becomes a new contact's if nobody has it: where that one
    /// would go is read at the same time.
    pub(super) async fn resolve_or_make_room(&mut self, address: &str) -> Result<Option<Stored>> {
        let context = self.account.context;
        let hashed = context.hashed(&[address]);
        let hashes: Vec<u64> = hashed.iter().map(|(hash, _)| *hash).collect();
        let place = [tables::contact_entry(self.counters.after.next_contact)];
        let make_room = async {
            let read = self.seen.contacts.also_keys(&*context.store, &place).await;
            read.map_err(|error| Error::store("read contacts", error))
        };
        let (holders, ()) = tokio::try_join!(self.index.find(context, &hashes), make_room)?;
        let found = self.seen.of_holders(context, holders, &hashed).await?;
        Ok(found.into_iter().next().map(|(_, stored)| stored))
    }

    /// As [`Edit::resolve`], of addresses with their hashes: only what was found, each with its
    /// index in `addresses`, ascending.
    pub(super) async fn find_hashed(
        &mut self,
        addresses: &[(u64, &str)],
    ) -> Result<Vec<(usize, Stored)>> {
        self.seen.find(self.account.context, &mut self.index, addresses).await
    }

    /// The contact with this external id.
    pub async fn resolve_external(&mut self, id: &ExternalId) -> Result<Option<Stored>> {
        let (store, account) = (self.store(), self.account.id);
        let holder = self.externals.holder(store, account, id.as_str()).await;
        let holder = holder.map_err(|error| Error::store("look up an external id", error))?;
        let Some(contact) = holder else { return Ok(None) };
        let record = self.load(&[contact]).await?.pop().flatten();
        Ok(record.map(|record| (contact, record)))
    }

    /// The contact that this phone number identifies.
    pub async fn resolve_phone(&mut self, phone: &Phone) -> Result<Option<Stored>> {
        let (store, account) = (self.store(), self.account.id);
        let holder = self.phones.holder(store, account, phone.as_str()).await;
        let holder = holder.map_err(|error| Error::store("look up a phone number", error))?;
        let Some(contact) = holder else { return Ok(None) };
        let record = self.load(&[contact]).await?.pop().flatten();
        Ok(record.map(|record| (contact, record)))
    }

    /// The contacts with these ids, in the same order.
    pub async fn load(&mut self, ids: &[ContactId]) -> Result<Vec<Option<ContactRecord>>> {
        self.seen.load(self.store(), ids).await
    }

    /// The memberships of these contacts in `list`, in the same order. The list need not exist.
    pub async fn members(
        &mut self,
        list: ListId,
        ids: &[ContactId],
    ) -> Result<Vec<Option<Membership>>> {
        self.seen.members(self.store(), list, ids).await
    }

    /// Adds a contact, its address, its external id and its count. [`Refusal::ContactLimit`] when
    /// the account is full, [`Refusal::DataFieldValueTooLong`] when the contact is too large,
    /// [`Refusal::ExternalIdInUse`]; then nothing has changed. The caller has resolved the address
    /// and the external id through this edit.
    pub fn insert_contact(&mut self, record: &ContactRecord) -> Result<ContactId, Refusal> {
        let (encoded, listed) = (record.encode()?, record.is_listed());
        let (external_id, phone) = (record.external_id.as_ref(), record.identity());
        let hash = self.hash(record);
        self.insert_encoded(NewContact { encoded, listed, external_id, phone, hash })
    }

    /// As [`Edit::insert_contact`], of a contact that is encoded already.
    pub(super) fn insert_encoded(&mut self, new: NewContact<'_>) -> Result<ContactId, Refusal> {
        let counters = &mut self.counters.after;
        let limit = self.account.context.limits.contacts_per_account;
        // The wire's ids are signed.
        if counters.contacts >= limit || i32::try_from(counters.next_contact).is_err() {
            return Err(Refusal::ContactLimit);
        }
        let id = ContactId(counters.next_contact);
        let external_id = new.external_id.map(ExternalId::as_str);
        self.externals.change(id, None, external_id).map_err(external_id_taken)?;
        self.phones.change(id, None, new.phone).map_err(phone_taken)?;
        counters.next_contact += 1;
        counters.contacts += 1;
        counters.listed += u32::from(new.listed);
        self.change_contact(id, Some(new.encoded));
        self.addresses.added.extend(new.hash.map(|hash| (hash, id)));
        Ok(id)
    }

    /// Puts `new` in the place of `old`; counts and indexes follow. Memberships do not.
    pub fn update_contact(
        &mut self,
        id: ContactId,
        old: &ContactRecord,
        new: &ContactRecord,
    ) -> Result<(), Refusal> {
        let encoded = new.encode()?;
        let before = old.external_id.as_ref().map(ExternalId::as_str);
        let after = new.external_id.as_ref().map(ExternalId::as_str);
        self.externals.change(id, before, after).map_err(external_id_taken)?;
        self.phones.change(id, old.identity(), new.identity()).map_err(phone_taken)?;
        let counters = &mut self.counters.after;
        match (old.is_listed(), new.is_listed()) {
            (true, false) => counters.listed = counters.listed.saturating_sub(1),
            (false, true) => counters.listed += 1,
            _ => {}
        }
        self.change_contact(id, Some(encoded));
        if old.address == new.address {
            return Ok(());
        }
        let (old, new) = (self.hash(old), self.hash(new));
        if old != new {
            self.addresses.removed.extend(old.map(|hash| (hash, id)));
            self.addresses.added.extend(new.map(|hash| (hash, id)));
        }
        Ok(())
    }

    /// Takes a contact away, its address, its external id, its count, what it chose and what it
    /// consented to. Memberships stay.
    pub fn delete_contact(&mut self, id: ContactId, old: &ContactRecord) {
        self.externals.release(id, old.external_id.as_ref().map(ExternalId::as_str));
        self.phones.release(id, old.identity());
        let counters = &mut self.counters.after;
        counters.contacts = counters.contacts.saturating_sub(1);
        counters.listed = counters.listed.saturating_sub(u32::from(old.is_listed()));
        self.change_contact(id, None);
        self.addresses.removed.extend(self.hash(old).map(|hash| (hash, id)));
        self.forget(id);
    }

    /// The contact gives up a number before another one of this edit takes it.
    pub(super) fn release_phone(&mut self, id: ContactId, number: Option<&str>) {
        self.phones.release(id, number);
    }

    /// Takes away what a contact chose and what it consented to.
    pub(super) fn forget(&mut self, id: ContactId) {
        self.gone.push(id);
    }

    /// Puts a membership in the place of what was there; the list's count follows. The caller has
    /// read `old` through this edit.
    pub fn set_member(
        &mut self,
        list: ListId,
        contact: ContactId,
        old: Option<Membership>,
        new: Option<Membership>,
    ) {
        let active =
            |member: Option<Membership>| i64::from(member.is_some_and(Membership::is_active));
        *self.list_counts.entry(list).or_default() += active(new) - active(old);
        let change = (contact, new.map(Membership::encode));
        self.members.entry(list).or_default().push(change);
    }

    /// The next import's number; imports count from 1.
    pub fn next_import_number(&mut self) -> u32 {
        take(&mut self.counters.after.next_import)
    }

    pub(super) fn next_list(&mut self) -> ListId {
        ListId(take(&mut self.counters.after.next_list))
    }

    pub(super) fn next_category(&mut self) -> CategoryId {
        CategoryId(take(&mut self.counters.after.next_category))
    }

    pub(super) fn next_table(&mut self) -> TableId {
        TableId(take(&mut self.counters.after.next_table))
    }

    pub(super) fn next_preference(&mut self) -> PreferenceId {
        PreferenceId(take(&mut self.counters.after.next_preference))
    }

    pub(super) fn next_tag(&mut self) -> TagId {
        TagId(take(&mut self.counters.after.next_tag))
    }

    pub(super) fn next_segment(&mut self) -> u32 {
        take(&mut self.counters.after.next_segment)
    }

    pub(super) fn next_campaign(&mut self) -> u32 {
        take(&mut self.counters.after.next_campaign)
    }

    /// Whose contacts are changed.
    pub fn account_id(&self) -> AccountId {
        self.account.id
    }

    /// The next long text's number; texts count from 1.
    pub(super) fn next_text(&mut self) -> u32 {
        take(&mut self.counters.after.next_text)
    }

    /// The next outbox message's number; messages count from 1.
    pub(super) fn next_message(&mut self) -> u32 {
        take(&mut self.counters.after.next_message)
    }

    /// The next e-mail message's number; they count from 1.
    pub(super) fn next_email_message(&mut self) -> EmailMessageId {
        EmailMessageId(take(&mut self.counters.after.next_email_message))
    }

    pub(super) fn next_template(&mut self) -> u32 {
        take(&mut self.counters.after.next_template)
    }

    /// New templates get ids above `id`, which somebody chose.
    pub(super) fn template_taken(&mut self, id: u32) {
        let next = &mut self.counters.after.next_template;
        *next = id.saturating_add(1).max(*next);
    }

    pub(super) fn next_field(&mut self) -> Result<FieldId, Refusal> {
        let next = &mut self.counters.after.next_field;
        let id = FieldId(*next);
        *next = next.checked_add(1).ok_or(Refusal::DataFieldLimit)?;
        Ok(id)
    }

    /// Contacts of any status, with the changes of this edit.
    pub fn contact_count(&self) -> u32 {
        self.counters.after.contacts
    }

    fn change_contact(&mut self, id: ContactId, value: Option<Bytes>) {
        self.contacts.push((id, value));
    }

    /// Under which a contact is found by its address; one without an address is not.
    fn hash(&self, record: &ContactRecord) -> Option<u64> {
        let has_address = !record.address.is_empty();
        let hash = || self.account.context.hash(&super::address::compared(&record.address));
        has_address.then(hash)
    }

    /// So many new addresses of this edit become a run.
    #[cfg(test)]
    pub(super) fn run_from(&mut self, addresses: usize) {
        self.addresses.run_addresses = addresses;
    }

    /// Merges the runs of the address index, see [`Merge`]. For an edit that changes no address.
    pub(super) fn merge_addresses(&mut self, merge: Merge) {
        self.addresses.merge = Some(merge);
    }

    pub(super) async fn apply(mut self) -> Result<Durable, StoreError> {
        let store = self.store();
        let mut batch = self.batch;
        edit_map(&mut self.seen.contacts, store, &mut batch, self.contacts).await?;
        let state = &mut self.counters.after.addresses;
        self.index.change(store, &mut batch, &mut self.addresses, state).await?;
        self.externals.apply(self.account.id, &mut batch);
        self.phones.apply(self.account.id, &mut batch);
        for (list, members) in self.members {
            let mut loaded = match self.seen.members.remove(&list) {
                Some(loaded) => loaded,
                None => tables::members(self.account.id.0, list.0).load(store, &[]).await?,
            };
            edit_map(&mut loaded, store, &mut batch, members).await?;
        }
        for (list, change) in self.list_counts {
            count_list(self.account, list, change, &mut batch).await?;
        }
        super::preference::forget(self.account, &mut batch, &self.gone).await?;
        super::consent::forget(self.account, &mut batch, &self.gone).await?;
        super::insight::forget(self.account, &mut batch, &self.gone).await?;
        if self.counters.after != self.counters.before {
            let key = tables::account(self.account.id.0);
            batch.expect(Table::Counter, key.clone(), Some(self.counters.stored));
            batch.put(Table::Counter, key, self.counters.after.encode()?);
        }
        if batch.writes.is_empty() {
            return Ok(Durable::new(async { Ok(()) }));
        }
        let (known, account) = (&self.account.context.known_addresses, self.account.id);
        // A large commit is applied by another thread meanwhile.
        let remember = async { known.add(account, self.addresses.added.iter().copied()) };
        let (durable, ()) = tokio::join!(store.commit(batch), remember);
        let (before, after) = (self.counters.before.addresses, self.counters.after.addresses);
        if durable.is_ok() {
            known.follow(account, before.changes, after.changes);
        }
        durable
    }
}

fn external_id_taken(_: Taken) -> Refusal {
    Refusal::ExternalIdInUse
}

fn phone_taken(_: Taken) -> Refusal {
    Refusal::PhoneInUse
}

fn take(next: &mut u32) -> u32 {
    let number = *next;
    *next = number.saturating_add(1);
    number
}

/// Adds the changes of one map to `batch`; of several changes of a contact the last one counts.
async fn edit_map(
    loaded: &mut Loaded,
    store: &dyn Store,
    batch: &mut Batch,
    mut changes: Vec<ContactChange>,
) -> Result<(), StoreError> {
    if changes.is_empty() {
        return Ok(());
    }
    // Stable, so that of several changes of a contact the last one comes last.
    changes.sort_by_key(|(id, _)| *id);
    changes.dedup_by(|later, earlier| {
        let is_same_contact = later.0 == earlier.0;
        if is_same_contact {
            std::mem::swap(later, earlier);
        }
        is_same_contact
    });
    let keys = tables::contact_entries(changes.iter().map(|(id, _)| id.0));
    let changes = keys.into_iter().zip(changes).map(|(key, (_, value))| Change { key, value });
    loaded.edit(store, batch, &changes.collect::<Vec<_>>()).await
}

/// Changes a list's count of members. A list that vanished meanwhile is a conflict.
async fn count_list(
    account: Account<'_>,
    list: ListId,
    change: i64,
    batch: &mut Batch,
) -> Result<(), StoreError> {
    let key = tables::numbered(account.id.0, list.0);
    let stored = account.context.store.get(Space::Main, Table::List, &key).await?;
    let stored = stored.ok_or(StoreError::Conflict)?;
    let mut record = ListRecord::decode(&stored)?;
    // Even without a change: who writes members relies on the list being there.
    batch.expect(Table::List, key.clone(), Some(stored));
    if change != 0 {
        let count = i64::from(record.contacts).saturating_add(change).max(0);
        record.contacts = u32::try_from(count).unwrap_or(u32::MAX);
        batch.put(Table::List, key, record.encode()?);
    }
    Ok(())
}
