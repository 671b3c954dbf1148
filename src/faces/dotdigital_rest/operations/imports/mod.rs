//! Imports of contacts: a file comes in while it is read, and a worker takes its rows from there.

mod get_contact_import_progress;
mod get_contact_import_report;
mod get_contact_import_report_faults;
mod import_contacts;
mod import_contacts_collection;
mod import_contacts_to_address_book;
mod import_contacts_to_address_book_with_merge_option;
mod import_contacts_with_merge_option;
mod upload;

use crate::domain::{ImportId, Refusal};
use crate::faces::dotdigital_rest::{Call, Operation};

/// In the order of the vendor's OpenAPI.
pub static OPERATIONS: &[&Operation] = &[
    &import_contacts_to_address_book::OPERATION,
    &import_contacts_to_address_book_with_merge_option::OPERATION,
    &import_contacts::OPERATION,
    &import_contacts_collection::OPERATION,
    &import_contacts_with_merge_option::OPERATION,
    &get_contact_import_progress::OPERATION,
    &get_contact_import_report::OPERATION,
    &get_contact_import_report_faults::OPERATION,
];

/// The import that the path names; what is no GUID names none.
fn import_id(call: &Call<'_>) -> Result<ImportId, Refusal> {
    call.path.guid("importId").map(ImportId).ok_or(Refusal::ImportNotFound)
}
