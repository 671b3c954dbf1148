//! Address books.

use super::DATA;
use crate::protocol::xml::XmlRecord;

/// A named set of contacts.
#[derive(Debug, Clone, PartialEq, XmlRecord)]
#[xml(name = "ApiAddressBook", ns = DATA)]
pub struct ApiAddressBook {
    /// The book's number; 0 for a book that is not stored yet.
    #[xml(name = "Id")]
    pub id: i32,
    /// Unique within the account, without regard to case.
    #[xml(name = "Name", required)]
    pub name: Option<String>,
    #[xml(name = "Visibility")]
    pub visibility: ApiAddressBookVisibility,
    /// How many contacts are in the book; ignored in requests.
    #[xml(name = "Contacts", since = 2014)]
    pub contacts: i32,
}

/// Whether contacts may see that a book exists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, XmlRecord)]
#[xml(name = "ApiAddressBookVisibility", ns = DATA)]
pub enum ApiAddressBookVisibility {
    #[xml(name = "NotAvailableInThisVersion", value = -1)]
    NotAvailableInThisVersion,
    #[xml(name = "Private")]
    Private,
    #[xml(name = "Public")]
    Public,
}
