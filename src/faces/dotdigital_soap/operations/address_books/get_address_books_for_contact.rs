//! `GetAddressBooksForContact`.

use crate::domain::{Page, Result};
use crate::faces::dotdigital_soap::call::Call;
use crate::faces::dotdigital_soap::records::SERVICE;
use crate::faces::dotdigital_soap::records::address_book::ApiAddressBook;
use crate::faces::dotdigital_soap::{DotdigitalSoap, convert, edition};
use crate::protocol::soap::{Edition, Operation};
use crate::protocol::xml::XmlRecord;

/// Lists the address books that a contact is in.
#[derive(Debug, PartialEq, XmlRecord)]
#[xml(name = "GetAddressBooksForContact", ns = SERVICE)]
pub struct GetAddressBooksForContact {
    #[xml(name = "contactId", required)]
    pub contact_id: i32,
    /// How many at most, up to 1000.
    #[xml(name = "select", required)]
    pub select: i32,
    /// How many to pass over first.
    #[xml(name = "skip", required)]
    pub skip: i32,
}

#[derive(Debug, PartialEq, XmlRecord)]
#[xml(name = "GetAddressBooksForContactResponse", ns = SERVICE)]
pub struct GetAddressBooksForContactResponse {
    #[xml(name = "GetAddressBooksForContactResult")]
    pub result: Option<Vec<ApiAddressBook>>,
}

impl Operation<DotdigitalSoap> for GetAddressBooksForContact {
    type Response = GetAddressBooksForContactResponse;

    const EDITIONS: &'static [Edition] = edition::BOTH;

    async fn run(self, call: &Call<'_>) -> Result<Self::Response> {
        let contact = convert::contact::contact_id(self.contact_id)?;
        let page = Page::new(self.select, self.skip)?;
        let lists = call.account().lists().for_contact(contact, page).await?;
        Ok(GetAddressBooksForContactResponse { result: Some(convert::list::address_books(lists)) })
    }
}
