//! Checks that what is stored about contacts agrees with itself.

use bytes::Bytes;

use super::contact_record::ContactRecord;
use super::context::{Account, Context};
use super::error::{Error, Result};
use super::external_id::ExternalId;
use super::holders;
use super::ids::{ContactId, ListId};
use super::list::{ALL_CONTACTS, ListRecord};
use super::listing::members;
use super::membership::MemberState;
use crate::store::{BlockMap, KeyRange, Order, Space, StoreError, Table, tables};

/// Most findings of one check; a store with more is damaged as a whole.
pub const MAX_FINDINGS: usize = 100;

const EXTERNAL_ID: &str = "external id";
const PHONE: &str = "identifying phone number";

/// Contacts held against the address index at once.
const CONTACTS_AT_ONCE: usize = 16 * 1024;

/// One thing that does not agree. Names accounts, lists and contacts by number only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding(pub String);

impl std::fmt::Display for Finding {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// Holds every account's contacts, address index, members and counts against each other. Nothing
/// may write meanwhile. Stops at [`MAX_FINDINGS`].
pub async fn check(context: &Context) -> Result<Vec<Finding>> {
    let mut findings = Findings(Vec::new());
    for account in context.accounts().list().await? {
        let check = Check { account: context.account(account.id) };
        check.all(&mut findings).await?;
    }
    Ok(findings.0)
}

#[derive(Debug)]
struct Findings(Vec<Finding>);

impl Findings {
    fn add(&mut self, account: Account<'_>, what: std::fmt::Arguments<'_>) {
        if self.0.len() < MAX_FINDINGS {
            self.0.push(Finding(format!("account {}: {what}", account.id)));
        }
    }
}

/// The check of one account.
#[derive(Debug, Clone, Copy)]
struct Check<'a> {
    account: Account<'a>,
}

/// What a walk over the contacts counted.
#[derive(Debug, Default)]
struct Counted {
    contacts: usize,
    listed: usize,
    with_address: usize,
    with_external_id: usize,
    with_phone: usize,
    last: u32,
}

