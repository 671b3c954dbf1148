//! Accounts: who they are, and how they come and go.

use std::sync::Arc;

use bytes::Bytes;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::account_settings::AccountSettings;
use super::context::Context;
use super::counters::Counters;
use super::data_field::{Visibility, put_first_fields};
use super::error::{Error, Refusal, Result};
use super::ids::AccountId;
use super::list::{self, ListRecord, NewList};
use crate::store::{
    Batch, Durable, KeyRange, Order, Record, Space, StoreError, Table, commit_durably, tables,
};

/// Longest name of an account, in characters.
const MAX_NAME_CHARS: usize = 100;

/// Records deleted in one batch when an account is removed: some 4 MiB of the largest.
const RECORDS_AT_ONCE: usize = 256;

/// What an account has in [`Space::Main`] besides its own record.
const TABLES_OF_AN_ACCOUNT: [Table; 39] = [
    Table::ActiveImport,
    Table::Import,
    Table::Task,
    Table::Contact,
    Table::Address,
    Table::FreshAddress,
    Table::ExternalId,
    Table::Member,
    Table::List,
    Table::Category,
    Table::DataField,
    Table::Segment,
    Table::Suppression,
    Table::Campaign,
    Table::EventId,
    Table::Activity,
    Table::ContactActivity,
    Table::Template,
    Table::Text,
    Table::Outbox,
    Table::FromAddress,
    Table::RelationalTable,
    Table::RelationalRow,
    Table::Tag,
    Table::Phone,
    Table::Preference,
    Table::ContactPreference,
    Table::Consent,
    Table::InsightCollection,
    Table::InsightRecord,
    Table::InsightOfContact,
    Table::Webhook,
    Table::BatchedImport,
    Table::EmailMessage,
    Table::Document,
    Table::Send,
    Table::Lease,
    Table::Nonce,
    Table::Counter,
];

/// An account to be added.
#[derive(Clone, Default)]
pub struct NewAccount {
    /// What the operator calls it; unique without regard to case.
    pub name: String,
    pub main_email: Option<String>,
    pub main_mobile: Option<String>,
}

impl std::fmt::Debug for NewAccount {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewAccount").field("name", &self.name).finish_non_exhaustive()
    }
}

/// An account as the operator sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountEntry {
    pub id: AccountId,
    pub name: String,
    pub created: Timestamp,
}

/// An account as it is stored.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct AccountRecord {
    pub name: String,
    pub main_email: Option<String>,
    pub main_mobile: Option<String>,
    pub created: Timestamp,
    /// Being removed: it is nobody any more, its data is still going.
    #[serde(default)]
    pub leaving: bool,
    #[serde(default)]
    pub settings: AccountSettings,
}

impl Record for AccountRecord {
    const TABLE: Table = Table::Account;
    const VERSION: u8 = 1;
}

/// The accounts of the store, their credentials, and who is calling.
#[derive(Debug, Clone, Copy)]
pub struct Accounts<'a> {
    pub(super) context: &'a Context,
}

