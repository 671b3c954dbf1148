//! Putting, replacing and deleting records.

use bytes::Bytes;

use super::read::key_of;
use super::record::{CollectionRecord, InsightRecord, Json};
use super::rules::{Fault, Identifier, is_name};
use super::{Holder, Insight, Insights, MAX_COLLECTIONS, NewInsight};
use crate::domain::context::Account;
use crate::domain::edit::Edit;
use crate::domain::{ContactId, Error, Refusal, Result};
use crate::store::{Batch, KeyRange, Order, Record as _, Space, StoreError, Table, tables};

/// Records deleted in one commit.
const DELETED_AT_ONCE: usize = 500;

impl<'a> Insights<'a> {
    /// Puts a record into a collection, which is made when it is not there.
    ///
    /// Refuses a name that no collection can have, a contact that does not exist, and with
    /// [`Refusal::InsightRecordInvalid`] whatever else is a [`Fault`].
    pub async fn put(self, collection: &str, new: NewInsight) -> Result<Insight> {
        let key = match new.key.trim() {
            "" => self.account.context.ids.uuid().to_string(),
            key => key.to_owned(),
        };
        let new = NewInsight { key, ..new };
        let identifier = new.judge().map_err(|_| Refusal::InsightRecordInvalid)?;
        self.make_collection(collection).await?;
        let (insights, new) = (self, &new);
        let (name, identifier) = (collection, &identifier);
        let put = async |mut edit: Edit<'a>| {
            let collection = insights.number(name).await?;
            let holder = insights.holder(identifier).await?.map_err(refusal_of)?;
            let placed = insights.place(&mut edit, collection, holder, new).await?;
            placed.map_err(refusal_of)?;
            Ok((edit, ()))
        };
        self.account.change("put insight data", put).await?;
        self.get(collection, &new.key).await
    }

    /// Replaces the JSON of a record that is there; its holder stays.
    pub async fn replace(self, collection: &str, key: &str, json: &str) -> Result<Insight> {
        let (insights, name) = (self, collection);
        let replace = async |mut edit: Edit<'a>| {
            let collection = insights.number(name).await?;
            let found = insights.find(collection, key).await?;
            let (_, record) = found.ok_or(Refusal::InsightRecordNotFound)?;
            let identifier = "account".to_owned();
            let new = NewInsight { key: key.to_owned(), identifier, json: json.to_owned() };
            new.judge().map_err(|_| Refusal::InsightRecordInvalid)?;
            let placed = insights.place(&mut edit, collection, record.holder(), &new).await?;
            placed.map_err(refusal_of)?;
            Ok((edit, ()))
        };
        self.account.change("replace insight data", replace).await?;
        self.get(collection, key).await
    }

    /// Deletes one record; [`Refusal::InsightRecordNotFound`].
    pub async fn delete(self, collection: &str, key: &str) -> Result<()> {
        let (insights, name) = (self, collection);
        let delete = async |mut edit: Edit<'a>| {
            let collection = insights.number(name).await?;
            let found = insights.find(collection, key).await?;
            let (_, record) = found.ok_or(Refusal::InsightRecordNotFound)?;
            insights.take_away(&mut edit.batch, collection, key, &record);
            Ok((edit, ()))
        };
        self.account.change("delete insight data", delete).await
    }

    /// Deletes all records of a contact in a collection, if there are any.
    pub async fn delete_of_contact(self, contact: ContactId, collection: &str) -> Result<()> {
        let collection = self.number(collection).await?;
        self.account.contacts().get(contact).await?;
        let prefix = tables::insights_of(self.account.id.0, contact.0, collection);
        self.delete_all(collection, Table::InsightOfContact, prefix).await
    }

    /// Deletes all records of a collection, some at a time; the collection stays.
    pub async fn empty(self, collection: &str) -> Result<()> {
        let collection = self.number(collection).await?;
        let prefix = tables::numbered(self.account.id.0, collection);
        self.delete_all(collection, Table::InsightRecord, prefix).await
    }

    async fn delete_all(self, collection: u32, table: Table, prefix: Bytes) -> Result<()> {
        let (insights, prefix) = (self, &prefix);
        let delete = async |mut edit: Edit<'a>| {
            let range = KeyRange::prefix(prefix.clone());
            let found = insights.scan(table, range, DELETED_AT_ONCE).await?;
            for (stored, _) in &found {
                let key = key_of(stored, prefix.len());
                if let Some((_, record)) = insights.find(collection, &key).await? {
                    insights.take_away(&mut edit.batch, collection, &key, &record);
                }
            }
            Ok((edit, found.len()))
        };
        while self.account.change("delete insight data", delete).await? == DELETED_AT_ONCE {}
        Ok(())
    }

    /// Makes a collection unless it is there.
    pub(super) async fn make_collection(self, name: &str) -> Result<()> {
        if !is_name(name) {
            return Err(Refusal::InsightCollectionInvalid.into());
        }
        if self.find_collection(name).await?.is_some() {
            return Ok(());
        }
        let insights = self;
        let make = async |mut edit: Edit<'a>| {
            if insights.find_collection(name).await?.is_some() {
                return Ok((edit, ()));
            }
            let all = insights.all_collections().await?;
            if all.len() >= MAX_COLLECTIONS {
                return Err(Refusal::InsightLimit.into());
            }
            let id = all.iter().map(|one| one.id).max().unwrap_or_default().saturating_add(1);
            let created = insights.account.context.clock.now();
            let record = CollectionRecord { id, name: name.to_owned(), created };
            let value = record.encode().map_err(unwritten)?;
            let key = tables::named(insights.account.id.0, &name.to_ascii_lowercase());
            edit.batch.put_if_absent(Table::InsightCollection, key, value);
            Ok((edit, ()))
        };
        self.account.change("make a collection of insight data", make).await
    }

    /// Whose a record is to be, if that is anybody.
    pub(in crate::domain) async fn holder(
        self,
        identifier: &Identifier,
    ) -> Result<Result<Holder, Fault>> {
        let contacts = self.account.contacts();
        let (found, fault) = match identifier {
            Identifier::Account => return Ok(Ok(Holder::Account)),
            Identifier::Id(id) => (contacts.get(*id).await, Fault::NoContactOfId),
            Identifier::Address(address) => {
                (contacts.get_by_address(address).await, Fault::NoContactOfAddress)
            }
        };
        match found {
            Ok(contact) => Ok(Ok(Holder::Contact(contact.id))),
            Err(Error::Refused(Refusal::ContactNotFound)) => Ok(Err(fault)),
            Err(error) => Err(error),
        }
    }

    /// Puts a judged record into the edit. An edit must not put the same key twice.
    pub(in crate::domain) async fn place(
        self,
        edit: &mut Edit<'a>,
        collection: u32,
        holder: Holder,
        new: &NewInsight,
    ) -> Result<Result<(), Fault>> {
        let now = self.account.context.clock.now();
        let account = self.account.id.0;
        let key = tables::insight(account, collection, &new.key);
        let Some((stored, old)) = self.find(collection, &new.key).await? else {
            let json = Json::put(edit, &new.json);
            let record = InsightRecord::new(holder, json, now);
            edit.batch.put_if_absent(
                Table::InsightRecord,
                key,
                record.encode().map_err(unwritten)?,
            );
            let of_holder = tables::insight_of(account, holder.number(), collection, &new.key);
            edit.batch.put(Table::InsightOfContact, of_holder, Bytes::new());
            return Ok(Ok(()));
        };
        if old.holder() != holder {
            return Ok(Err(Fault::KeyOfAnother));
        }
        if let Json::InPieces(text) = &old.json {
            text.delete(self.account, &mut edit.batch);
        }
        let json = Json::put(edit, &new.json);
        let record =
            InsightRecord { created: old.created, ..InsightRecord::new(holder, json, now) };
        let value = record.encode().map_err(unwritten)?;
        edit.batch.replace(Table::InsightRecord, key, Some(stored), value);
        Ok(Ok(()))
    }

    fn take_away(self, batch: &mut Batch, collection: u32, key: &str, record: &InsightRecord) {
        let (account, holder) = (self.account.id.0, record.holder().number());
        if let Json::InPieces(text) = &record.json {
            text.delete(self.account, batch);
        }
        batch.delete(Table::InsightRecord, tables::insight(account, collection, key));
        batch.delete(Table::InsightOfContact, tables::insight_of(account, holder, collection, key));
    }
}

