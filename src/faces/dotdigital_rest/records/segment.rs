//! Segments and their refreshes.

use serde::Serialize;

use crate::domain::{RefreshStatus, Segment, SegmentId};
use crate::faces::dotdigital_rest::convert::int;

/// A segment of the account.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ApiSegment {
    pub id: i32,
    pub name: String,
    /// As the last refresh counted.
    pub contacts: i32,
}

impl ApiSegment {
    pub fn of(segment: &Segment) -> Self {
        let Segment { id, name, contacts, .. } = segment;
        Self { id: int(id.0), name: name.clone(), contacts: int(*contacts) }
    }
}

/// A fresh count of a segment.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ApiSegmentRefresh {
    /// The segment's number.
    pub id: i32,
    pub status: ApiSegmentRefreshStatuses,
}

/// How far the count is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum ApiSegmentRefreshStatuses {
    NotStarted,
    NotFinished,
    Finished,
    Failed,
}

impl ApiSegmentRefresh {
    pub fn of(id: SegmentId, status: RefreshStatus) -> Self {
        let status = match status {
            RefreshStatus::NotStarted => ApiSegmentRefreshStatuses::NotStarted,
            RefreshStatus::NotFinished => ApiSegmentRefreshStatuses::NotFinished,
            RefreshStatus::Finished => ApiSegmentRefreshStatuses::Finished,
            RefreshStatus::Failed => ApiSegmentRefreshStatuses::Failed,
        };
        Self { id: int(id.0), status }
    }
}
