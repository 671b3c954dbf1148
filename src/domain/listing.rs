//! Listings of contacts: pages in order of id.

use bytes::Bytes;
use jiff::Timestamp;

use super::contact::{Contact, ContactStatus, SuppressedContact};
use super::contact_record::ContactRecord;
use super::contacts::{Contacts, present};
use super::error::{Error, Result};
use super::ids::{ContactId, ListId};
use super::list::ALL_CONTACTS;
use super::membership::{MemberState, Membership};
use super::paging::{Filter, Page};
use crate::store::{Entry, StoreError, tables};

/// What is still to be passed over and to be taken of a listing.
#[derive(Debug)]
struct Window {
    skip: usize,
    left: usize,
}

impl Window {
    fn new(page: Page) -> Self {
        Self { skip: page.skip(), left: page.select() }
    }

    /// Whether the next entry belongs to the page.
    fn takes_next(&mut self) -> bool {
        if self.skip > 0 {
            self.skip -= 1;
            return false;
        }
        let taken = self.left > 0;
        self.left = self.left.saturating_sub(1);
        taken
    }

    fn is_full(&self) -> bool {
        self.left == 0
    }
}

impl Contacts<'_> {
    /// The account's contacts who are not suppressed.
    pub async fn page(self, filter: Filter, page: Page) -> Result<Vec<Contact>> {
        let found = self.walk(page, |bytes| {
            if !ContactRecord::head_of(bytes)?.is_listed() {
                return Ok(false);
            }
            Ok(filter == Filter::All || filter.takes(&ContactRecord::decode(bytes)?))
        });
        let found = found.await?;
        let schema = self.account.fields().schema().await?;
        Ok(found.into_iter().map(|(id, record)| present(&schema, id, record)).collect())
    }

    /// Contacts suppressed for any reason, unsubscribed ones among them.
    pub async fn suppressed_since(
        self,
        since: Timestamp,
        page: Page,
    ) -> Result<Vec<SuppressedContact>> {
        self.with_status_since(ContactStatus::suppresses, since, page).await
    }

    /// Contacts unsubscribed from the account.
    pub async fn unsubscribed_since(
        self,
        since: Timestamp,
        page: Page,
    ) -> Result<Vec<SuppressedContact>> {
        self.with_status_since(|status| status == ContactStatus::Unsubscribed, since, page).await
    }

    async fn with_status_since(
        self,
        wanted: impl Fn(ContactStatus) -> bool,
        since: Timestamp,
        page: Page,
    ) -> Result<Vec<SuppressedContact>> {
        let found = self.walk(page, |bytes| {
            let head = ContactRecord::head_of(bytes)?;
            Ok(!head.transactional_only
                && wanted(head.status)
                && ContactRecord::decode(bytes)?.status_since >= since)
        });
        let found = found.await?;
        let schema = self.account.fields().schema().await?;
        let suppressed = found.into_iter().map(|(id, record)| SuppressedContact {
            since: record.status_since,
            reason: record.status,
            contact: present(&schema, id, record),
        });
        Ok(suppressed.collect())
    }

    /// A page of the stored contacts that are `wanted`.
    async fn walk(
        self,
        page: Page,
        wanted: impl Fn(&[u8]) -> Result<bool, StoreError>,
    ) -> Result<Vec<(ContactId, ContactRecord)>> {
        let broken = |error| Error::store("list contacts", error);
        let store = &*self.account.context.store;
        let mut window = Window::new(page);
        let mut found = Vec::new();
        let mut walk = tables::contacts(self.account.id.0).walk();
        while !window.is_full() {
            let Some(entries) = walk.next_entries(store).await.map_err(broken)? else { break };
            for (key, value) in entries {
                if wanted(&value).map_err(broken)? && window.takes_next() {
                    let record = ContactRecord::decode(&value).map_err(broken)?;
                    found.extend(tables::contact_of_entry(&key).map(|id| (ContactId(id), record)));
                }
            }
        }
        Ok(found)
    }

    /// The subscribed members of a list.
    pub async fn page_in_list(
        self,
        list: ListId,
        filter: Filter,
        page: Page,
    ) -> Result<Vec<Contact>> {
        self.account.lists().get(list).await?;
        if list == ALL_CONTACTS {
            return self.page(filter, page).await;
        }
        let members = self.walk_members(list, page, Membership::is_active, |record| {
            filter == Filter::All || filter.takes(record)
        });
        let found = members.await?;
        let schema = self.account.fields().schema().await?;
        Ok(found.into_iter().map(|(id, _, record)| present(&schema, id, record)).collect())
    }

    /// Contacts unsubscribed from one list.
    pub async fn unsubscribed_in_list_since(
        self,
        list: ListId,
        since: Timestamp,
        page: Page,
    ) -> Result<Vec<SuppressedContact>> {
        self.account.lists().get(list).await?;
        if list == ALL_CONTACTS {
            return self.unsubscribed_since(since, page).await;
        }
        let gone =
            |member: Membership| member.state == MemberState::Unsubscribed && member.since >= since;
        let found = self.walk_members(list, page, gone, |_| true).await?;
        let schema = self.account.fields().schema().await?;
        let unsubscribed = found.into_iter().map(|(id, member, record)| SuppressedContact {
            contact: present(&schema, id, record),
            since: member.since,
            reason: ContactStatus::Unsubscribed,
        });
        Ok(unsubscribed.collect())
    }

    /// A page of the members who are `wanted` and whose contacts `fit`.
    async fn walk_members(
        self,
        list: ListId,
        page: Page,
        wanted: impl Fn(Membership) -> bool,
        fit: impl Fn(&ContactRecord) -> bool,
    ) -> Result<Vec<(ContactId, Membership, ContactRecord)>> {
        let broken = |error| Error::store("list members", error);
        let store = &*self.account.context.store;
        let mut window = Window::new(page);
        let mut found = Vec::new();
        let mut walk = tables::members(self.account.id.0, list.0).walk();
        while !window.is_full() {
            let Some(entries) = walk.next_entries(store).await.map_err(broken)? else { break };
            let members: Vec<(ContactId, Membership)> = members(&entries).map_err(broken)?;
            let members: Vec<_> = members.into_iter().filter(|(_, one)| wanted(*one)).collect();
            let ids: Vec<ContactId> = members.iter().map(|(id, _)| *id).collect();
            let records = self.account.contact_store().load(&ids).await?;
            for ((id, member), record) in members.into_iter().zip(records) {
                let fitting = record.filter(|record| fit(record));
                if let Some(record) = fitting
                    && window.takes_next()
                {
                    found.push((id, member, record));
                }
            }
        }
        Ok(found)
    }
}

