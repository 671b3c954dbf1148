//! Segments: contacts that match stored rules, counted by refresh jobs.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::context::Account;
use super::data_field::FieldName;
use super::edit::Edit;
use super::error::{Error, Refusal, Result};
use super::ids::{ListId, SegmentId};
use super::paging::Page;
pub use super::refresh::run_segment_refreshes;
pub use super::rules::{FieldTest, Rules};
use crate::store::{Batch, Entry, KeyRange, Order, Record, Space, StoreError, Table, tables};

/// Longest name of a segment, in characters.
const MAX_NAME_CHARS: usize = 128;

/// A segment as callers see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Segment {
    pub id: SegmentId,
    pub name: String,
    /// As the last refresh counted.
    pub contacts: u32,
    pub refreshed: Option<Timestamp>,
}

/// Where a refresh job stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum RefreshStatus {
    NotStarted,
    NotFinished,
    Finished,
    Failed,
}

/// A segment as it is stored.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct SegmentRecord {
    pub name: String,
    pub rules: Rules,
    pub contacts: u32,
    pub refreshed: Option<Timestamp>,
    pub status: RefreshStatus,
}

impl Record for SegmentRecord {
    const TABLE: Table = Table::Segment;
    const VERSION: u8 = 1;
}

impl SegmentRecord {
    fn seen(self, id: SegmentId) -> Segment {
        let Self { name, contacts, refreshed, .. } = self;
        Segment { id, name, contacts, refreshed }
    }
}

/// An account's segments.
#[derive(Debug, Clone, Copy)]
pub struct Segments<'a> {
    pub(super) account: Account<'a>,
}

impl<'a> Segments<'a> {
    pub async fn page(self, page: Page) -> Result<Vec<Segment>> {
        let segments = self.records().await?;
        Ok(page.of(segments.into_iter().map(|(id, record)| record.seen(id))))
    }

    pub async fn get(self, id: SegmentId) -> Result<Segment> {
        Ok(self.record(id).await?.1.seen(id))
    }

    /// The rules of a segment.
    pub async fn rules(self, id: SegmentId) -> Result<Rules> {
        Ok(self.record(id).await?.1.rules)
    }

    /// All of them, in alphabetical order without regard to case.
    pub async fn alphabetical(self) -> Result<Vec<Segment>> {
        let records = self.records().await?.into_iter();
        let mut segments: Vec<Segment> = records.map(|(id, record)| record.seen(id)).collect();
        segments.sort_by_cached_key(|segment| (segment.name.to_lowercase(), segment.id));
        Ok(segments)
    }

    /// Stores a segment; it counts nobody until its first refresh. The fields and lists that its
    /// rules name must exist, and then stay as long as it does.
    pub async fn define(self, name: &str, rules: Rules) -> Result<Segment> {
        let name = name.trim();
        let fits = !name.is_empty() && name.chars().count() <= MAX_NAME_CHARS;
        if !fits || !rules.are_shallow() {
            return Err(Refusal::ParameterInvalid { parameter: "segment" }.into());
        }
        self.account.change("define a segment", |edit| self.define_once(edit, name, &rules)).await
    }

    async fn define_once(
        self,
        mut edit: Edit<'a>,
        name: &str,
        rules: &Rules,
    ) -> Result<(Edit<'a>, Segment)> {
        let schema = self.account.fields().schema().await?;
        if rules.fields().into_iter().any(|field| schema.named(field.as_str()).is_none()) {
            return Err(Refusal::DataFieldNotFound.into());
        }
        for list in rules.lists() {
            self.account.lists().get(list).await?;
        }
        let id = SegmentId(edit.next_segment());
        let record = SegmentRecord {
            name: name.to_owned(),
            rules: rules.clone(),
            contacts: 0,
            refreshed: None,
            status: RefreshStatus::NotStarted,
        };
        self.put(&mut edit.batch, id, &record)?;
        Ok((edit, record.seen(id)))
    }

    /// Asks for a refresh: a durable job, worked by [`run_segment_refreshes`]. One that is under
    /// way already is not started again.
    pub async fn refresh(self, id: SegmentId) -> Result<RefreshStatus> {
        let status =
            self.account.change("ask for a refresh", |edit| self.refresh_once(edit, id)).await?;
        self.account.context.refresh_asked.notify_one();
        Ok(status)
    }

    async fn refresh_once(
        self,
        mut edit: Edit<'a>,
        id: SegmentId,
    ) -> Result<(Edit<'a>, RefreshStatus)> {
        let (stored, mut record) = self.record(id).await?;
        let pending = tables::pending_refresh(self.account.id.0, id.0);
        let store = &self.account.context.store;
        let asked = store.get(Space::Main, Table::Segment, &pending).await;
        if asked.map_err(read_error)?.is_some() {
            return Ok((edit, record.status));
        }
        record.status = RefreshStatus::NotStarted;
        edit.batch.expect(Table::Segment, stored.0, Some(stored.1));
        self.put(&mut edit.batch, id, &record)?;
        edit.batch.put(Table::Segment, pending, vec![1]);
        Ok((edit, record.status))
    }

    /// Where the last refresh stands; a segment never refreshed is `NotStarted`.
    pub async fn refresh_progress(self, id: SegmentId) -> Result<RefreshStatus> {
        Ok(self.record(id).await?.1.status)
    }

    /// The segments whose rules look at a field.
    pub(super) async fn over_field(self, field: &FieldName) -> Result<Vec<SegmentId>> {
        let segments = self.records().await?.into_iter();
        let over = segments.filter(|(_, record)| record.rules.fields().contains(field));
        Ok(over.map(|(id, _)| id).collect())
    }

    /// Whether a segment's rules look at a list.
    pub(super) async fn any_over_list(self, list: ListId) -> Result<bool> {
        let segments = self.records().await?;
        Ok(segments.iter().any(|(_, record)| record.rules.lists().contains(&list)))
    }

    /// The stored segment and its bytes.
    pub(super) async fn record(self, id: SegmentId) -> Result<(Entry, SegmentRecord)> {
        let key = tables::numbered(self.account.id.0, id.0);
        let stored = self.account.context.store.get(Space::Main, Table::Segment, &key);
        let stored = stored.await.map_err(read_error)?.ok_or(Refusal::SegmentNotFound)?;
        let record = SegmentRecord::decode(&stored).map_err(read_error)?;
        Ok(((key, stored), record))
    }

    async fn records(self) -> Result<Vec<(SegmentId, SegmentRecord)>> {
        let range = KeyRange::prefix(tables::account(self.account.id.0));
        let store = &self.account.context.store;
        let found = store.scan(Space::Main, Table::Segment, range, Order::Ascending, usize::MAX);
        let mut segments = Vec::new();
        for (key, value) in found.await.map_err(read_error)? {
            let record = SegmentRecord::decode(&value).map_err(read_error)?;
            segments.extend(tables::contact_of_entry(&key).map(|id| (SegmentId(id), record)));
        }
        Ok(segments)
    }

    pub(super) fn put(
        self,
        batch: &mut Batch,
        id: SegmentId,
        record: &SegmentRecord,
    ) -> Result<()> {
        let value = record.encode().map_err(|error| Error::store("write a segment", error))?;
        batch.put(Table::Segment, tables::numbered(self.account.id.0, id.0), value);
        Ok(())
    }
}

fn read_error(error: StoreError) -> Error {
    Error::store("read segments", error)
}
