//! Address books.

mod create_address_book;
mod delete_address_book;
mod get_address_book_by_id;
mod get_address_book_contact_count;
mod get_address_books;
mod get_address_books_for_campaign;
mod get_address_books_for_contact;
mod update_address_book;

pub use create_address_book::{CreateAddressBook, CreateAddressBookResponse};
pub use delete_address_book::{DeleteAddressBook, DeleteAddressBookResponse};
pub use get_address_book_by_id::{GetAddressBookById, GetAddressBookByIdResponse};
pub use get_address_book_contact_count::{
    GetAddressBookContactCount, GetAddressBookContactCountResponse,
};
pub use get_address_books::{GetAddressBooks, GetAddressBooksResponse};
pub use get_address_books_for_campaign::{
    GetAddressBooksForCampaign, GetAddressBooksForCampaignResponse,
};
pub use get_address_books_for_contact::{
    GetAddressBooksForContact, GetAddressBooksForContactResponse,
};
pub use update_address_book::{UpdateAddressBook, UpdateAddressBookResponse};
