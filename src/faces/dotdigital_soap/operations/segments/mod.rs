//! Segments and their refreshes.

mod get_segment_refresh_progress;
mod get_segments;
mod refresh_segment;

pub use get_segment_refresh_progress::{
    GetSegmentRefreshProgress, GetSegmentRefreshProgressResponse,
};
pub use get_segments::{GetSegments, GetSegmentsResponse};
pub use refresh_segment::{RefreshSegment, RefreshSegmentResponse};
