//! The account itself.

mod empty_recycle_bin;
mod get_current_account_info;
mod get_server_time;

use http::{Method, StatusCode};

use crate::faces::dotdigital_rest::Operation;

/// In the order of the vendor's OpenAPI.
pub static OPERATIONS: &[&Operation] = &[
    &get_current_account_info::OPERATION,
    &get_server_time::OPERATION,
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
    &empty_recycle_bin::OPERATION,
];
