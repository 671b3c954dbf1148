//! Lists (address books).

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::context::Account;
use super::data_field::Visibility;
use super::edit::Edit;
use super::error::{Error, Refusal, Result};
use super::ids::{AccountId, CampaignId, CategoryId, ContactId, ListId};
use super::list_place::ListPlace;
use super::paging::Page;
use crate::store::{Batch, Entry, KeyRange, Order, Record, Space, StoreError, Table, tables};

/// Longest name of a list, in characters.
pub const MAX_NAME_CHARS: usize = 128;

/// The list that holds every contact who is not suppressed; nobody can write to it.
pub const ALL_CONTACTS: ListId = ListId(1);
/// The list for test sends; it exists from the start and is not written through an API.
pub const TEST: ListId = ListId(2);

/// Blocks of members deleted in one batch: about 2 MiB.
const MEMBER_BLOCKS_AT_ONCE: usize = 256;

/// A list as callers see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct List {
    pub id: ListId,
    pub name: String,
    pub visibility: Visibility,
    /// Members who are subscribed, to the list and to the account.
    pub contacts: u32,
    pub created: Timestamp,
    pub modified: Timestamp,
    pub category: Option<CategoryId>,
    /// For test sends.
    pub is_test: bool,
}

/// A list to be created, or what an existing one shall be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewList {
    pub name: String,
    pub visibility: Visibility,
}

/// A list as it is stored.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct ListRecord {
    pub name: String,
    pub visibility: Visibility,
    /// Active members. Not kept for [`ALL_CONTACTS`], whose members are not stored.
    pub contacts: u32,
    pub created: Timestamp,
    pub modified: Timestamp,
    /// Being deleted: callers do not see it any more, its members are still going.
    #[serde(default)]
    pub leaving: bool,
    #[serde(default)]
    pub place: ListPlace,
}

impl Record for ListRecord {
    const TABLE: Table = Table::List;
    const VERSION: u8 = 1;
}

impl ListRecord {
    pub fn new(new: NewList, now: Timestamp) -> Self {
        let NewList { name, visibility } = new;
        let place = ListPlace::default();
        Self { name, visibility, contacts: 0, created: now, modified: now, leaving: false, place }
    }

    pub fn seen(self, id: ListId) -> List {
        let Self { name, visibility, contacts, created, modified, leaving: _, place } = self;
        let ListPlace { category, is_test } = place;
        List { id, name, visibility, contacts, created, modified, category, is_test }
    }
}

/// An account's lists.
#[derive(Debug, Clone, Copy)]
pub struct Lists<'a> {
    pub(super) account: Account<'a>,
}

impl<'a> Lists<'a> {
    pub async fn get(self, id: ListId) -> Result<List> {
        let (_, record) = self.record(id).await?;
        self.counted(record.seen(id)).await
    }

    pub async fn page(self, page: Page) -> Result<Vec<List>> {
        Ok(page.of(self.all().await?))
    }

    /// As [`Lists::page`], of those that are as visible as that.
    pub async fn page_of(self, visibility: Visibility, page: Page) -> Result<Vec<List>> {
        let lists = self.all().await?.into_iter();
        Ok(page.of(lists.filter(|list| list.visibility == visibility)))
    }

    /// All lists in order of id; an account has few enough.
    pub async fn all(self) -> Result<Vec<List>> {
        let mut lists = Vec::new();
        for (id, record) in self.records().await? {
            lists.push(self.counted(record.seen(id)).await?);
        }
        Ok(lists)
    }

    /// `Test` and `All Contacts` exist from the start, so these names are taken, in any case.
    pub async fn create(self, new: NewList) -> Result<List> {
        let new = checked(&new, MAX_NAME_CHARS)?;
        self.account.change("create a list", |edit| self.create_once(edit, &new)).await
    }

    async fn create_once(self, mut edit: Edit<'a>, new: &NewList) -> Result<(Edit<'a>, List)> {
        let lists = self.records().await?;
        if lists.len() >= limit(self.account) {
            return Err(Refusal::ListLimit.into());
        }
        ensure_free(&lists, &new.name, None)?;
        let id = edit.next_list();
        let record = ListRecord::new(new.clone(), self.account.context.clock.now());
        self.put(&mut edit.batch, id, &record)?;
        Ok((edit, record.seen(id)))
    }

