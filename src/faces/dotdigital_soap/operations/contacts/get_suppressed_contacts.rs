//! `GetSuppressedContacts`.

use crate::domain::{Page, Result};
use crate::faces::dotdigital_soap::call::Call;
use crate::faces::dotdigital_soap::records::SERVICE;
use crate::faces::dotdigital_soap::records::suppression::ApiContactSuppression;
use crate::faces::dotdigital_soap::{DotdigitalSoap, convert, edition};
use crate::protocol::soap::{Edition, Operation};
use crate::protocol::xml::{DateTime, XmlRecord};

/// Lists the contacts that were suppressed since a date for any reason, with time and reason.
#[derive(Debug, PartialEq, XmlRecord)]
#[xml(name = "GetSuppressedContacts", ns = SERVICE)]
pub struct GetSuppressedContacts {
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
#[xml(name = "GetSuppressedContactsResponse", ns = SERVICE)]
pub struct GetSuppressedContactsResponse {
    #[xml(name = "GetSuppressedContactsResult")]
    pub result: Option<Vec<ApiContactSuppression>>,
}

impl Operation<DotdigitalSoap> for GetSuppressedContacts {
    type Response = GetSuppressedContactsResponse;

    const EDITIONS: &'static [Edition] = edition::BOTH;

    async fn run(self, call: &Call<'_>) -> Result<Self::Response> {
        let page = Page::new(self.select, self.skip)?;
        let since = self.start_date.timestamp();
        let suppressed = call.account().contacts().suppressed_since(since, page).await?;
        Ok(GetSuppressedContactsResponse {
            result: Some(convert::contact::suppressions(&suppressed)),
        })
    }
}
