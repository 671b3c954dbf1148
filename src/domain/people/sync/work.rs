//! The people of one call while its rows are decided.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::SyncOptions;
use super::lists::{Step, steps};
use super::merge::Stop;
use super::row::{Channel, RowDone, RowFault, RowOutcome, SyncRow};
use crate::domain::address::EmailAddress;
use crate::domain::contact::ContactStatus;
use crate::domain::contact_record::ContactRecord;
use crate::domain::context::Account;
use crate::domain::edit::Edit;
use crate::domain::error::Result;
use crate::domain::ids::{ContactId, ListId};
use crate::domain::people::{Mobile, Stage};
use crate::domain::tag::KnownTags;

/// A person as the rows so far make it.
pub(in crate::domain::people) struct Person {
    pub id: Option<ContactId>,
    /// What is stored; of a person without an id there is nothing.
    pub old: Option<ContactRecord>,
    pub record: ContactRecord,
    pub steps: Vec<Step>,
    pub is_gone: bool,
    /// A row was about it already.
    pub is_counted: bool,
}

/// Everybody whom the rows are about.
pub(in crate::domain::people) struct Work<'a> {
    pub account: Account<'a>,
    pub options: SyncOptions,
    pub now: Timestamp,
    pub people: Vec<Person>,
    by_address: BTreeMap<String, usize>,
    by_phone: BTreeMap<String, usize>,
    /// Addresses (as compared) that the store or the account suppresses.
    suppressed: BTreeSet<String>,
    pub lists: BTreeSet<ListId>,
    pub tags: Option<KnownTags>,
    contacts: u32,
}

impl<'a> Work<'a> {
    /// Reads whom the rows name, by address and by phone number.
    pub async fn begin(
        account: Account<'a>,
        edit: &mut Edit<'a>,
        rows: &[SyncRow],
        options: SyncOptions,
    ) -> Result<Self> {
        let names_tags = rows.iter().any(|row| row.tags.is_some());
        let mut work = Self {
            account,
            options,
            now: account.context.clock.now(),
            people: Vec::new(),
            by_address: BTreeMap::new(),
            by_phone: BTreeMap::new(),
            suppressed: BTreeSet::new(),
            lists: account.people().open_lists().await?,
            tags: if names_tags { Some(account.tags().known().await?) } else { None },
            contacts: edit.contact_count(),
        };
        let addresses = rows.iter().filter_map(|row| row.address.as_ref());
        let addresses: Vec<&str> = addresses.map(EmailAddress::as_compared).collect();
        let judged = account.suppressions().judge(&addresses).await?;
        let listed = addresses.iter().zip(judged).filter(|(_, judged)| judged.is_some());
        work.suppressed = listed.map(|(address, _)| (*address).to_owned()).collect();
        let mut known: BTreeMap<ContactId, usize> = BTreeMap::new();
        for (address, found) in addresses.iter().zip(edit.resolve(&addresses).await?) {
            let Some((id, record)) = found else { continue };
            let at = work.stored(&mut known, id, record);
            work.by_address.insert((*address).to_owned(), at);
        }
        for phone in rows.iter().filter_map(|row| row.phone.as_ref()) {
            let Some((id, record)) = edit.resolve_phone(phone).await? else { continue };
            work.stored(&mut known, id, record);
        }
        Ok(work)
    }

    /// The place of a stored contact among the people, found by its number from now on.
    fn stored(
        &mut self,
        known: &mut BTreeMap<ContactId, usize>,
        id: ContactId,
        record: ContactRecord,
    ) -> usize {
        if let Some(at) = known.get(&id) {
            return *at;
        }
        let at = self.people.len();
        known.insert(id, at);
        if let Some(number) = record.identity() {
            self.by_phone.insert(number.to_owned(), at);
        }
        self.people.push(Person {
            id: Some(id),
            old: Some(record.clone()),
            record,
            steps: Vec::new(),
            is_gone: false,
            is_counted: false,
        });
        at
    }

    /// Decides one row.
    pub fn take(&mut self, edit: &mut Edit<'_>, row: &SyncRow) -> Result<RowOutcome> {
        let refused = |fault| Ok(RowOutcome::Refused(fault));
        let at = match self.whom(row) {
            Ok(at) => at,
            Err(fault) => return refused(fault),
        };
        let known = at.and_then(|at| self.people.get(at));
        let is_suppressed =
            row.address.as_ref().is_some_and(|one| self.suppressed.contains(one.as_compared()));
        if is_suppressed && !row.deletes && !row.only_leaves {
            return refused(RowFault::Suppressed);
        }
        let mut record = match known {
            Some(person) => person.record.clone(),
            None => self.fresh(row),
        };
        let is_new_person = known.is_none_or(|person| person.id.is_none() && !person.is_counted);
        let is_new_address = known.is_none_or(|person| person.record.address.is_empty());
        match self.merge(edit, &mut record, row, is_new_address) {
            Ok(()) => Ok(RowOutcome::Done(self.keep(at, record, row, is_new_person))),
            Err(Stop::Row(fault)) => refused(fault),
            Err(Stop::Call(error)) => Err(error),
        }
    }

