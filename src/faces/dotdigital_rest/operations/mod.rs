//! Every operation of the API, one folder per area and one file per operation.
//!
//! An operation that is listed as inactive is known, so that its path is not a mistake of the
//! caller's, and belongs to a feature that accounts do not have here.

pub mod account;
pub mod address_book_contacts;
pub mod address_books;
pub mod campaigns;
pub mod contacts;
pub mod data_fields;
pub mod documents;
pub mod ecommerce;
pub mod email;
pub mod images;
pub mod imports;
pub mod insight;
pub mod preferences;
pub mod programs;
pub mod reporting;
pub mod segments;
pub mod sms;
pub mod surveys;
pub mod templates;

use super::operation::Operation;

/// The operations by area.
static AREAS: [&[&Operation]; 19] = [
    account::OPERATIONS,
    address_book_contacts::OPERATIONS,
    address_books::OPERATIONS,
    campaigns::OPERATIONS,
    contacts::OPERATIONS,
    data_fields::OPERATIONS,
    documents::OPERATIONS,
    ecommerce::OPERATIONS,
    email::OPERATIONS,
    images::OPERATIONS,
    imports::OPERATIONS,
    insight::OPERATIONS,
    preferences::OPERATIONS,
    programs::OPERATIONS,
    reporting::OPERATIONS,
    segments::OPERATIONS,
    sms::OPERATIONS,
    surveys::OPERATIONS,
    templates::OPERATIONS,
];

/// Every operation that the API has.
pub fn all() -> impl Iterator<Item = &'static Operation> {
    AREAS.iter().flat_map(|area| area.iter().copied())
}
