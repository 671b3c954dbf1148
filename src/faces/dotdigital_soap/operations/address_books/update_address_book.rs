//! `UpdateAddressBook`.

use crate::domain::Result;
use crate::faces::dotdigital_soap::call::Call;
use crate::faces::dotdigital_soap::records::SERVICE;
use crate::faces::dotdigital_soap::records::address_book::ApiAddressBook;
use crate::faces::dotdigital_soap::{DotdigitalSoap, convert, edition};
use crate::protocol::soap::{Edition, Operation};
use crate::protocol::xml::XmlRecord;

/// Changes name and visibility of the address book with the id within.
#[derive(Debug, PartialEq, XmlRecord)]
#[xml(name = "UpdateAddressBook", ns = SERVICE)]
pub struct UpdateAddressBook {
    #[xml(name = "apiAddressBook", required)]
    pub book: Option<ApiAddressBook>,
}

#[derive(Debug, PartialEq, XmlRecord)]
#[xml(name = "UpdateAddressBookResponse", ns = SERVICE)]
pub struct UpdateAddressBookResponse {
    #[xml(name = "UpdateAddressBookResult")]
    pub result: Option<ApiAddressBook>,
}

impl Operation<DotdigitalSoap> for UpdateAddressBook {
    type Response = UpdateAddressBookResponse;

    const EDITIONS: &'static [Edition] = edition::BOTH;

    async fn run(self, call: &Call<'_>) -> Result<Self::Response> {
        let (id, change) = convert::list::identified(self.book)?;
        let list = call.account().lists().update(id, change).await?;
        Ok(UpdateAddressBookResponse { result: Some(convert::list::address_book(list)) })
    }
}
