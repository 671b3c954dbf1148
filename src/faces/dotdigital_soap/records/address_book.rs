//! Address books.

use lychgate_derive::XmlRecord;

use super::DATA;

/// A named set of contacts.
#[derive(Debug, Clone, PartialEq, XmlRecord)]
#[xml(name = "ApiAddressBook", namespace = DATA)]
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
    #[xml(name = "Contacts")]
    pub contacts: i32,
}

/// Several address books.
#[derive(Debug, Clone, PartialEq, XmlRecord)]
#[xml(name = "ArrayOfApiAddressBook", namespace = DATA)]
pub struct ArrayOfApiAddressBook {
    #[xml(name = "ApiAddressBook")]
    pub items: Vec<Option<ApiAddressBook>>,
}

/// Whether contacts may see that a book exists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, XmlRecord)]
#[xml(name = "ApiAddressBookVisibility", namespace = DATA)]
pub enum ApiAddressBookVisibility {
    #[xml(name = "NotAvailableInThisVersion", value = -1)]
    NotAvailableInThisVersion,
    #[xml(name = "Private", value = 0)]
    Private,
    #[xml(name = "Public", value = 1)]
    Public,
}