    /// Whom the row is about; `None` is somebody new.
    fn whom(&self, row: &SyncRow) -> Result<Option<usize>, RowFault> {
        let address = row.address.as_ref();
        let of_address = address.and_then(|one| self.by_address.get(one.as_compared()).copied());
        let of_phone =
            row.phone.as_ref().and_then(|phone| self.by_phone.get(phone.as_str()).copied());
        let has_other_address = |at: usize| {
            address.is_some()
                && self.people.get(at).is_some_and(|one| !one.record.address.is_empty())
        };
        match (of_address, of_phone) {
            _ if address.is_none() && row.phone.is_none() => Err(RowFault::Nobody),
            (Some(one), Some(other)) if one != other => Err(RowFault::PhoneInUse),
            (None, Some(holder)) if has_other_address(holder) => Err(RowFault::PhoneInUse),
            (of_address, of_phone) => Ok(of_address.or(of_phone)),
        }
    }

    fn fresh(&self, row: &SyncRow) -> ContactRecord {
        match (&row.address, &row.phone) {
            (Some(address), _) => ContactRecord::new(address, self.now),
            (None, Some(phone)) => ContactRecord::of_phone(Mobile::new(phone, self.now), self.now),
            // Refused before.
            (None, None) => ContactRecord::new(&EmailAddress::stored(String::new()), self.now),
        }
    }

    pub fn steps(&self, channel: &Channel) -> Vec<Step> {
        steps(channel, self.options.replaces_lists, |list| self.lists.contains(&list))
    }

    /// Takes a decided row over into the people.
    fn keep(
        &mut self,
        at: Option<usize>,
        record: ContactRecord,
        row: &SyncRow,
        is_new_person: bool,
    ) -> RowDone {
        let index = at.unwrap_or(self.people.len());
        if at.is_none() {
            self.people.push(Person {
                id: None,
                old: None,
                record: record.clone(),
                steps: Vec::new(),
                is_gone: false,
                is_counted: false,
            });
            self.contacts = self.contacts.saturating_add(1);
        }
        let is_new_stage =
            record.status == ContactStatus::Subscribed && record.stage() == Stage::New;
        let steps = self.steps(&row.mail);
        let unknown_lists = self.unknown_lists(row);
        let contacts = self.contacts;
        let mut done = RowDone {
            contact: None,
            inserted: false,
            updated: false,
            deleted: row.deletes,
            is_new: false,
            contacts,
            unknown_lists,
        };
        let Some(person) = self.people.get_mut(index) else { return done };
        done.contact = person.id;
        if !person.is_counted {
            done.inserted = is_new_person;
            done.updated = !is_new_person;
            done.is_new = row.address.is_some() && is_new_stage;
        }
        person.is_counted = true;
        if let Some(number) = person.record.identity() {
            self.by_phone.remove(number);
        }
        person.record = record;
        if row.address.is_some() {
            person.steps.extend(steps);
        }
        person.is_gone = row.deletes;
        self.index(index, row.deletes);
        done
    }

    /// Later rows find a person by its address and its number, unless it is gone.
    fn index(&mut self, at: usize, is_gone: bool) {
        let Some(person) = self.people.get(at) else { return };
        let address = crate::domain::address::compared(&person.record.address);
        let number = person.record.identity().map(str::to_owned);
        if is_gone {
            self.by_address.remove(&address);
            if let Some(number) = number {
                self.by_phone.remove(&number);
            }
            self.contacts = self.contacts.saturating_sub(1);
            return;
        }
        if !address.is_empty() {
            self.by_address.insert(address, at);
        }
        if let Some(number) = number {
            self.by_phone.insert(number, at);
        }
    }

    fn unknown_lists(&self, row: &SyncRow) -> Vec<ListId> {
        let named = row.mail.named_lists().chain(row.mobile.named_lists());
        let unknown: BTreeSet<ListId> = named.filter(|list| !self.lists.contains(list)).collect();
        unknown.into_iter().collect()
    }
}
