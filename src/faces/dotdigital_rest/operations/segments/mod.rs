//! Segments and their refreshes.

use http::{Method, StatusCode};

use crate::faces::dotdigital_rest::Operation;

/// In the order of the vendor's OpenAPI.
pub static OPERATIONS: &[&Operation] = &[
    &Operation::inactive(
        "ApiSegment_RefreshSegment",
        Method::POST,
        "/v2/segments/refresh/{id}",
        StatusCode::ACCEPTED,
    ),
    &Operation::inactive(
        "ApiSegment_GetSegmentRefreshProgress",
        Method::GET,
        "/v2/segments/refresh/{id}",
        StatusCode::OK,
    ),
    &Operation::inactive("ApiSegment_GetSegments", Method::GET, "/v2/segments", StatusCode::OK),
];
