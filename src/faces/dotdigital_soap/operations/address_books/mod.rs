//! Address books.

mod create_address_book;
mod delete_address_book;
mod get_address_book_by_id;
mod get_address_book_contact_count;
mod get_address_books;
mod get_address_books_for_campaign;
mod get_address_books_for_contact;
mod update_address_book;

pub use create_address_book::CreateAddressBook;
pub use delete_address_book::DeleteAddressBook;
pub use get_address_book_by_id::GetAddressBookById;
pub use get_address_book_contact_count::GetAddressBookContactCount;
pub use get_address_books::GetAddressBooks;
pub use get_address_books_for_campaign::GetAddressBooksForCampaign;
pub use get_address_books_for_contact::GetAddressBooksForContact;
pub use update_address_book::UpdateAddressBook;
