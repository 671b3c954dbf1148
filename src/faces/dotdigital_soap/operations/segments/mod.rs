//! Segments and their refreshes.

mod get_segment_refresh_progress;
mod get_segments;
mod refresh_segment;

pub use get_segment_refresh_progress::GetSegmentRefreshProgress;
pub use get_segments::GetSegments;
pub use refresh_segment::RefreshSegment;
