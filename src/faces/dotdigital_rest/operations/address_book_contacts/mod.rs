//! The contacts of an address book.

mod add_contact_to_address_book;
mod delete_all_contacts_from_address_book;
mod delete_all_contacts_from_address_book_without_progress;
mod delete_contact_from_address_book;
mod delete_contacts_from_address_book;
mod get_contacts_in_address_book;
mod get_modified_contacts_in_address_book;
mod get_unsubscribed_contacts_in_address_book;
mod resubscribe_contact_to_address_book;
mod resubscribe_contact_to_address_book_with_no_challenge;
mod unsubscribe_contact_from_address_book;

use http::{Method, StatusCode};

use crate::faces::dotdigital_rest::Operation;

/// In the order of the vendor's OpenAPI.
pub static OPERATIONS: &[&Operation] = &[
    &delete_contact_from_address_book::OPERATION,
    &delete_all_contacts_from_address_book_without_progress::OPERATION,
    &get_contacts_in_address_book::OPERATION,
    &add_contact_to_address_book::OPERATION,
    &delete_all_contacts_from_address_book::OPERATION,
    &delete_contacts_from_address_book::OPERATION,
    &get_modified_contacts_in_address_book::OPERATION,
    &get_unsubscribed_contacts_in_address_book::OPERATION,
    &unsubscribe_contact_from_address_book::OPERATION,
    &resubscribe_contact_to_address_book::OPERATION,
    &resubscribe_contact_to_address_book_with_no_challenge::OPERATION,
    &Operation::inactive(
        "ApiContact_GetContactsScoreInAddressBook",
        Method::GET,
        "/v2/address-books/{addressBookId}/contacts/score",
        StatusCode::OK,
    ),
];
