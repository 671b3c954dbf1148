//! `GetContactsInAddressBook`.

use crate::domain::{Filter, Page, Result};
use crate::faces::dotdigital_soap::call::Call;
use crate::faces::dotdigital_soap::records::SERVICE;
use crate::faces::dotdigital_soap::records::contact::ApiContact;
use crate::faces::dotdigital_soap::{DotdigitalSoap, convert, edition};
use crate::protocol::soap::{Edition, Operation};
use crate::protocol::xml::XmlRecord;

/// Lists the contacts of an address book by id.
#[derive(Debug, PartialEq, XmlRecord)]
#[xml(name = "GetContactsInAddressBook", ns = SERVICE)]
pub struct GetContactsInAddressBook {
    #[xml(name = "addressBookId", required)]
    pub address_book_id: i32,
    /// Whether the data fields come along.
    #[xml(name = "withFullData", required)]
    pub with_full_data: bool,
    /// How many at most, up to 1000.
    #[xml(name = "select", required)]
    pub select: i32,
    /// How many to pass over first.
    #[xml(name = "skip", required)]
    pub skip: i32,
}

#[derive(Debug, PartialEq, XmlRecord)]
#[xml(name = "GetContactsInAddressBookResponse", ns = SERVICE)]
pub struct GetContactsInAddressBookResponse {
    #[xml(name = "GetContactsInAddressBookResult")]
    pub result: Option<Vec<ApiContact>>,
}

impl Operation<DotdigitalSoap> for GetContactsInAddressBook {
    type Response = GetContactsInAddressBookResponse;

    const EDITIONS: &'static [Edition] = edition::BOTH;

    async fn run(self, call: &Call<'_>) -> Result<Self::Response> {
        let list = convert::list::list_id(self.address_book_id)?;
        let page = Page::new(self.select, self.skip)?;
        let contacts = call.account().contacts().page_in_list(list, Filter::All, page).await?;
        Ok(GetContactsInAddressBookResponse {
            result: Some(convert::contact::page(&contacts, self.with_full_data)),
        })
    }
}
