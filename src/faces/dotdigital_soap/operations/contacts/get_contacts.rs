//! `GetContacts`.

use crate::domain::{Filter, Page, Result};
use crate::faces::dotdigital_soap::call::Call;
use crate::faces::dotdigital_soap::records::SERVICE;
use crate::faces::dotdigital_soap::records::contact::ApiContact;
use crate::faces::dotdigital_soap::{DotdigitalSoap, convert, edition};
use crate::protocol::soap::{Edition, Operation};
use crate::protocol::xml::XmlRecord;

/// Lists the contacts of the account by id.
#[derive(Debug, PartialEq, XmlRecord)]
#[xml(name = "GetContacts", ns = SERVICE)]
pub struct GetContacts {
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
#[xml(name = "GetContactsResponse", ns = SERVICE)]
pub struct GetContactsResponse {
    #[xml(name = "GetContactsResult")]
    pub result: Option<Vec<ApiContact>>,
}

impl Operation<DotdigitalSoap> for GetContacts {
    type Response = GetContactsResponse;

    const EDITIONS: &'static [Edition] = edition::BOTH;

    async fn run(self, call: &Call<'_>) -> Result<Self::Response> {
        let page = Page::new(self.select, self.skip)?;
        let contacts = call.account().contacts().page(Filter::All, page).await?;
        Ok(GetContactsResponse {
            result: Some(convert::contact::page(&contacts, self.with_full_data)),
        })
    }
}
