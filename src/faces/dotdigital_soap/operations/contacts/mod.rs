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

pub use add_contact_to_address_book::AddContactToAddressBook;
pub use create_contact::CreateContact;
pub use delete_all_contacts_from_address_book::DeleteAllContactsFromAddressBook;
pub use delete_contact::DeleteContact;
pub use delete_contact_from_address_book::DeleteContactFromAddressBook;
pub use delete_contacts_from_address_book::DeleteContactsFromAddressBook;
pub use get_contact_by_email::GetContactByEmail;
pub use get_contact_by_id::GetContactById;
pub use get_contact_status_by_email::GetContactStatusByEmail;
pub use get_contacts::GetContacts;
pub use get_contacts_in_address_book::GetContactsInAddressBook;
pub use get_modified_contacts::GetModifiedContacts;
pub use get_modified_contacts_in_address_book::GetModifiedContactsInAddressBook;
pub use get_new_contacts::GetNewContacts;
pub use get_suppressed_contacts::GetSuppressedContacts;
pub use get_unsubscribed_contacts::GetUnsubscribedContacts;
pub use get_unsubscribed_contacts_in_address_book::GetUnsubscribedContactsInAddressBook;
pub use resubscribe_contact::{ResubscribeContact, ResubscribeContact2013};
pub use resubscribe_contact_to_address_book::{
    ResubscribeContactToAddressBook, ResubscribeContactToAddressBook2013,
};
pub use unsubscribe_contact::{UnsubscribeContact, UnsubscribeContact2013};
pub use unsubscribe_contact_from_address_book::{
    UnsubscribeContactFromAddressBook, UnsubscribeContactFromAddressBook2013,
};
pub use update_contact::UpdateContact;