    pub async fn update(self, id: ListId, new: NewList) -> Result<List> {
        let new = checked(&new, MAX_NAME_CHARS)?;
        self.account.change("update a list", |edit| self.update_once(edit, id, &new)).await
    }

    async fn update_once(
        self,
        mut edit: Edit<'a>,
        id: ListId,
        new: &NewList,
    ) -> Result<(Edit<'a>, List)> {
        let (stored, mut record) = self.record(id).await?;
        ensure_writable(id)?;
        ensure_free(&self.records().await?, &new.name, Some(id))?;
        record.name.clone_from(&new.name);
        record.visibility = new.visibility;
        record.modified = self.account.context.clock.now();
        edit.batch.expect(Table::List, stored.0, Some(stored.1));
        self.put(&mut edit.batch, id, &record)?;
        Ok((edit, record.seen(id)))
    }

    /// Deletes the list, not its contacts. Refused while an unsent campaign or a segment names it.
    pub async fn delete(self, id: ListId) -> Result<()> {
        self.account.change("delete a list", |edit| self.hide(edit, id)).await?;
        while self.account.change("delete a list", |edit| self.delete_part(edit, id)).await? {}
        Ok(())
    }

    async fn hide(self, mut edit: Edit<'a>, id: ListId) -> Result<(Edit<'a>, ())> {
        let (stored, mut record) = self.record(id).await?;
        ensure_writable(id)?;
        let used = self.account.campaigns().any_unsent_to(id).await?
            || self.account.segments().any_over_list(id).await?;
        if used {
            return Err(Refusal::ListInUse.into());
        }
        record.leaving = true;
        edit.batch.expect(Table::List, stored.0, Some(stored.1));
        self.put(&mut edit.batch, id, &record)?;
        Ok((edit, ()))
    }

    /// Deletes some of the members of a hidden list, at last its record; says whether there is more.
    async fn delete_part(self, mut edit: Edit<'a>, id: ListId) -> Result<(Edit<'a>, bool)> {
        let store = &*self.account.context.store;
        let more = tables::members(self.account.id.0, id.0)
            .delete_last_blocks(store, &mut edit.batch, MEMBER_BLOCKS_AT_ONCE)
            .await
            .map_err(|error| Error::store("delete members", error))?;
        if !more {
            edit.batch.delete(Table::List, key(self.account.id, id));
        }
        Ok((edit, more))
    }

    /// Ends deletions that an earlier process did not.
    pub(super) async fn finish_deletions(self) -> Result<()> {
        for (id, _) in self.stored().await?.into_iter().filter(|(_, record)| record.leaving) {
            while self.account.change("delete a list", |edit| self.delete_part(edit, id)).await? {}
        }
        Ok(())
    }

    /// The lists that a contact is subscribed to, [`ALL_CONTACTS`] among them.
    pub async fn for_contact(self, contact: ContactId, page: Page) -> Result<Vec<List>> {
        self.account.contacts().get(contact).await?;
        let mut found = Vec::new();
        for list in self.all().await? {
            if list.id == ALL_CONTACTS || self.has_member(list.id, contact).await? {
                found.push(list);
            }
        }
        Ok(page.of(found))
    }

    async fn has_member(self, list: ListId, contact: ContactId) -> Result<bool> {
        let member = self.account.contact_store().members(list, &[contact]).await?.pop();
        Ok(member.flatten().is_some_and(super::membership::Membership::is_active))
    }

    /// The lists that a campaign was ever sent to, as far as they still exist.
    pub async fn for_campaign(self, campaign: CampaignId, page: Page) -> Result<Vec<List>> {
        let campaign = self.account.campaigns().get(campaign).await?;
        let sent_to = if campaign.sent.is_some() { campaign.lists } else { Vec::new() };
        let lists = self.all().await?.into_iter().filter(|list| sent_to.contains(&list.id));
        Ok(page.of(lists))
    }

    /// [`List::contacts`] of one list.
    pub async fn contact_count(self, id: ListId) -> Result<u32> {
        Ok(self.get(id).await?.contacts)
    }

    /// Refuses a list that does not exist or that nobody can write to.
    pub async fn ensure_writable(self, id: ListId) -> Result<()> {
        self.record(id).await?;
        Ok(ensure_writable(id)?)
    }

