//! `DeleteContactsFromAddressBook`.

use crate::domain::Result;
use crate::faces::dotdigital_soap::call::Call;
use crate::faces::dotdigital_soap::records::SERVICE;
use crate::faces::dotdigital_soap::{DotdigitalSoap, convert, edition};
use crate::protocol::soap::{Edition, Operation};
use crate::protocol::xml::XmlRecord;

/// Takes several contacts out of an address book; those who are not in it are passed over.
#[derive(Debug, PartialEq, XmlRecord)]
#[xml(name = "DeleteContactsFromAddressBook", ns = SERVICE)]
pub struct DeleteContactsFromAddressBook {
    #[xml(name = "addressBookId", required)]
    pub address_book_id: i32,
    #[xml(name = "contactIds", required)]
    pub contact_ids: Option<Vec<i32>>,
}

#[derive(Debug, PartialEq, XmlRecord)]
#[xml(name = "DeleteContactsFromAddressBookResponse", ns = SERVICE)]
pub struct DeleteContactsFromAddressBookResponse;

impl Operation<DotdigitalSoap> for DeleteContactsFromAddressBook {
    type Response = DeleteContactsFromAddressBookResponse;

    const EDITIONS: &'static [Edition] = edition::ONLY_2014;

    async fn run(self, call: &Call<'_>) -> Result<Self::Response> {
        let list = convert::list::list_id(self.address_book_id)?;
        let ids = convert::contact::contact_ids(self.contact_ids);
        call.account().contacts().remove_many_from_list(list, &ids).await?;
        Ok(DeleteContactsFromAddressBookResponse)
    }
}
