//! `GetAddressBookById`.

use crate::domain::Result;
use crate::faces::dotdigital_soap::call::Call;
use crate::faces::dotdigital_soap::records::SERVICE;
use crate::faces::dotdigital_soap::records::address_book::ApiAddressBook;
use crate::faces::dotdigital_soap::{DotdigitalSoap, convert, edition};
use crate::protocol::soap::{Edition, Operation};
use crate::protocol::xml::XmlRecord;

/// Reads an address book with the number of its contacts.
#[derive(Debug, PartialEq, XmlRecord)]
#[xml(name = "GetAddressBookById", ns = SERVICE)]
pub struct GetAddressBookById {
    #[xml(name = "id", required)]
    pub id: i32,
}

#[derive(Debug, PartialEq, XmlRecord)]
#[xml(name = "GetAddressBookByIdResponse", ns = SERVICE)]
pub struct GetAddressBookByIdResponse {
    #[xml(name = "GetAddressBookByIdResult")]
    pub result: Option<ApiAddressBook>,
}

impl Operation<DotdigitalSoap> for GetAddressBookById {
    type Response = GetAddressBookByIdResponse;

    const EDITIONS: &'static [Edition] = edition::ONLY_2014;

    async fn run(self, call: &Call<'_>) -> Result<Self::Response> {
        let id = convert::list::list_id(self.id)?;
        let list = call.account().lists().get(id).await?;
        Ok(GetAddressBookByIdResponse { result: Some(convert::list::address_book(list)) })
    }
}