impl Check<'_> {
    async fn all(self, findings: &mut Findings) -> Result<()> {
        let counted = self.contacts(findings).await?;
        self.counters(&counted, findings).await?;
        self.addresses(counted.with_address, findings).await?;
        self.address_runs(findings).await?;
        for (table, contacts, what) in [
            (Table::ExternalId, counted.with_external_id, EXTERNAL_ID),
            (Table::Phone, counted.with_phone, PHONE),
        ] {
            self.holders(table, contacts, what, findings).await?;
        }
        let categories = self.account.categories().all().await?;
        for (list, record) in self.account.lists().stored().await? {
            self.members(list, &record, findings).await?;
            let category = record.place.category;
            let stray = category.filter(|id| categories.iter().all(|one| one.id != *id));
            if let Some(category) = stray {
                findings.add(
                    self.account,
                    format_args!("list {list}: there is no category {category}"),
                );
            }
        }
        Ok(())
    }

    /// Every contact can be read and its address is in the index.
    async fn contacts(self, findings: &mut Findings) -> Result<Counted> {
        let context = self.account.context;
        let mut counted = Counted::default();
        let mut keys = Vec::new();
        let mut walk = tables::contacts(self.account.id.0).walk();
        loop {
            let entries = walk.next_entries(&*context.store).await.map_err(broken)?;
            let at_end = entries.is_none();
            for (key, value) in entries.unwrap_or_default() {
                let id = tables::contact_of_entry(&key).unwrap_or_default();
                let Ok(record) = ContactRecord::decode(&value) else {
                    findings.add(self.account, format_args!("contact {id} cannot be read"));
                    continue;
                };
                counted.contacts += 1;
                counted.listed += usize::from(record.is_listed());
                counted.with_external_id += usize::from(record.external_id.is_some());
                counted.with_phone += usize::from(record.mobile.is_some());
                self.held(ContactId(id), &record, findings).await?;
                counted.last = id;
                if record.address.is_empty() {
                    continue;
                }
                counted.with_address += 1;
                let compared = super::address::compared(&record.address);
                keys.push(tables::address_entry(context.hash(&compared), id));
            }
            if at_end || keys.len() >= CONTACTS_AT_ONCE {
                self.indexed(std::mem::take(&mut keys), findings).await?;
            }
            if at_end {
                return Ok(counted);
            }
        }
    }

    async fn indexed(self, mut keys: Vec<Bytes>, findings: &mut Findings) -> Result<()> {
        keys.sort_unstable();
        let mut times = vec![0; keys.len()];
        for part in self.account.address_parts().await? {
            let found = part.get_many(&*self.account.context.store, &keys).await.map_err(broken)?;
            for (times, value) in times.iter_mut().zip(found) {
                *times += u32::from(value.is_some());
            }
        }
        for (key, times) in keys.iter().zip(times) {
            let id = tables::contact_of_entry(key).unwrap_or_default();
            let account = self.account;
            match times {
                0 => {
                    findings.add(account, format_args!("contact {id} is not in the address index"));
                }
                1 => {}
                _ => findings.add(
                    account,
                    format_args!("contact {id} is {times} times in the address index"),
                ),
            }
        }
        Ok(())
    }

    /// No blocks of runs but those of the runs that are to be merged, with as many entries as are
    /// counted.
    async fn address_runs(self, findings: &mut Findings) -> Result<()> {
        let store = &*self.account.context.store;
        let state = self.account.counters().await?.addresses;
        let mut found = 0;
        for run in state.runs() {
            let run = tables::address_run(self.account.id.0, run);
            found += run.count(store).await.map_err(broken)?;
        }
        if usize::try_from(state.in_runs) != Ok(found) {
            let counted = state.in_runs;
            findings.add(
                self.account,
                format_args!("{found} addresses wait to be merged, but {counted} are counted"),
            );
        }
        let whole = KeyRange::prefix(tables::account(self.account.id.0));
        let first = tables::numbered(self.account.id.0, state.first_run);
        let next = tables::numbered(self.account.id.0, state.next_run);
        let before = KeyRange { start: whole.start, end: Some(first) };
        let behind = KeyRange { start: next, end: whole.end };
        for range in [before, behind] {
            let (table, order) = (Table::FreshAddress, Order::Ascending);
            let stray = store.scan(Space::Main, table, range, order, 1).await.map_err(broken)?;
            for run in stray.iter().filter_map(|(key, _)| tables::run_of(key)) {
                findings.add(self.account, format_args!("run {run} of addresses is left over"));
            }
        }
        Ok(())
    }

    async fn counters(self, counted: &Counted, findings: &mut Findings) -> Result<()> {
        let counters = self.account.counters().await?;
        for (what, stored, found) in [
            ("contacts", counters.contacts, counted.contacts),
            ("contacts that are not suppressed", counters.listed, counted.listed),
        ] {
            if usize::try_from(stored) != Ok(found) {
                findings.add(
                    self.account,
                    format_args!("{found} {what} are stored, but {stored} are counted"),
                );
            }
        }
        if counted.last >= counters.next_contact {
            let next = counters.next_contact;
            findings.add(self.account, format_args!("the next contact's id {next} is taken"));
        }
        Ok(())
    }

    /// The index has as many entries as there are contacts. As each contact has one, none is left
    /// over; else the left-over ones are looked for.
    async fn addresses(self, contacts: usize, findings: &mut Findings) -> Result<()> {
        let store = &*self.account.context.store;
        let parts = self.account.address_parts().await?;
        let mut entries = 0;
        for part in &parts {
            entries += part.count(store).await.map_err(broken)?;
        }
        if entries == contacts {
            return Ok(());
        }
        for part in parts {
            self.left_over(&part, findings).await?;
        }
        Ok(())
    }

    async fn left_over(self, part: &BlockMap, findings: &mut Findings) -> Result<()> {
        let store = &*self.account.context.store;
        let mut walk = part.walk();
        while let Some(entries) = walk.next_entries(store).await.map_err(broken)? {
            for (key, _) in entries {
                let id = tables::contact_of_entry(&key).map_or(ContactId(0), ContactId);
                let record = self.account.contact_store().load(&[id]).await?.pop().flatten();
                let of_it = record.map(|record| super::address::compared(&record.address));
                let right = of_it.map(|address| self.account.context.hash(&address));
                if right.map(|hash| tables::address_entry(hash, id.0)) != Some(key) {
                    findings.add(
                        self.account,
                        format_args!("the address index has an entry too many for contact {id}"),
                    );
                }
            }
        }
        Ok(())
    }

    /// Every contact with an external id or a phone number is found by it.
    async fn held(
        self,
        id: ContactId,
        record: &ContactRecord,
        findings: &mut Findings,
    ) -> Result<()> {
        let external_id = record.external_id.as_ref().map(ExternalId::as_str);
        for (table, name, what) in [
            (Table::ExternalId, external_id, EXTERNAL_ID),
            (Table::Phone, record.identity(), PHONE),
        ] {
            let Some(name) = name else { continue };
            let store = &*self.account.context.store;
            let holder = holders::read(store, table, self.account.id, name).await;
            if holder.ok().flatten() != Some(id) {
                findings.add(self.account, format_args!("contact {id} is not in the {what} index"));
            }
        }
        Ok(())
    }

    /// The index has no entry too many, as each contact with such a name has its own.
    async fn holders(
        self,
        table: Table,
        contacts: usize,
        what: &str,
        findings: &mut Findings,
    ) -> Result<()> {
        let store = &*self.account.context.store;
        let mut range = KeyRange::prefix(tables::account(self.account.id.0));
        let mut count = 0;
        loop {
            let order = Order::Ascending;
            let some = store.scan(Space::Main, table, range.clone(), order, CONTACTS_AT_ONCE);
            let some = some.await.map_err(broken)?;
            let Some((last, _)) = some.last() else { break };
            range = range.after(last);
            count += some.len();
        }
        if count != contacts {
            findings.add(
                self.account,
                format_args!("{contacts} contacts have an {what}, but {count} are indexed"),
            );
        }
        Ok(())
    }

    /// Every member is a contact, suspended exactly when that is suppressed, and counted.
    async fn members(
        self,
        list: ListId,
        record: &ListRecord,
        findings: &mut Findings,
    ) -> Result<()> {
        if record.leaving {
            findings.add(self.account, format_args!("list {list} is deleted, but not to its end"));
            return Ok(());
        }
        let store = &*self.account.context.store;
        let mut walk = tables::members(self.account.id.0, list.0).walk();
        let mut active: u32 = 0;
        while let Some(entries) = walk.next_entries(store).await.map_err(broken)? {
            let members = members(&entries).map_err(broken)?;
            let ids: Vec<ContactId> = members.iter().map(|(id, _)| *id).collect();
            let contacts = self.account.contact_store().load(&ids).await?;
            for ((id, member), contact) in members.into_iter().zip(contacts) {
                active += u32::from(member.is_active());
                let Some(contact) = contact else {
                    findings.add(self.account, format_args!("list {list}: {id} is no contact"));
                    continue;
                };
                let wrong = match member.state {
                    MemberState::Active => contact.status.suppresses(),
                    MemberState::Suspended => !contact.status.suppresses(),
                    MemberState::Unsubscribed => false,
                };
                if wrong {
                    findings.add(
                        self.account,
                        format_args!("list {list}: member {id} does not fit its contact's status"),
                    );
                }
            }
        }
        if list != ALL_CONTACTS && active != record.contacts {
            let counted = record.contacts;
            findings.add(
                self.account,
                format_args!("list {list}: {active} members, but {counted} are counted"),
            );
        }
        Ok(())
    }
}

