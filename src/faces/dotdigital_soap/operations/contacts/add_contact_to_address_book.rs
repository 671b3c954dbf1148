//! `AddContactToAddressBook`.

use crate::domain::Result;
use crate::faces::dotdigital_soap::call::Call;
use crate::faces::dotdigital_soap::records::SERVICE;
use crate::faces::dotdigital_soap::records::contact::ApiContact;
use crate::faces::dotdigital_soap::{DotdigitalSoap, convert, edition};
use crate::protocol::soap::{Edition, Operation};
use crate::protocol::xml::XmlRecord;

/// Creates a contact or overwrites the one that has this address, and puts it into an address book.
#[derive(Debug, PartialEq, XmlRecord)]
#[xml(name = "AddContactToAddressBook", ns = SERVICE)]
pub struct AddContactToAddressBook {
    #[xml(name = "addressBookId", required)]
    pub address_book_id: i32,
    #[xml(name = "apiContact", required)]
    pub contact: Option<ApiContact>,
}

#[derive(Debug, PartialEq, XmlRecord)]
#[xml(name = "AddContactToAddressBookResponse", ns = SERVICE)]
pub struct AddContactToAddressBookResponse {
    #[xml(name = "AddContactToAddressBookResult")]
    pub result: Option<ApiContact>,
}

impl Operation<DotdigitalSoap> for AddContactToAddressBook {
    type Response = AddContactToAddressBookResponse;

    const EDITIONS: &'static [Edition] = edition::BOTH;

    async fn run(self, call: &Call<'_>) -> Result<Self::Response> {
        let list = convert::list::list_id(self.address_book_id)?;
        let new = convert::contact::new_contact(self.contact)?;
        let contact = call.account().contacts().add_to_list(list, new).await?;
        Ok(AddContactToAddressBookResponse { result: Some(convert::contact::with_data(&contact)) })
    }
}