    /// The stored list and its bytes; one being deleted is not found.
    pub(super) async fn record(self, id: ListId) -> Result<(Entry, ListRecord)> {
        let broken = |error| Error::store("read a list", error);
        let key = key(self.account.id, id);
        let stored = self.account.context.store.get(Space::Main, Table::List, &key);
        let stored = stored.await.map_err(broken)?.ok_or(Refusal::ListNotFound)?;
        let record = ListRecord::decode(&stored).map_err(broken)?;
        if record.leaving {
            return Err(Refusal::ListNotFound.into());
        }
        Ok(((key, stored), record))
    }

    pub(super) async fn records(self) -> Result<Vec<(ListId, ListRecord)>> {
        let mut stored = self.stored().await?;
        stored.retain(|(_, record)| !record.leaving);
        Ok(stored)
    }

    /// All stored lists, those that are being deleted among them.
    pub(super) async fn stored(self) -> Result<Vec<(ListId, ListRecord)>> {
        let broken = |error| Error::store("read lists", error);
        let range = KeyRange::prefix(tables::account(self.account.id.0));
        let store = &self.account.context.store;
        let found = store.scan(Space::Main, Table::List, range, Order::Ascending, usize::MAX);
        let decoded = found.await.map_err(broken)?.into_iter().map(|(key, value)| {
            let id = tables::contact_of_entry(&key).map(ListId);
            let id = id.ok_or_else(|| crate::store::record::damaged(Table::List, "a short key"))?;
            Ok((id, ListRecord::decode(&value)?))
        });
        decoded.collect::<Result<_, StoreError>>().map_err(broken)
    }

    async fn counted(self, list: List) -> Result<List> {
        if list.id != ALL_CONTACTS {
            return Ok(list);
        }
        Ok(List { contacts: self.account.counters().await?.listed, ..list })
    }

    pub(super) fn put(self, batch: &mut Batch, id: ListId, record: &ListRecord) -> Result<()> {
        let value = record.encode().map_err(|error| Error::store("write a list", error))?;
        batch.put(Table::List, key(self.account.id, id), value);
        Ok(())
    }
}

fn key(account: AccountId, list: ListId) -> bytes::Bytes {
    tables::numbered(account.0, list.0)
}

/// Lists that an account may have.
pub(super) fn limit(account: Account<'_>) -> usize {
    // The two lists that exist from the start do not count.
    let lists = account.context.limits.lists_per_account.saturating_add(2);
    usize::try_from(lists).unwrap_or(usize::MAX)
}

/// Trims the name and judges it: not blank, no control characters, not too long.
pub(super) fn checked(new: &NewList, max_chars: usize) -> Result<NewList, Refusal> {
    let name = new.name.trim();
    let fits = !name.is_empty()
        && name.chars().count() <= max_chars
        && !name.chars().any(char::is_control);
    if !fits {
        return Err(Refusal::ListInvalid);
    }
    Ok(NewList { name: name.to_owned(), visibility: new.visibility })
}

/// Refuses a name that one of `lists`, save `but`, has in any case.
pub(super) fn ensure_free(
    lists: &[(ListId, ListRecord)],
    name: &str,
    but: Option<ListId>,
) -> Result<(), Refusal> {
    let folded = name.to_lowercase();
    let mut others = lists.iter().filter(|(id, _)| Some(*id) != but);
    if others.any(|(_, record)| record.name.to_lowercase() == folded) {
        return Err(Refusal::ListNameInUse);
    }
    Ok(())
}

/// Whether the list exists from the start and is not for callers to change.
pub(super) fn is_reserved(id: ListId) -> bool {
    matches!(id, ALL_CONTACTS | TEST)
}

