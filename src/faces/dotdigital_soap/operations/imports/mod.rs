//! Imports: accepting a file, watching it, reading what came of it.

mod get_contact_import_progress;
mod get_contact_import_report;
mod get_contact_import_report_faults;
mod import_contacts;
mod import_contacts_to_address_book;

use crate::domain::import::PIECE_BYTES;
use crate::protocol::xml::LIFTED_CHUNK_BYTES;

pub use get_contact_import_progress::{GetContactImportProgress, GetContactImportProgressResponse};
pub use get_contact_import_report::{GetContactImportReport, GetContactImportReportResponse};
pub use get_contact_import_report_faults::{
    GetContactImportReportFaults, GetContactImportReportFaultsResponse,
};
pub use import_contacts::{ImportContacts, ImportContactsResponse};
pub use import_contacts_to_address_book::{
    ImportContactsToAddressBook, ImportContactsToAddressBookResponse,
};

// A file is stored in the chunks in which it was decoded.
const _: () = assert!(PIECE_BYTES == LIFTED_CHUNK_BYTES);