fn broken(error: StoreError) -> Error {
    Error::store("check the store", error)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::NewContact;
    use crate::domain::testing::{account, contact, context, list};
    use crate::domain::{ListPlace, NewList, Visibility};
    use crate::store::{Batch, Change, commit_durably};

    async fn findings(context: &Context) -> Vec<String> {
        check(context).await.unwrap().into_iter().map(|finding| finding.0).collect()
    }

    #[tokio::test]
    async fn a_store_that_was_only_written_by_calls_is_clean() {
        let context = context().await;
        let one = account(&context, "one").await;
        super::super::demo::fill(one).await.unwrap();
        assert_eq!(findings(&context).await, [""; 0]);
    }

    #[tokio::test]
    async fn a_lost_index_entry_is_found() {
        let context = context().await;
        let one = account(&context, "one").await;
        one.contacts().create(contact("ann@b.example")).await.unwrap();
        let key = tables::address_entry(context.hash("ann@b.example"), 1);
        let mut batch = Batch::main();
        let map = tables::addresses(one.id.0);
        map.edit(&*context.store, &mut batch, &[Change::delete(key)]).await.unwrap();
        commit_durably(&*context.store, batch).await.unwrap();
        assert_eq!(findings(&context).await, ["account 1: contact 1 is not in the address index"]);
    }

    #[tokio::test]
    async fn a_lost_external_id_is_found_and_so_is_one_too_many() {
        let context = context().await;
        let one = account(&context, "one").await;
        let external_id = Some(ExternalId::parse("A-1").unwrap());
        let ann = NewContact { external_id, ..contact("ann@b.example") };
        one.contacts().create(ann).await.unwrap();
        assert_eq!(findings(&context).await, [""; 0]);
        let mut batch = Batch::main();
        batch.delete(Table::ExternalId, tables::named(one.id.0, "A-1"));
        commit_durably(&*context.store, batch).await.unwrap();
        assert_eq!(
            findings(&context).await,
            [
                "account 1: contact 1 is not in the external id index",
                "account 1: 1 contacts have an external id, but 0 are indexed",
            ]
        );
    }

    #[tokio::test]
    async fn a_lost_contact_is_found_from_all_sides() {
        let context = context().await;
        let one = account(&context, "one").await;
        let news = list(one, "News").await;
        one.contacts().add_to_list(news, contact("ann@b.example")).await.unwrap();
        let mut batch = Batch::main();
        let change = Change::delete(tables::contact_entry(1));
        tables::contacts(one.id.0).edit(&*context.store, &mut batch, &[change]).await.unwrap();
        commit_durably(&*context.store, batch).await.unwrap();
        assert_eq!(
            findings(&context).await,
            [
                "account 1: 0 contacts are stored, but 1 are counted",
                "account 1: 0 contacts that are not suppressed are stored, but 1 are counted",
                "account 1: the address index has an entry too many for contact 1",
                "account 1: list 3: 1 is no contact",
            ]
        );
    }

    #[tokio::test]
    async fn a_wrong_count_of_a_list_is_found() {
        let context = context().await;
        let one = account(&context, "one").await;
        let news = list(one, "News").await;
        let (_, mut record) = one.lists().stored().await.unwrap().pop().unwrap();
        record.contacts = 7;
        let mut batch = Batch::main();
        one.lists().put(&mut batch, news, &record).unwrap();
        commit_durably(&*context.store, batch).await.unwrap();
        assert_eq!(findings(&context).await, ["account 1: list 3: 0 members, but 7 are counted"]);
    }

    #[tokio::test]
    async fn a_list_in_a_category_that_is_not_there_is_found() {
        let context = context().await;
        let one = account(&context, "one").await;
        let shoes = one.categories().create("Shoes").await.unwrap().id;
        let new = NewList { name: "Boots".to_owned(), visibility: Visibility::Public };
        let place = ListPlace { category: Some(shoes), is_test: false };
        one.lists().create_at(new, place).await.unwrap();
        assert_eq!(findings(&context).await, [""; 0]);
        let mut batch = Batch::main();
        batch.delete(Table::Category, tables::numbered(one.id.0, shoes.0));
        commit_durably(&*context.store, batch).await.unwrap();
        assert_eq!(findings(&context).await, ["account 1: list 3: there is no category 1"]);
    }
}
