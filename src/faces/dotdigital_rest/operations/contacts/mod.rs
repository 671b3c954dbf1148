//! Contacts: reading, changing, suppressing and taking back.

mod create_contact;
mod delete_contact;
mod get_all_contacts_count;
mod get_bulk_contact_deletion_progress;
mod get_contact_by_email;
mod get_contact_by_id;
mod get_contacts;
mod get_modified_contacts;
mod get_multiple_contacts;
mod get_new_contacts;
mod get_suppressed_contacts;
mod get_unsubscribed_contacts;
mod resubscribe_contact;
mod resubscribe_contact_with_no_challenge;
mod suppress_contacts;
mod unsubscribe_contact;
mod update_contact;

use http::{Method, StatusCode};

use crate::faces::dotdigital_rest::Operation;

/// In the order of the vendor's OpenAPI.
pub static OPERATIONS: &[&Operation] = &[
    &get_suppressed_contacts::OPERATION,
    &get_unsubscribed_contacts::OPERATION,
    &get_modified_contacts::OPERATION,
    &get_new_contacts::OPERATION,
    &get_contacts::OPERATION,
    &create_contact::OPERATION,
    &get_contact_by_id::OPERATION,
    &update_contact::OPERATION,
    &delete_contact::OPERATION,
    &get_contact_by_email::OPERATION,
    &get_bulk_contact_deletion_progress::OPERATION,
    &unsubscribe_contact::OPERATION,
    &suppress_contacts::OPERATION,
    &resubscribe_contact::OPERATION,
    &resubscribe_contact_with_no_challenge::OPERATION,
    &Operation::inactive(
        "ApiContact_GetContactsScore",
        Method::GET,
        "/v2/contacts/score",
        StatusCode::OK,
    ),
    &Operation::inactive(
        "ApiContact_GetContactsScoreModifiedSinceDate",
        Method::GET,
        "/v2/contacts/score/modified-since/{date}",
        StatusCode::OK,
    ),
    &Operation::inactive(
        "ApiContact_GetContactScoreByEmail",
        Method::GET,
        "/v2/contacts/{email}/score",
        StatusCode::OK,
    ),
    &Operation::inactive(
        "ApiContact_GetContactScoreByContactId",
        Method::GET,
        "/v2/contacts/{id}/score",
        StatusCode::OK,
    ),
    &get_all_contacts_count::OPERATION,
    &get_multiple_contacts::OPERATION,
];
