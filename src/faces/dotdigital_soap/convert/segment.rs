//! Segments and their refreshes.

use super::int;
use crate::domain::{RefreshStatus, Refusal, Segment, SegmentId};
use crate::faces::dotdigital_soap::records::segment::{
    ApiSegment, ApiSegmentRefresh, ApiSegmentRefreshStatuses,
};

pub fn segment_id(id: i32) -> Result<SegmentId, Refusal> {
    u32::try_from(id).map(SegmentId).map_err(|_| Refusal::SegmentNotFound)
}

pub fn segments(segments: Vec<Segment>) -> Vec<ApiSegment> {
    let segments = segments.into_iter().map(|segment| ApiSegment {
        id: int(segment.id.0),
        name: Some(segment.name),
        contacts: int(segment.contacts),
    });
    segments.collect()
}

pub fn refresh(id: SegmentId, status: RefreshStatus) -> ApiSegmentRefresh {
    ApiSegmentRefresh {
        id: int(id.0),
        status: match status {
            RefreshStatus::NotStarted => ApiSegmentRefreshStatuses::NotStarted,
            RefreshStatus::NotFinished => ApiSegmentRefreshStatuses::NotFinished,
            RefreshStatus::Finished => ApiSegmentRefreshStatuses::Finished,
            RefreshStatus::Failed => ApiSegmentRefreshStatuses::Failed,
        },
    }
}