fn ensure_writable(id: ListId) -> Result<(), Refusal> {
    if is_reserved(id) { Err(Refusal::ListNotWritable) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Limits;
    use crate::domain::testing::{account, contact, context, context_with, list, refusal};

    fn new(name: &str) -> NewList {
        NewList { name: name.to_owned(), visibility: Visibility::Public }
    }

    #[tokio::test]
    async fn two_lists_exist_from_the_start_and_cannot_be_changed() {
        let context = context().await;
        let account = account(&context, "one").await;
        let lists = account.lists();
        let names: Vec<_> = lists.all().await.unwrap().into_iter().map(|list| list.name).collect();
        assert_eq!(names, ["All Contacts", "Test"]);
        for id in [ALL_CONTACTS, TEST] {
            assert_eq!(refusal(lists.update(id, new("x")).await), Refusal::ListNotWritable);
            assert_eq!(refusal(lists.delete(id).await), Refusal::ListNotWritable);
            let added = account.contacts().add_to_list(id, contact("a@b.example")).await;
            assert_eq!(refusal(added), Refusal::ListNotWritable);
        }
    }

    #[tokio::test]
    async fn a_name_is_taken_in_any_case_and_so_are_the_reserved_ones() {
        let context = context().await;
        let lists = account(&context, "one").await.lists();
        let news = lists.create(new(" News ")).await.unwrap();
        assert_eq!(news.name, "News");
        for name in ["NEWS", "test", "all contacts"] {
            assert_eq!(refusal(lists.create(new(name)).await), Refusal::ListNameInUse, "{name}");
        }
        assert_eq!(lists.update(news.id, new("news")).await.unwrap().name, "news");
    }

    #[tokio::test]
    async fn a_blank_or_overlong_name_is_refused() {
        let context = context().await;
        let lists = account(&context, "one").await.lists();
        for name in ["", "  ", "a\nb", &"x".repeat(129)] {
            assert_eq!(refusal(lists.create(new(name)).await), Refusal::ListInvalid, "{name}");
        }
    }

    #[tokio::test]
    async fn an_account_has_a_bounded_number_of_lists() {
        let limits = Limits { lists_per_account: 1, ..Limits::default() };
        let context = context_with(limits).await;
        let lists = account(&context, "one").await.lists();
        lists.create(new("a")).await.unwrap();
        assert_eq!(refusal(lists.create(new("b")).await), Refusal::ListLimit);
    }

    #[tokio::test]
    async fn a_list_counts_who_is_subscribed_to_it_and_to_the_account() {
        let context = context().await;
        let account = account(&context, "one").await;
        let (contacts, lists) = (account.contacts(), account.lists());
        let news = list(account, "News").await;
        for address in ["a@b.example", "b@b.example", "c@b.example", "a@b.example"] {
            contacts.add_to_list(news, contact(address)).await.unwrap();
        }
        assert_eq!(lists.contact_count(news).await.unwrap(), 3);
        contacts.unsubscribe(contact("a@b.example")).await.unwrap();
        contacts.unsubscribe_from_list(news, contact("b@b.example")).await.unwrap();
        assert_eq!(lists.contact_count(news).await.unwrap(), 1);
        assert_eq!(lists.contact_count(ALL_CONTACTS).await.unwrap(), 2);
    }

    #[tokio::test]
    async fn a_deleted_list_takes_its_members_but_not_its_contacts() {
        let context = context().await;
        let account = account(&context, "one").await;
        let news = list(account, "News").await;
        let ann = account.contacts().add_to_list(news, contact("a@b.example")).await.unwrap();
        account.lists().delete(news).await.unwrap();
        assert_eq!(refusal(account.lists().get(news).await), Refusal::ListNotFound);
        assert_eq!(account.contacts().get(ann.id).await.unwrap(), ann);
        let of_ann = account.lists().for_contact(ann.id, Page::first()).await.unwrap();
        assert_eq!(of_ann.iter().map(|list| list.id).collect::<Vec<_>>(), [ALL_CONTACTS]);
    }

    #[tokio::test]
    async fn a_list_in_use_is_not_deleted_and_a_campaign_knows_where_it_was_sent() {
        let context = context().await;
        let account = account(&context, "one").await;
        let (news, spare) = (list(account, "News").await, list(account, "Spare").await);
        let now = context.clock.now();
        account.campaigns().create("later", &[news], None).await.unwrap();
        let sent = account.campaigns().create("sent", &[spare], Some(now)).await.unwrap();
        assert_eq!(refusal(account.lists().delete(news).await), Refusal::ListInUse);
        let found = account.lists().for_campaign(sent.id, Page::first()).await.unwrap();
        assert_eq!(found.iter().map(|list| list.id).collect::<Vec<_>>(), [spare]);
        account.lists().delete(spare).await.unwrap();
        let missing = account.lists().for_campaign(CampaignId(99), Page::first()).await;
        assert_eq!(refusal(missing), Refusal::CampaignNotFound);
    }
}
