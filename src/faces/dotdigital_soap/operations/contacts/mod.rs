//! Contacts: reading, changing, suppressing and taking back.

mod add_contact_to_address_book;
mod create_contact;
mod delete_all_contacts_from_address_book;
mod delete_contact;
mod delete_contact_from_address_book;
mod delete_contacts_from_address_book;
mod get_contact_by_email;
mod get_contact_by_id;
mod get_contact_status_by_email;
mod get_contacts;
mod get_contacts_in_address_book;
mod get_modified_contacts;
mod get_modified_contacts_in_address_book;
mod get_new_contacts;
mod get_suppressed_contacts;
mod get_unsubscribed_contacts;
mod get_unsubscribed_contacts_in_address_book;
mod resubscribe_contact;
mod resubscribe_contact_to_address_book;
mod unsubscribe_contact;
mod unsubscribe_contact_from_address_book;
mod update_contact;

pub use add_contact_to_address_book::{AddContactToAddressBook, AddContactToAddressBookResponse};
pub use create_contact::{CreateContact, CreateContactResponse};
pub use delete_all_contacts_from_address_book::{
    DeleteAllContactsFromAddressBook, DeleteAllContactsFromAddressBookResponse,
};
pub use delete_contact::{DeleteContact, DeleteContactResponse};
pub use delete_contact_from_address_book::{
    DeleteContactFromAddressBook, DeleteContactFromAddressBookResponse,
};
pub use delete_contacts_from_address_book::{
    DeleteContactsFromAddressBook, DeleteContactsFromAddressBookResponse,
};
pub use get_contact_by_email::{GetContactByEmail, GetContactByEmailResponse};
pub use get_contact_by_id::{GetContactById, GetContactByIdResponse};
pub use get_contact_status_by_email::{GetContactStatusByEmail, GetContactStatusByEmailResponse};
pub use get_contacts::{GetContacts, GetContactsResponse};
pub use get_contacts_in_address_book::{
    GetContactsInAddressBook, GetContactsInAddressBookResponse,
};
pub use get_modified_contacts::{GetModifiedContacts, GetModifiedContactsResponse};
pub use get_modified_contacts_in_address_book::{
    GetModifiedContactsInAddressBook, GetModifiedContactsInAddressBookResponse,
};
pub use get_new_contacts::{GetNewContacts, GetNewContactsResponse};
pub use get_suppressed_contacts::{GetSuppressedContacts, GetSuppressedContactsResponse};
pub use get_unsubscribed_contacts::{GetUnsubscribedContacts, GetUnsubscribedContactsResponse};
pub use get_unsubscribed_contacts_in_address_book::{
    GetUnsubscribedContactsInAddressBook, GetUnsubscribedContactsInAddressBookResponse,
};
pub use resubscribe_contact::{
    ResubscribeContact, ResubscribeContact2013, ResubscribeContactResponse,
    ResubscribeContactResponse2013,
};
pub use resubscribe_contact_to_address_book::{
    ResubscribeContactToAddressBook, ResubscribeContactToAddressBook2013,
    ResubscribeContactToAddressBookResponse, ResubscribeContactToAddressBookResponse2013,
};
pub use unsubscribe_contact::{
    UnsubscribeContact, UnsubscribeContact2013, UnsubscribeContactResponse,
    UnsubscribeContactResponse2013,
};
pub use unsubscribe_contact_from_address_book::{
    UnsubscribeContactFromAddressBook, UnsubscribeContactFromAddressBook2013,
    UnsubscribeContactFromAddressBookResponse, UnsubscribeContactFromAddressBookResponse2013,
};
pub use update_contact::{UpdateContact, UpdateContactResponse};
