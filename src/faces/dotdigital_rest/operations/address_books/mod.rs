//! Address books, which the domain calls lists.

use http::{Method, StatusCode};

use crate::faces::dotdigital_rest::Operation;

/// In the order of the vendor's OpenAPI.
pub static OPERATIONS: &[&Operation] = &[
    &Operation::inactive(
        "ApiAddressBook_GetAddressBookById",
        Method::GET,
        "/v2/address-books/{id}",
        StatusCode::OK,
    ),
    &Operation::inactive(
        "ApiAddressBook_UpdateAddressBook",
        Method::PUT,
        "/v2/address-books/{id}",
        StatusCode::OK,
    ),
    &Operation::inactive(
        "ApiAddressBook_DeleteAddressBook",
        Method::DELETE,
        "/v2/address-books/{id}",
        StatusCode::OK,
    ),
    &Operation::inactive(
        "ApiAddressBook_GetAddressBooks",
        Method::GET,
        "/v2/address-books",
        StatusCode::OK,
    ),
    &Operation::inactive(
        "ApiAddressBook_CreateAddressBook",
        Method::POST,
        "/v2/address-books",
        StatusCode::CREATED,
    ),
    &Operation::inactive(
        "ApiAddressBook_GetPrivateAddressBooks",
        Method::GET,
        "/v2/address-books/private",
        StatusCode::OK,
    ),
    &Operation::inactive(
        "ApiAddressBook_GetPublicAddressBooks",
        Method::GET,
        "/v2/address-books/public",
        StatusCode::OK,
    ),
    &Operation::inactive(
        "ApiAddressBook_GetAddressBooksForContact",
        Method::GET,
        "/v2/contacts/{contactId}/address-books",
        StatusCode::OK,
    ),
    &Operation::inactive(
        "ApiAddressBook_GetAddressBooksForCampaign",
        Method::GET,
        "/v2/campaigns/{campaignId}/address-books",
        StatusCode::OK,
    ),
];
