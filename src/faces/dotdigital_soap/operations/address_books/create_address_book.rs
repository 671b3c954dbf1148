//! `CreateAddressBook`.

use crate::domain::Result;
use crate::faces::dotdigital_soap::call::Call;
use crate::faces::dotdigital_soap::records::SERVICE;
use crate::faces::dotdigital_soap::records::address_book::ApiAddressBook;
use crate::faces::dotdigital_soap::{DotdigitalSoap, convert, edition};
use crate::protocol::soap::{Edition, Operation};
use crate::protocol::xml::XmlRecord;

/// Creates an address book; answers it with its id.
#[derive(Debug, PartialEq, XmlRecord)]
#[xml(name = "CreateAddressBook", ns = SERVICE)]
pub struct CreateAddressBook {
    #[xml(name = "apiAddressBook", required)]
    pub book: Option<ApiAddressBook>,
}

#[derive(Debug, PartialEq, XmlRecord)]
#[xml(name = "CreateAddressBookResponse", ns = SERVICE)]
pub struct CreateAddressBookResponse {
    #[xml(name = "CreateAddressBookResult")]
    pub result: Option<ApiAddressBook>,
}

impl Operation<DotdigitalSoap> for CreateAddressBook {
    type Response = CreateAddressBookResponse;

    const EDITIONS: &'static [Edition] = edition::BOTH;

    async fn run(self, call: &Call<'_>) -> Result<Self::Response> {
        let new = convert::list::new_list(self.book)?;
        let list = call.account().lists().create(new).await?;
        Ok(CreateAddressBookResponse { result: Some(convert::list::address_book(list)) })
    }
}
