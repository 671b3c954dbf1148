//! The contacts of an address book.

use http::{Method, StatusCode};

use crate::faces::dotdigital_rest::Operation;

/// In the order of the vendor's OpenAPI.
pub static OPERATIONS: &[&Operation] = &[
    &Operation::inactive(
        "ApiContact_DeleteContactFromAddressBook",
        Method::DELETE,
        "/v2/address-books/{addressBookId}/contacts/{contactId}",
        StatusCode::NO_CONTENT,
    ),
    &Operation::inactive(
        "ApiContact_DeleteAllContactsFromAddressBookWithoutProgress",
        Method::DELETE,
        "/v2/address-books/{addressBookId}/contacts",
        StatusCode::NO_CONTENT,
    ),
    &Operation::inactive(
        "ApiContact_GetContactsInAddressBook",
        Method::GET,
        "/v2/address-books/{addressBookId}/contacts",
        StatusCode::OK,
    ),
    &Operation::inactive(
        "ApiContact_AddContactToAddressBook",
        Method::POST,
        "/v2/address-books/{addressBookId}/contacts",
        StatusCode::OK,
    ),
    &Operation::inactive(
        "ApiContact_DeleteAllContactsFromAddressBook",
        Method::POST,
        "/v2/address-books/{addressBookId}/contacts/delete-all",
        StatusCode::ACCEPTED,
    ),
    &Operation::inactive(
        "ApiContact_DeleteContactsFromAddressBook",
        Method::POST,
        "/v2/address-books/{addressBookId}/contacts/delete",
        StatusCode::ACCEPTED,
    ),
    &Operation::inactive(
        "ApiContact_GetModifiedContactsInAddressBook",
        Method::GET,
        "/v2/address-books/{addressBookId}/contacts/modified-since/{date}",
        StatusCode::OK,
    ),
    &Operation::inactive(
        "ApiContact_GetUnsubscribedContactsInAddressBook",
        Method::GET,
        "/v2/address-books/{addressBookId}/contacts/unsubscribed-since/{date}",
        StatusCode::OK,
    ),
    &Operation::inactive(
        "ApiContact_UnsubscribeContactFromAddressBook",
        Method::POST,
        "/v2/address-books/{addressBookId}/contacts/unsubscribe",
        StatusCode::OK,
    ),
    &Operation::inactive(
        "ApiContact_ResubscribeContactToAddressBook",
        Method::POST,
        "/v2/address-books/{addressBookId}/contacts/resubscribe",
        StatusCode::OK,
    ),
    &Operation::inactive(
        "ApiContact_ResubscribeContactToAddressBookWithNoChallenge",
        Method::POST,
        "/v2/address-books/{addressBookId}/contacts/resubscribe-with-no-challenge",
        StatusCode::OK,
    ),
    &Operation::inactive(
        "ApiContact_GetContactsScoreInAddressBook",
        Method::GET,
        "/v2/address-books/{addressBookId}/contacts/score",
        StatusCode::OK,
    ),
];
