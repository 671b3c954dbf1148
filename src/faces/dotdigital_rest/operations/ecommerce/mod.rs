//! Figures of shops and recommendations of products: not active here.

use http::{Method, StatusCode};

use crate::faces::dotdigital_rest::Operation;

/// In the order of the vendor's OpenAPI.
pub static OPERATIONS: &[&Operation] = &[
    &Operation::inactive(
        "ApiEcommerce_GetKpiMetricSummaries",
        Method::GET,
        "/v2/ecommerce/summaries",
        StatusCode::OK,
    ),
    &Operation::inactive(
        "ApiEcommerce_RefreshSummaries",
        Method::POST,
        "/v2/ecommerce/summaries",
        StatusCode::OK,
    ),
    &Operation::inactive(
        "ApiEcommerce_GetAllKpiMetricSummaries",
        Method::GET,
        "/v2/ecommerce/fullsummary",
        StatusCode::OK,
    ),
    &Operation::inactive(
        "ApiEcommerce_GetMetricSummary",
        Method::GET,
        "/v2/ecommerce/summary/{summaryType}",
        StatusCode::OK,
    ),
    &Operation::inactive(
        "ApiEcommerce_GetTransactionalDataByCollectionFromIdFromDate",
        Method::GET,
        "/v2/ecommerce/orders",
        StatusCode::OK,
    ),
    &Operation::inactive(
        "ApiProductRecommendations_GetProductRecommendations",
        Method::GET,
        "/v2/products/recommendations",
        StatusCode::OK,
    ),
];
