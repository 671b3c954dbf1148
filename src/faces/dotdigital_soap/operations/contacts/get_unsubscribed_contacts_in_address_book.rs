//! `GetUnsubscribedContactsInAddressBook`.

use crate::domain::{Page, Result};
use crate::faces::dotdigital_soap::call::Call;
use crate::faces::dotdigital_soap::records::SERVICE;
use crate::faces::dotdigital_soap::records::suppression::ApiContactSuppression;
use crate::faces::dotdigital_soap::{DotdigitalSoap, convert, edition};
use crate::protocol::soap::{Edition, Operation};
use crate::protocol::xml::{DateTime, XmlRecord};

/// Lists the contacts that unsubscribed from one address book since a date.
#[derive(Debug, PartialEq, XmlRecord)]
#[xml(name = "GetUnsubscribedContactsInAddressBook", ns = SERVICE)]
pub struct GetUnsubscribedContactsInAddressBook {
    #[xml(name = "addressBookId", required)]
    pub address_book_id: i32,
    /// The earliest moment, which is included.
    #[xml(name = "startDate", required)]
    pub start_date: DateTime,
    /// How many at most, up to 1000.
    #[xml(name = "select", required)]
    pub select: i32,
    /// How many to pass over first.
    #[xml(name = "skip", required)]
    pub skip: i32,
}

#[derive(Debug, PartialEq, XmlRecord)]
#[xml(name = "GetUnsubscribedContactsInAddressBookResponse", ns = SERVICE)]
pub struct GetUnsubscribedContactsInAddressBookResponse {
    #[xml(name = "GetUnsubscribedContactsInAddressBookResult")]
    pub result: Option<Vec<ApiContactSuppression>>,
}

impl Operation<DotdigitalSoap> for GetUnsubscribedContactsInAddressBook {
    type Response = GetUnsubscribedContactsInAddressBookResponse;

    const EDITIONS: &'static [Edition] = edition::BOTH;

    async fn run(self, call: &Call<'_>) -> Result<Self::Response> {
        let list = convert::list::list_id(self.address_book_id)?;
        let page = Page::new(self.select, self.skip)?;
        let since = self.start_date.timestamp();
        let contacts = call.account().contacts();
        let suppressed = contacts.unsubscribed_in_list_since(list, since, page).await?;
        Ok(GetUnsubscribedContactsInAddressBookResponse {
            result: Some(convert::contact::suppressions(&suppressed)),
        })
    }
}
