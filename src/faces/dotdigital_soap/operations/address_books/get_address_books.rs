//! `GetAddressBooks`.

use crate::domain::{Page, Result};
use crate::faces::dotdigital_soap::call::Call;
use crate::faces::dotdigital_soap::records::SERVICE;
use crate::faces::dotdigital_soap::records::address_book::ApiAddressBook;
use crate::faces::dotdigital_soap::{DotdigitalSoap, convert, edition};
use crate::protocol::soap::{Edition, Operation};
use crate::protocol::xml::XmlRecord;

/// Lists the address books of the account by id.
#[derive(Debug, PartialEq, XmlRecord)]
#[xml(name = "GetAddressBooks", ns = SERVICE)]
pub struct GetAddressBooks {
    /// How many at most, up to 1000.
    #[xml(name = "select", required)]
    pub select: i32,
    /// How many to pass over first.
    #[xml(name = "skip", required)]
    pub skip: i32,
}

#[derive(Debug, PartialEq, XmlRecord)]
#[xml(name = "GetAddressBooksResponse", ns = SERVICE)]
pub struct GetAddressBooksResponse {
    #[xml(name = "GetAddressBooksResult")]
    pub result: Option<Vec<ApiAddressBook>>,
}

impl Operation<DotdigitalSoap> for GetAddressBooks {
    type Response = GetAddressBooksResponse;

    const EDITIONS: &'static [Edition] = edition::BOTH;

    async fn run(self, call: &Call<'_>) -> Result<Self::Response> {
        let page = Page::new(self.select, self.skip)?;
        let lists = call.account().lists().page(page).await?;
        Ok(GetAddressBooksResponse { result: Some(convert::list::address_books(lists)) })
    }
}
