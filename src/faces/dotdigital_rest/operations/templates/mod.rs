//! Templates of campaigns.

use http::{Method, StatusCode};

use crate::faces::dotdigital_rest::Operation;

/// In the order of the vendor's OpenAPI.
pub static OPERATIONS: &[&Operation] = &[
    &Operation::inactive(
        "ApiTemplate_CreateTemplate",
        Method::POST,
        "/v2/templates",
        StatusCode::CREATED,
    ),
    &Operation::inactive("ApiTemplate_GetTemplates", Method::GET, "/v2/templates", StatusCode::OK),
    &Operation::inactive(
        "ApiTemplate_GetTemplateById",
        Method::GET,
        "/v2/templates/{id}",
        StatusCode::OK,
    ),
    &Operation::inactive(
        "ApiTemplate_UpdateTemplate",
        Method::PUT,
        "/v2/templates/{id}",
        StatusCode::OK,
    ),
];
