//! `GetModifiedContacts`.

use crate::domain::{Filter, Page, Result};
use crate::faces::dotdigital_soap::call::Call;
use crate::faces::dotdigital_soap::records::SERVICE;
use crate::faces::dotdigital_soap::records::contact::ApiContact;
use crate::faces::dotdigital_soap::{DotdigitalSoap, convert, edition};
use crate::protocol::soap::{Edition, Operation};
use crate::protocol::xml::{DateTime, XmlRecord};

/// Lists the contacts that changed since a date.
#[derive(Debug, PartialEq, XmlRecord)]
#[xml(name = "GetModifiedContacts", ns = SERVICE)]
pub struct GetModifiedContacts {
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
#[xml(name = "GetModifiedContactsResponse", ns = SERVICE)]
pub struct GetModifiedContactsResponse {
    #[xml(name = "GetModifiedContactsResult")]
    pub result: Option<Vec<ApiContact>>,
}

impl Operation<DotdigitalSoap> for GetModifiedContacts {
    type Response = GetModifiedContactsResponse;

    const EDITIONS: &'static [Edition] = edition::BOTH;

    async fn run(self, call: &Call<'_>) -> Result<Self::Response> {
        let page = Page::new(self.select, self.skip)?;
        let filter = Filter::ModifiedSince(self.start_date.timestamp());
        let contacts = call.account().contacts().page(filter, page).await?;
        Ok(GetModifiedContactsResponse {
            result: Some(convert::contact::page(&contacts, self.with_full_data)),
        })
    }
}
