//! Reads people, some at a time: all of them, or those whom a filter lets pass.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{People, Standing};
use crate::domain::activity::{Between, Of, What};
use crate::domain::address::EmailAddress;
use crate::domain::contact_record::ContactRecord;
use crate::domain::contact_store::Stored;
use crate::domain::error::{Error, Result};
use crate::domain::ids::{ContactId, ListId, TagId};
use crate::domain::list::{ALL_CONTACTS, TEST};
use crate::domain::membership::Membership;
use crate::store::{StoreError, tables};

/// Contacts looked at together: some 12 blocks.
const CONTACTS_AT_ONCE: usize = 500;

/// Which people. What is not said lets all pass.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PeopleFilter {
    /// Those whose address or number is in this list, or was and unsubscribed from it.
    pub list: Option<ListId>,
    /// As compared.
    pub address: Option<String>,
    /// As [`crate::domain::phone::Phone`] keeps it.
    pub phone: Option<String>,
    pub tag: Option<TagId>,
    pub standing: Option<Standing>,
    pub phone_standing: Option<Standing>,
}

impl std::fmt::Debug for PeopleFilter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PeopleFilter").field("list", &self.list).finish_non_exhaustive()
    }
}

/// What to read of each beside the record; each costs a look elsewhere.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wanted {
    pub lists: bool,
    pub last: bool,
}

/// A contact with its lists.
#[derive(Clone, PartialEq, Eq)]
pub struct Person {
    pub id: ContactId,
    pub record: ContactRecord,
    /// Of the address, ascending by list; empty where they were not wanted.
    pub lists: Vec<(ListId, Membership)>,
    /// Nothing where it was not wanted.
    pub last: Last,
}

/// When things last happened to messages to an address.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Last {
    #[serde(default)]
    pub sent: Option<Timestamp>,
    pub delivered: Option<Timestamp>,
    pub read: Option<Timestamp>,
    pub clicked: Option<Timestamp>,
}

impl std::fmt::Debug for Person {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Person").field("id", &self.id).finish_non_exhaustive()
    }
}

impl PeopleFilter {
    fn passes(&self, record: &ContactRecord) -> bool {
        // Who only got transactional messages is in nobody's database.
        let is_known = !record.transactional_only || record.mobile.is_some();
        let has_phone = |phone: &String| record.identity() == Some(phone.as_str());
        let phone_standing = || record.mobile.as_ref().map(super::Mobile::standing);
        is_known
            && self.address.as_ref().is_none_or(|address| record.has_address(address))
            && self.phone.as_ref().is_none_or(has_phone)
            && self.tag.is_none_or(|tag| record.tags.contains(&tag))
            && self.standing.is_none_or(|standing| record.standing() == Some(standing))
            && self.phone_standing.is_none_or(|standing| phone_standing() == Some(standing))
    }
}

impl People<'_> {
    /// Those of the next contacts from `from` on whom `filter` lets pass, in order of id, and where
    /// the contacts behind them begin; `None` at the end.
    pub async fn read(
        self,
        filter: &PeopleFilter,
        wanted: Wanted,
        from: ContactId,
    ) -> Result<(Vec<Person>, Option<ContactId>)> {
        let broken = |error: StoreError| Error::store("read people", error);
        let store = &*self.account.context.store;
        let start = tables::contact_entry(from.0);
        let contacts = tables::contacts(self.account.id.0);
        let entries = contacts.scan_from(store, &start, CONTACTS_AT_ONCE).await.map_err(broken)?;
        let mut found: Vec<Stored> = Vec::new();
        for (key, value) in &entries {
            let Some(id) = tables::contact_of_entry(key).map(ContactId) else { continue };
            let record = ContactRecord::decode(value).map_err(broken)?;
            if filter.passes(&record) {
                found.push((id, record));
            }
        }
        let last = entries.last().and_then(|(key, _)| tables::contact_of_entry(key));
        let last = last.filter(|_| entries.len() == CONTACTS_AT_ONCE);
        let next = last.and_then(|last| last.checked_add(1)).map(ContactId);
        Ok((self.people(filter.list, wanted, found).await?, next))
    }

    async fn people(
        self,
        list: Option<ListId>,
        wanted: Wanted,
        found: Vec<Stored>,
    ) -> Result<Vec<Person>> {
        let ids: Vec<ContactId> = found.iter().map(|(id, _)| *id).collect();
        let mut lists = BTreeMap::new();
        if wanted.lists {
            lists = self.memberships(&self.all_lists().await?, &ids).await?;
        }
        let in_list = match list {
            Some(list) => Some((list, self.account.contact_store().members(list, &ids).await?)),
            None => None,
        };
        let mut people = Vec::with_capacity(found.len());
        for (number, (id, record)) in found.into_iter().enumerate() {
            if let Some((list, members)) = &in_list {
                let is_member = members.get(number).is_some_and(Option::is_some);
                let mobile = record.mobile.as_ref();
                if !is_member && mobile.is_none_or(|mobile| mobile.member(*list).is_none()) {
                    continue;
                }
            }
            let last = if wanted.last { self.last_of(&record).await? } else { Last::default() };
            let lists = lists.remove(&id).unwrap_or_default();
            people.push(Person { id, record, lists, last });
        }
        Ok(people)
    }

    /// Lists that people can be in, ascending.
    async fn all_lists(self) -> Result<Vec<ListId>> {
        let all = self.account.lists().all().await?.into_iter().map(|list| list.id);
        Ok(all.filter(|list| ![ALL_CONTACTS, TEST].contains(list)).collect())
    }

    async fn memberships(
        self,
        lists: &[ListId],
        ids: &[ContactId],
    ) -> Result<BTreeMap<ContactId, Vec<(ListId, Membership)>>> {
        let mut found: BTreeMap<ContactId, Vec<(ListId, Membership)>> = BTreeMap::new();
        for list in lists {
            let members = self.account.contact_store().members(*list, ids).await?;
            for (id, member) in ids.iter().zip(members) {
                if let Some(member) = member {
                    found.entry(*id).or_default().push((*list, member));
                }
            }
        }
        Ok(found)
    }

    /// What last happened to messages to a contact's address.
    pub async fn last_of(self, record: &ContactRecord) -> Result<Last> {
        let mut last = Last::default();
        if record.address.is_empty() {
            return Ok(last);
        }
        let address = EmailAddress::stored(record.address.clone());
        let activities = self.account.activities();
        let mut reading = activities.of_address(&address, Of::All, Between::default());
        while let Some(some) = reading.next_some(self.account).await? {
            for activity in some {
                let slot = match activity.what {
                    What::Sent => &mut last.sent,
                    What::Delivered => &mut last.delivered,
                    What::Opened => &mut last.read,
                    What::Clicked { .. } => &mut last.clicked,
                    _ => continue,
                };
                *slot = (*slot).max(Some(activity.time));
            }
        }
        Ok(last)
    }
}
