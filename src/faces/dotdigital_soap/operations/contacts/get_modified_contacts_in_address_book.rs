//! `GetModifiedContactsInAddressBook`.

use crate::domain::{Filter, Page, Result};
use crate::faces::dotdigital_soap::call::Call;
use crate::faces::dotdigital_soap::records::SERVICE;
use crate::faces::dotdigital_soap::records::contact::ApiContact;
use crate::faces::dotdigital_soap::{DotdigitalSoap, convert, edition};
use crate::protocol::soap::{Edition, Operation};
use crate::protocol::xml::{DateTime, XmlRecord};

/// Lists the contacts of an address book that changed since a date.
#[derive(Debug, PartialEq, XmlRecord)]
#[xml(name = "GetModifiedContactsInAddressBook", ns = SERVICE)]
pub struct GetModifiedContactsInAddressBook {
    #[xml(name = "addressBookId", required)]
    pub address_book_id: i32,
    /// The earliest moment, which is included.
    #[xml(name = "startDate", required)]
    pub start_date: DateTime,
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
#[xml(name = "GetModifiedContactsInAddressBookResponse", ns = SERVICE)]
pub struct GetModifiedContactsInAddressBookResponse {
    #[xml(name = "GetModifiedContactsInAddressBookResult")]
    pub result: Option<Vec<ApiContact>>,
}

impl Operation<DotdigitalSoap> for GetModifiedContactsInAddressBook {
    type Response = GetModifiedContactsInAddressBookResponse;

    const EDITIONS: &'static [Edition] = edition::BOTH;

    async fn run(self, call: &Call<'_>) -> Result<Self::Response> {
        let list = convert::list::list_id(self.address_book_id)?;
        let page = Page::new(self.select, self.skip)?;
        let filter = Filter::ModifiedSince(self.start_date.timestamp());
        let contacts = call.account().contacts().page_in_list(list, filter, page).await?;
        Ok(GetModifiedContactsInAddressBookResponse {
            result: Some(convert::contact::page(&contacts, self.with_full_data)),
        })
    }
}
