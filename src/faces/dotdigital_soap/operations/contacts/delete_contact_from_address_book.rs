//! `DeleteContactFromAddressBook`.

use crate::domain::Result;
use crate::faces::dotdigital_soap::call::Call;
use crate::faces::dotdigital_soap::records::SERVICE;
use crate::faces::dotdigital_soap::{DotdigitalSoap, convert, edition};
use crate::protocol::soap::{Edition, Operation};
use crate::protocol::xml::XmlRecord;

/// Takes a contact out of an address book.
#[derive(Debug, PartialEq, XmlRecord)]
#[xml(name = "DeleteContactFromAddressBook", ns = SERVICE)]
pub struct DeleteContactFromAddressBook {
    #[xml(name = "addressBookId", required)]
    pub address_book_id: i32,
    #[xml(name = "contactId", required)]
    pub contact_id: i32,
}

#[derive(Debug, PartialEq, XmlRecord)]
#[xml(name = "DeleteContactFromAddressBookResponse", ns = SERVICE)]
pub struct DeleteContactFromAddressBookResponse;

impl Operation<DotdigitalSoap> for DeleteContactFromAddressBook {
    type Response = DeleteContactFromAddressBookResponse;

    const EDITIONS: &'static [Edition] = edition::BOTH;

    async fn run(self, call: &Call<'_>) -> Result<Self::Response> {
        let list = convert::list::list_id(self.address_book_id)?;
        let id = convert::contact::contact_id(self.contact_id)?;
        call.account().contacts().remove_from_list(list, id).await?;
        Ok(DeleteContactFromAddressBookResponse)
    }
}
