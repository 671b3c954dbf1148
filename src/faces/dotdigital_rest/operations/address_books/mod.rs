//! Address books, which the domain calls lists.

mod create_address_book;
mod delete_address_book;
mod get_address_book_by_id;
mod get_address_books;
mod get_address_books_for_campaign;
mod get_address_books_for_contact;
mod get_private_address_books;
mod get_public_address_books;
mod update_address_book;

use crate::faces::dotdigital_rest::Operation;

/// In the order of the vendor's OpenAPI.
pub static OPERATIONS: &[&Operation] = &[
    &get_address_book_by_id::OPERATION,
    &update_address_book::OPERATION,
    &delete_address_book::OPERATION,
    &get_address_books::OPERATION,
    &create_address_book::OPERATION,
    &get_private_address_books::OPERATION,
    &get_public_address_books::OPERATION,
    &get_address_books_for_contact::OPERATION,
    &get_address_books_for_campaign::OPERATION,
];
