//! The account itself.

use http::{Method, StatusCode};

use crate::faces::dotdigital_rest::Operation;

/// In the order of the vendor's OpenAPI.
pub static OPERATIONS: &[&Operation] = &[
    &Operation::inactive(
        "ApiAccount_GetCurrentAccountInfo",
        Method::GET,
        "/v2/account-info",
        StatusCode::OK,
    ),
    &Operation::inactive(
        "ApiAccount_GetServerTime",
        Method::GET,
        "/v2/server-time",
        StatusCode::OK,
    ),
    &Operation::inactive("ApiAccount_CreateAccount", Method::POST, "/v2/accounts", StatusCode::OK),
    &Operation::inactive(
        "ApiAccount_CreateManagedUser",
        Method::POST,
        "/v2/accounts/{accountId}/managed-users",
        StatusCode::OK,
    ),
    &Operation::inactive(
        "ApiAccount_CreateOAuthToken",
        Method::POST,
        "/v2/accounts/{accountId}/oauth-tokens",
        StatusCode::OK,
    ),
    &Operation::inactive(
        "ApiAccount_UpdateTheme",
        Method::PUT,
        "/v2/accounts/{accountId}/theme",
        StatusCode::OK,
    ),
    &Operation::inactive(
        "ApiAccount_CreateApiUser",
        Method::POST,
        "/v2/accounts/{accountId}/api-users",
        StatusCode::OK,
    ),
    &Operation::inactive(
        "ApiAccount_EmptyRecycleBin",
        Method::POST,
        "/v2/accounts/empty-recycle-bin",
        StatusCode::OK,
    ),
];
