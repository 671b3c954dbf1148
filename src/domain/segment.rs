//! Segments: contacts that match stored rules, counted by refresh jobs.

use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::contact::ContactStatus;
use super::context::{Account, Context};
use super::data_field::FieldName;
use super::error::{Refusal, Result};
use super::ids::{ListId, SegmentId};
use super::paging::Page;
use super::value::FieldValue;

/// Which contacts a segment holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Rules {
    All(Vec<Rules>),
    Any(Vec<Rules>),
    Field { name: FieldName, test: FieldTest },
    InList(ListId),
    Status(ContactStatus),
}

/// What a field's value is held against. A field without a value passes none of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum FieldTest {
    IsSet,
    /// Texts without regard to case.
    Equals(FieldValue),
    /// The value's text holds this text, without regard to case.
    Contains(String),
    Greater(FieldValue),
    Less(FieldValue),
}

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

/// An account's segments.
#[derive(Debug, Clone, Copy)]
pub struct Segments<'a> {
    pub(super) account: Account<'a>,
}

impl Segments<'_> {
    pub async fn page(&self, page: Page) -> Result<Vec<Segment>> {
        let _ = page;
        Err(Refusal::Unavailable.into())
    }

    /// Stores a segment; it counts nobody until its first refresh.
    pub async fn define(&self, name: &str, rules: Rules) -> Result<Segment> {
        let _ = (name, rules);
        Err(Refusal::Unavailable.into())
    }

    /// Asks for a refresh. One that is under way already is not started again.
    pub async fn refresh(&self, id: SegmentId) -> Result<RefreshStatus> {
        let _ = id;
        Err(Refusal::Unavailable.into())
    }

    /// Where the last refresh stands; a segment never refreshed is `NotStarted`.
    pub async fn refresh_progress(&self, id: SegmentId) -> Result<RefreshStatus> {
        let _ = id;
        Err(Refusal::Unavailable.into())
    }
}

/// Works refresh jobs for as long as it is polled, those that an earlier process left behind first.
///
/// To stop, drop it: a job cut short is worked again from its beginning.
pub async fn run_segment_refreshes(context: Arc<Context>) {
    let _ = context;
    std::future::pending::<()>().await;
}