/// The members in a block's entries.
pub(super) fn members(
    entries: &[(Bytes, Bytes)],
) -> Result<Vec<(ContactId, Membership)>, StoreError> {
    let member = |(key, value): &Entry| {
        let id = tables::contact_of_entry(key).map(ContactId)?;
        Some(Membership::decode(value).map(|member| (id, member)))
    };
    entries.iter().filter_map(member).collect()
}

impl Filter {
    fn takes(self, record: &ContactRecord) -> bool {
        match self {
            Self::All => true,
            Self::CreatedSince(since) => record.created >= since,
            Self::ModifiedSince(since) => record.modified >= since,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::testing::{account, contact, context, list};
    use crate::domain::{Account, Clock, Refusal};

    fn page(select: i32, skip: i32) -> Page {
        Page::new(select, skip).unwrap()
    }

    fn ids(contacts: &[Contact]) -> Vec<u32> {
        contacts.iter().map(|contact| contact.id.0).collect()
    }

    async fn fill(account: Account<'_>, list: ListId, count: usize) {
        for number in 1..=count {
            let new = contact(&format!("c{number}@b.example"));
            account.contacts().add_to_list(list, new).await.unwrap();
        }
    }

    #[test]
    fn a_page_has_at_most_a_thousand_entries() {
        let refused = |parameter| Err(Refusal::ParameterInvalid { parameter });
        assert!(Page::new(1_000, 0).is_ok());
        assert_eq!(Page::new(1_001, 0), refused("select"));
        assert_eq!(Page::new(-1, 0), refused("select"));
        assert_eq!(Page::new(1, -1), refused("skip"));
    }

    #[tokio::test]
    async fn pages_are_in_order_of_id_while_rows_come_and_go() {
        let context = context().await;
        let account = account(&context, "one").await;
        let contacts = account.contacts();
        let news = list(account, "News").await;
        fill(account, news, 9).await;
        for (select, skip, count) in [(4, 0, 4), (0, 0, 0), (4, 7, 2), (4, 100, 0)] {
            let all = contacts.page(Filter::All, page(select, skip)).await.unwrap();
            let members = contacts.page_in_list(news, Filter::All, page(select, skip)).await;
            assert_eq!((all.len(), members.unwrap().len()), (count, count));
        }
        let first = ids(&contacts.page(Filter::All, page(4, 0)).await.unwrap());
        contacts.delete(ContactId(7)).await.unwrap();
        contacts.add_to_list(news, contact("new@b.example")).await.unwrap();
        let second = ids(&contacts.page(Filter::All, page(4, 4)).await.unwrap());
        let third = ids(&contacts.page(Filter::All, page(4, 8)).await.unwrap());
        assert_eq!([first, second, third].concat(), [1, 2, 3, 4, 5, 6, 8, 9, 10]);
        let members = contacts.page_in_list(news, Filter::All, page(4, 4)).await.unwrap();
        assert_eq!(ids(&members), [5, 6, 8, 9]);
    }

    #[tokio::test]
    async fn listings_leave_suppressed_contacts_out_and_list_them_apart() {
        let context = context().await;
        let account = account(&context, "one").await;
        let contacts = account.contacts();
        let news = list(account, "News").await;
        fill(account, news, 4).await;
        contacts.unsubscribe(contact("c2@b.example")).await.unwrap();
        let shown = contacts.page(Filter::All, Page::first()).await.unwrap();
        assert_eq!(ids(&shown), [1, 3, 4]);
        let members = contacts.page_in_list(news, Filter::All, Page::first()).await.unwrap();
        assert_eq!(ids(&members), [1, 3, 4]);
        let everybody = contacts.page_in_list(ALL_CONTACTS, Filter::All, Page::first()).await;
        assert_eq!(everybody.unwrap(), shown);
        let now = context.clock.now();
        let gone = contacts.suppressed_since(now, Page::first()).await.unwrap();
        let gone: Vec<_> = gone.iter().map(|one| (one.contact.id.0, one.reason)).collect();
        assert_eq!(gone, [(2, ContactStatus::Unsubscribed)]);
        let later = "2026-01-02T12:00:01Z".parse().unwrap();
        assert_eq!(contacts.unsubscribed_since(later, Page::first()).await.unwrap(), []);
    }

    #[tokio::test]
    async fn a_listing_since_a_time_has_what_came_or_changed_then() {
        let mut context = context().await;
        let id = {
            let account = account(&context, "one").await;
            fill(account, list(account, "News").await, 2).await;
            account.id
        };
        let later: Timestamp = "2026-01-03T00:00:00Z".parse().unwrap();
        context.clock = Clock::Frozen(later);
        let contacts = context.account(id).contacts();
        contacts.create(contact("c2@b.example")).await.unwrap();
        contacts.create(contact("c3@b.example")).await.unwrap();
        let since = async |filter| ids(&contacts.page(filter, Page::first()).await.unwrap());
        assert_eq!(since(Filter::ModifiedSince(later)).await, [2, 3]);
        assert_eq!(since(Filter::CreatedSince(later)).await, [3]);
        let filter = Filter::ModifiedSince(later);
        let members = contacts.page_in_list(ListId(3), filter, Page::first()).await.unwrap();
        assert_eq!(ids(&members), [2]);
    }
}
