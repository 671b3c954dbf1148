//! Data fields.

use http::{Method, StatusCode};

use crate::faces::dotdigital_rest::Operation;

/// In the order of the vendor's OpenAPI.
pub static OPERATIONS: &[&Operation] = &[
    &Operation::inactive(
        "ApiDataField_CreateDataField",
        Method::POST,
        "/v2/data-fields",
        StatusCode::CREATED,
    ),
    &Operation::inactive(
        "ApiDataField_GetDataFields",
        Method::GET,
        "/v2/data-fields",
        StatusCode::OK,
    ),
    &Operation::inactive(
        "ApiDataField_DeleteDataField",
        Method::DELETE,
        "/v2/data-fields/{name}",
        StatusCode::OK,
    ),
];
