//! `GetCustomFromAddresses`.

use crate::domain::{Page, Result};
use crate::faces::dotdigital_soap::call::Call;
use crate::faces::dotdigital_soap::records::SERVICE;
use crate::faces::dotdigital_soap::records::account::ApiCampaignFromAddress;
use crate::faces::dotdigital_soap::{DotdigitalSoap, convert, edition};
use crate::protocol::soap::{Edition, Operation};
use crate::protocol::xml::XmlRecord;

/// Lists the addresses that campaigns of the account may be sent from.
#[derive(Debug, PartialEq, XmlRecord)]
#[xml(name = "GetCustomFromAddresses", ns = SERVICE)]
pub struct GetCustomFromAddresses {
    /// How many at most, up to 1000.
    #[xml(name = "select", required)]
    pub select: i32,
    /// How many to pass over first.
    #[xml(name = "skip", required)]
    pub skip: i32,
}

#[derive(Debug, PartialEq, XmlRecord)]
#[xml(name = "GetCustomFromAddressesResponse", ns = SERVICE)]
pub struct GetCustomFromAddressesResponse {
    #[xml(name = "GetCustomFromAddressesResult")]
    pub result: Option<Vec<ApiCampaignFromAddress>>,
}

impl Operation<DotdigitalSoap> for GetCustomFromAddresses {
    type Response = GetCustomFromAddressesResponse;

    const EDITIONS: &'static [Edition] = edition::BOTH;

    async fn run(self, call: &Call<'_>) -> Result<Self::Response> {
        let page = Page::new(self.select, self.skip)?;
        let senders = call.account().from_addresses().page(page).await?;
        Ok(GetCustomFromAddressesResponse {
            result: Some(convert::account::from_addresses(senders)),
        })
    }
}
