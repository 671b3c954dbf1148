//! Segments and their refreshes.

mod get_segment_refresh_progress;
mod get_segments;
mod refresh_segment;

use crate::faces::dotdigital_rest::Operation;

/// In the order of the vendor's OpenAPI.
pub static OPERATIONS: &[&Operation] = &[
    &refresh_segment::OPERATION,
    &get_segment_refresh_progress::OPERATION,
    &get_segments::OPERATION,
];