/// Takes away the records of contacts who are gone.
pub(in crate::domain) async fn forget(
    account: Account<'_>,
    batch: &mut Batch,
    gone: &[ContactId],
) -> Result<(), StoreError> {
    let store = &account.context.store;
    let insights = account.insights();
    for contact in gone {
        let prefix = tables::numbered(account.id.0, contact.0);
        let range = KeyRange::prefix(prefix);
        let table = Table::InsightOfContact;
        let found = store.scan(Space::Main, table, range, Order::Ascending, usize::MAX).await?;
        for (entry, _) in found {
            let Some((collection, key)) = tables::insight_of_entry(&entry) else { continue };
            let stored = tables::insight(account.id.0, collection, &key);
            let Some(value) = store.get(Space::Main, Table::InsightRecord, &stored).await? else {
                continue;
            };
            insights.take_away(batch, collection, &key, &InsightRecord::decode(&value)?);
        }
    }
    Ok(())
}

/// How a single record's fault is told.
fn refusal_of(fault: Fault) -> Refusal {
    match fault {
        Fault::NoContactOfId | Fault::NoContactOfAddress => Refusal::ContactNotFound,
        Fault::KeyInvalid
        | Fault::IdentifierInvalid
        | Fault::JsonInvalid
        | Fault::JsonTooLong
        | Fault::MemberTooLong
        | Fault::KeyRepeated
        | Fault::KeyOfAnother => Refusal::InsightRecordInvalid,
    }
}

fn unwritten(error: StoreError) -> Error {
    Error::store("write insight data", error)
}
