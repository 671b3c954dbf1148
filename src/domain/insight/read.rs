//! Finding collections and their records.

use bytes::Bytes;

use super::record::{CollectionRecord, InsightRecord, Json};
use super::{Collection, Holder, Insight, Insights, MAX_COLLECTIONS};
use crate::domain::{Error, Page, Refusal, Result};
use crate::store::{KeyRange, Order, Record as _, Space, StoreError, Table, tables};

/// Entries read at once.
const AT_ONCE: usize = 1_000;

/// Records of one answer, whatever is asked for: each may have a long JSON.
pub(super) const MAX_RECORDS: usize = 100;

pub(super) fn broken(error: StoreError) -> Error {
    Error::store("read insight data", error)
}

impl Insights<'_> {
    /// The collections in the order in which they were made.
    pub async fn collections(self, page: Page) -> Result<Vec<Collection>> {
        let mut all = self.all_collections().await?;
        all.sort_unstable_by_key(|collection| collection.id);
        let seen = |one: CollectionRecord| Collection { id: one.id, name: one.name };
        Ok(page.of(all.into_iter().map(seen)))
    }

    pub(super) async fn all_collections(self) -> Result<Vec<CollectionRecord>> {
        let range = KeyRange::prefix(tables::account(self.account.id.0));
        let found = self.scan(Table::InsightCollection, range, MAX_COLLECTIONS).await?;
        let decoded = found.iter().map(|(_, value)| CollectionRecord::decode(value));
        decoded.collect::<Result<_, _>>().map_err(broken)
    }

    /// The number of a collection; [`Refusal::InsightCollectionNotFound`].
    pub(in crate::domain) async fn number(self, name: &str) -> Result<u32> {
        let found = self.find_collection(name).await?;
        Ok(found.ok_or(Refusal::InsightCollectionNotFound)?.id)
    }

    pub(super) async fn find_collection(self, name: &str) -> Result<Option<CollectionRecord>> {
        let key = tables::named(self.account.id.0, &name.to_ascii_lowercase());
        let store = &self.account.context.store;
        let found = store.get(Space::Main, Table::InsightCollection, &key).await.map_err(broken)?;
        found.map(|value| CollectionRecord::decode(&value)).transpose().map_err(broken)
    }

    /// One record; [`Refusal::InsightRecordNotFound`].
    pub async fn get(self, collection: &str, key: &str) -> Result<Insight> {
        let collection = self.number(collection).await?;
        let found = self.find(collection, key).await?;
        let (_, record) = found.ok_or(Refusal::InsightRecordNotFound)?;
        self.seen(key, record).await?.ok_or_else(|| Refusal::InsightRecordNotFound.into())
    }

    /// A holder's records in a collection, in the order of their keys; at most 100.
    pub async fn of_holder(
        self,
        holder: Holder,
        collection: &str,
        page: Page,
    ) -> Result<Vec<Insight>> {
        let collection = self.number(collection).await?;
        if let Holder::Contact(contact) = holder {
            self.account.contacts().get(contact).await?;
        }
        let prefix = tables::insights_of(self.account.id.0, holder.number(), collection);
        let keys = self.keys(Table::InsightOfContact, &prefix, None, page.skip(), page.select());
        let mut records = Vec::new();
        for key in keys.await? {
            if let Some((_, record)) = self.find(collection, &key).await? {
                records.extend(self.seen(&key, record).await?);
            }
        }
        Ok(records)
    }

    /// Records of a collection in the order of their keys, whoever holds them, behind the key
    /// `after`; at most `select`, and at most 100.
    pub async fn of_collection(
        self,
        collection: &str,
        after: Option<&str>,
        select: usize,
    ) -> Result<Vec<Insight>> {
        let collection = self.number(collection).await?;
        let prefix = tables::numbered(self.account.id.0, collection);
        let keys = self.keys(Table::InsightRecord, &prefix, after, 0, select);
        let mut records = Vec::new();
        for key in keys.await? {
            if let Some((_, record)) = self.find(collection, &key).await? {
                records.extend(self.seen(&key, record).await?);
            }
        }
        Ok(records)
    }

    /// Keys of records below `prefix`, behind `after` and the first `skip` ones.
    pub(super) async fn keys(
        self,
        table: Table,
        prefix: &Bytes,
        after: Option<&str>,
        skip: usize,
        select: usize,
    ) -> Result<Vec<String>> {
        let select = select.min(MAX_RECORDS);
        let mut range = KeyRange::prefix(prefix.clone());
        if let Some(after) = after {
            range = range.after(&[prefix, after.as_bytes()].concat());
        }
        let (mut skip, mut keys) = (skip, Vec::new());
        while keys.len() < select {
            let found = self.scan(table, range.clone(), AT_ONCE).await?;
            let Some((last, _)) = found.last() else { break };
            range = range.after(last);
            let is_end = found.len() < AT_ONCE;
            let passed = skip.min(found.len());
            skip -= passed;
            let wanted = found.iter().skip(passed).take(select - keys.len());
            keys.extend(wanted.map(|(key, _)| key_of(key, prefix.len())));
            if is_end {
                break;
            }
        }
        Ok(keys)
    }

    pub(super) async fn scan(
        self,
        table: Table,
        range: KeyRange,
        limit: usize,
    ) -> Result<Vec<(Bytes, Bytes)>> {
        let store = &self.account.context.store;
        store.scan(Space::Main, table, range, Order::Ascending, limit).await.map_err(broken)
    }

    /// A record and what is stored of it.
    pub(super) async fn find(
        self,
        collection: u32,
        key: &str,
    ) -> Result<Option<(Bytes, InsightRecord)>> {
        let stored_key = tables::insight(self.account.id.0, collection, key);
        let store = &self.account.context.store;
        let found = store.get(Space::Main, Table::InsightRecord, &stored_key).await;
        let Some(stored) = found.map_err(broken)? else { return Ok(None) };
        let record = InsightRecord::decode(&stored).map_err(broken)?;
        Ok(Some((stored, record)))
    }

    /// `None` for one that was replaced since it was read.
    async fn seen(self, key: &str, record: InsightRecord) -> Result<Option<Insight>> {
        let (holder, created, modified) = (record.holder(), record.created, record.modified);
        let json = match record.json {
            Json::Here(json) => Some(json),
            Json::InPieces(text) => text.read(self.account).await.map_err(broken)?,
        };
        Ok(json.map(|json| Insight { key: key.to_owned(), holder, json, created, modified }))
    }
}

/// The record's key at the end of a stored one.
pub(super) fn key_of(stored: &[u8], prefix_bytes: usize) -> String {
    String::from_utf8_lossy(stored.get(prefix_bytes..).unwrap_or_default()).into_owned()
}
