//! `DeleteAllContactsFromAddressBook`.

use crate::domain::Result;
use crate::faces::dotdigital_soap::call::Call;
use crate::faces::dotdigital_soap::records::SERVICE;
use crate::faces::dotdigital_soap::{DotdigitalSoap, convert, edition};
use crate::protocol::soap::{Edition, Operation};
use crate::protocol::xml::XmlRecord;

/// Takes everybody out of an address book.
#[derive(Debug, PartialEq, XmlRecord)]
#[xml(name = "DeleteAllContactsFromAddressBook", ns = SERVICE)]
pub struct DeleteAllContactsFromAddressBook {
    #[xml(name = "addressBookId", required)]
    pub address_book_id: i32,
}

#[derive(Debug, PartialEq, XmlRecord)]
#[xml(name = "DeleteAllContactsFromAddressBookResponse", ns = SERVICE)]
pub struct DeleteAllContactsFromAddressBookResponse;

impl Operation<DotdigitalSoap> for DeleteAllContactsFromAddressBook {
    type Response = DeleteAllContactsFromAddressBookResponse;

    const EDITIONS: &'static [Edition] = edition::BOTH;

    async fn run(self, call: &Call<'_>) -> Result<Self::Response> {
        let list = convert::list::list_id(self.address_book_id)?;
        call.account().contacts().empty_list(list).await?;
        Ok(DeleteAllContactsFromAddressBookResponse)
    }
}
