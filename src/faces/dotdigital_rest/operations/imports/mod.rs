//! Imports of contacts.

use http::{Method, StatusCode};

use crate::faces::dotdigital_rest::Operation;

/// In the order of the vendor's OpenAPI.
pub static OPERATIONS: &[&Operation] = &[
    &Operation::inactive(
        "ApiContactImport_ImportContactsToAddressBook",
        Method::POST,
        "/v2/address-books/{addressBookId}/contacts/import",
        StatusCode::ACCEPTED,
    ),
    &Operation::inactive(
        "ApiContactImport_ImportContactsToAddressBookWithMergeOption",
        Method::POST,
        "/v2/address-books/{addressBookId}/contacts/import/with-merge-option/{mergeOption}",
        StatusCode::ACCEPTED,
    ),
    &Operation::inactive(
        "ApiContactImport_ImportContacts",
        Method::POST,
        "/v2/contacts/import",
        StatusCode::ACCEPTED,
    ),
    &Operation::inactive(
        "ApiContactImport_ImportContactsCollection",
        Method::POST,
        "/v2/contacts/import-collection",
        StatusCode::ACCEPTED,
    ),
    &Operation::inactive(
        "ApiContactImport_ImportContactsWithMergeOption",
        Method::POST,
        "/v2/contacts/import/with-merge-option/{mergeOption}",
        StatusCode::ACCEPTED,
    ),
    &Operation::inactive(
        "ApiContactImport_GetContactImportProgress",
        Method::GET,
        "/v2/contacts/import/{importId}",
        StatusCode::OK,
    ),
    &Operation::inactive(
        "ApiContactImport_GetContactImportReport",
        Method::GET,
        "/v2/contacts/import/{importId}/report",
        StatusCode::OK,
    ),
    &Operation::inactive(
        "ApiContactImport_GetContactImportReportFaults",
        Method::GET,
        "/v2/contacts/import/{importId}/report-faults",
        StatusCode::OK,
    ),
];