impl Accounts<'_> {
    /// Adds an account with its first data fields and lists.
    pub async fn add(self, new: NewAccount) -> Result<AccountEntry> {
        let name = new.name.trim().to_owned();
        let fits = !name.is_empty()
            && name.chars().count() <= MAX_NAME_CHARS
            && !name.chars().any(char::is_control)
            && name.parse::<u32>().is_err();
        if !fits {
            return Err(Refusal::ParameterInvalid { parameter: "account name" }.into());
        }
        let (entry, durable) = {
            let _gate = self.gate().await;
            self.add_once(NewAccount { name, ..new }).await?
        };
        durable.wait().await.map_err(|error| Error::store("add an account", error))?;
        Ok(entry)
    }

    async fn add_once(self, new: NewAccount) -> Result<(AccountEntry, Durable)> {
        let broken = |error| Error::store("add an account", error);
        let stored = self.stored().await?;
        let folded = new.name.to_lowercase();
        if stored.iter().any(|(_, other)| other.name.to_lowercase() == folded) {
            return Err(Refusal::AccountNameInUse.into());
        }
        let (id, mut batch) = self.next_id().await?;
        let created = self.context.clock.now();
        let NewAccount { name, main_email, main_mobile } = new;
        let settings = AccountSettings::default();
        let (leaving, own_name) = (false, name.clone());
        let record =
            AccountRecord { name: own_name, main_email, main_mobile, created, leaving, settings };
        let key = tables::account(id.0);
        batch.put_if_absent(Table::Account, key.clone(), record.encode().map_err(broken)?);
        let account = self.context.account(id);
        let mut counters = Counters::fresh();
        put_first_fields(account, &mut batch, &mut counters)?;
        for (list, name) in [(list::ALL_CONTACTS, "All Contacts"), (list::TEST, "Test")] {
            let new = NewList { name: name.to_owned(), visibility: Visibility::Private };
            account.lists().put(&mut batch, list, &ListRecord::new(new, created))?;
        }
        batch.put_if_absent(Table::Counter, key, counters.encode().map_err(broken)?);
        let durable = self.context.store.commit(batch).await.map_err(broken)?;
        Ok((AccountEntry { id, name, created }, durable))
    }

    /// A number that no account ever had, and a batch that takes it.
    async fn next_id(self) -> Result<(AccountId, Batch)> {
        let broken = |error| Error::store("number an account", error);
        let key = tables::global("next-account");
        let stored =
            self.context.store.get(Space::Main, Table::Meta, &key).await.map_err(broken)?;
        let next = stored.as_deref().and_then(|bytes| bytes.try_into().ok());
        let id = next.map_or(1, u32::from_be_bytes);
        let mut batch = Batch::main();
        batch.expect(Table::Meta, key.clone(), stored);
        batch.put(Table::Meta, key, id.saturating_add(1).to_be_bytes().to_vec());
        Ok((AccountId(id), batch))
    }

    /// All accounts in order of id.
    pub async fn list(self) -> Result<Vec<AccountEntry>> {
        let stored = self.stored().await?.into_iter().filter(|(_, record)| !record.leaving);
        let entry = |(id, record): (AccountId, AccountRecord)| {
            let AccountRecord { name, created, .. } = record;
            AccountEntry { id, name, created }
        };
        Ok(stored.map(entry).collect())
    }

    /// The account with this name (in any case) or number.
    pub async fn find(self, name_or_number: &str) -> Result<AccountEntry> {
        let folded = name_or_number.trim().to_lowercase();
        let number = folded.parse().ok().map(AccountId);
        let mut accounts = self.list().await?.into_iter();
        let found =
            accounts.find(|entry| Some(entry.id) == number || entry.name.to_lowercase() == folded);
        Ok(found.ok_or(Refusal::AccountNotFound)?)
    }

    /// An account that exists.
    pub(super) async fn record(self, id: AccountId) -> Result<Arc<AccountRecord>> {
        let broken = |error| Error::store("read an account", error);
        let key = tables::account(id.0);
        let read = async {
            let stored = self.context.store.get(Space::Main, Table::Account, &key);
            let stored = stored.await.map_err(broken)?.ok_or(Refusal::AccountNotFound)?;
            AccountRecord::decode(&stored).map_err(broken)
        };
        let record = self.context.remembered(Table::Account, &key, read).await?;
        if record.leaving { Err(Refusal::AccountNotFound.into()) } else { Ok(record) }
    }

    async fn stored(self) -> Result<Vec<(AccountId, AccountRecord)>> {
        let broken = |error| Error::store("read accounts", error);
        let all = KeyRange::all();
        let store = &self.context.store;
        let found = store.scan(Space::Main, Table::Account, all, Order::Ascending, usize::MAX);
        let decoded = found.await.map_err(broken)?.into_iter().map(|(key, value)| {
            let id = tables::contact_of_entry(&key).map_or(AccountId(0), AccountId);
            Ok((id, AccountRecord::decode(&value)?))
        });
        decoded.collect::<Result<_, StoreError>>().map_err(broken)
    }

    /// Removes the account, its credentials and all its data, in bounded batches. From the first
    /// of them on the account is gone for callers; the rest is taken up again after a restart.
    pub async fn remove(self, id: AccountId) -> Result<()> {
        let broken = |error| Error::store("remove an account", error);
        let mut record = AccountRecord::clone(&*self.record(id).await?);
        record.leaving = true;
        let account = self.context.account(id);
        {
            let _gate = account.gate().await;
            let mut batch = Batch::main();
            let key = tables::account(id.0);
            batch.put(Table::Account, key.clone(), record.encode().map_err(broken)?);
            batch.delete(Table::Counter, key);
            for key in self.credential_keys(id).await? {
                batch.delete(Table::Credential, key);
            }
            commit_durably(&*self.context.store, batch).await.map_err(broken)?;
        }
        self.purge(id).await.map_err(broken)
    }

    /// Ends removals that an earlier process did not.
    pub(super) async fn finish_removals(self) -> Result<()> {
        for (id, _) in self.stored().await?.into_iter().filter(|(_, record)| record.leaving) {
            self.purge(id).await.map_err(|error| Error::store("remove an account", error))?;
        }
        Ok(())
    }

    async fn purge(self, id: AccountId) -> Result<(), StoreError> {
        let prefix = tables::account(id.0);
        for day in self.context.store.days().await? {
            self.purge_table(Space::Day(day), Table::Bulk, &prefix).await?;
        }
        for table in TABLES_OF_AN_ACCOUNT {
            self.purge_table(Space::Main, table, &prefix).await?;
        }
        let mut batch = Batch::main();
        batch.delete(Table::Account, prefix);
        commit_durably(&*self.context.store, batch).await
    }

    async fn purge_table(
        self,
        space: Space,
        table: Table,
        prefix: &Bytes,
    ) -> Result<(), StoreError> {
        let store = &*self.context.store;
        loop {
            let range = KeyRange::prefix(prefix.clone());
            let some = store.scan(space, table, range, Order::Ascending, RECORDS_AT_ONCE).await?;
            if some.is_empty() {
                return Ok(());
            }
            let mut batch = Batch::new(space);
            for (key, _) in some {
                batch.delete(table, key);
            }
            commit_durably(store, batch).await?;
        }
    }

    /// The gate of what belongs to no account: account 0 is nobody.
    pub(super) async fn gate(self) -> super::context::Gate {
        self.context.account(AccountId(0)).gate().await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::api_user::{Access, NewApiUser};
    use crate::domain::testing::{account, contact, context, list, refusal};

    async fn stored(context: &Context) -> usize {
        let mut count = 0;
        for table in Table::ALL {
            let all = KeyRange::all();
            let store = &context.store;
            let found = store.scan(Space::Main, table, all, Order::Ascending, usize::MAX);
            count += found.await.unwrap().len();
        }
        count
    }

    #[tokio::test]
    async fn an_account_is_found_by_name_and_number_and_its_name_is_taken() {
        let context = context().await;
        let one = account(&context, "Shop").await;
        for name in ["shop", " SHOP ", "1"] {
            assert_eq!(context.accounts().find(name).await.unwrap().id, one.id);
        }
        assert_eq!(refusal(context.accounts().find("2").await), Refusal::AccountNotFound);
        let again = NewAccount { name: "SHOP".to_owned(), ..NewAccount::default() };
        assert_eq!(refusal(context.accounts().add(again).await), Refusal::AccountNameInUse);
        for name in ["", "17", "a\nb"] {
            let new = NewAccount { name: name.to_owned(), ..NewAccount::default() };
            let refused = refusal(context.accounts().add(new).await);
            assert_eq!(refused, Refusal::ParameterInvalid { parameter: "account name" });
        }
    }

    #[tokio::test]
    async fn a_removed_account_leaves_nothing_and_its_number_is_not_used_again() {
        let context = context().await;
        let empty = stored(&context).await;
        account(&context, "first").await;
        let with_first = stored(&context).await;
        let one = account(&context, "one").await;
        super::super::demo::fill(one).await.unwrap();
        context.accounts().credential_add(one.id, false).await.unwrap();
        let user = NewApiUser { access: Access::Full, whitelist: Vec::new() };
        context.accounts().api_user_add(one.id, user).await.unwrap();
        context.accounts().remove(one.id).await.unwrap();
        super::super::refresh::refresh_pending(&context).await.unwrap();
        assert_eq!(stored(&context).await, with_first);
        assert!(with_first > empty);
        let made = one.contacts().create(contact("a@b.example")).await;
        assert_eq!(refusal(made), Refusal::AccountNotFound);
        assert_eq!(refusal(one.info().await), Refusal::AccountNotFound);
        assert_eq!(account(&context, "one").await.id, AccountId(3));
    }

    #[tokio::test]
    async fn a_removal_cut_short_is_ended_later() {
        let context = context().await;
        let one = account(&context, "one").await;
        list(one, "News").await;
        let before = stored(&context).await;
        let record = context.accounts().record(one.id).await.unwrap();
        let mut record = AccountRecord::clone(&record);
        record.leaving = true;
        let mut batch = Batch::main();
        batch.put(Table::Account, tables::account(one.id.0), record.encode().unwrap());
        commit_durably(&*context.store, batch).await.unwrap();
        assert_eq!(context.accounts().list().await.unwrap(), []);
        context.accounts().finish_removals().await.unwrap();
        assert!(stored(&context).await < before - 5);
    }
}
