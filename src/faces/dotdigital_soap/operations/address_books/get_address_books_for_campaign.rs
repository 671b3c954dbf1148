//! `GetAddressBooksForCampaign`.

use crate::domain::{Page, Result};
use crate::faces::dotdigital_soap::call::Call;
use crate::faces::dotdigital_soap::records::SERVICE;
use crate::faces::dotdigital_soap::records::address_book::ApiAddressBook;
use crate::faces::dotdigital_soap::{DotdigitalSoap, convert, edition};
use crate::protocol::soap::{Edition, Operation};
use crate::protocol::xml::XmlRecord;

/// Lists the address books that a campaign was sent to.
#[derive(Debug, PartialEq, XmlRecord)]
#[xml(name = "GetAddressBooksForCampaign", ns = SERVICE)]
pub struct GetAddressBooksForCampaign {
    #[xml(name = "campaignId", required)]
    pub campaign_id: i32,
    /// How many at most, up to 1000.
    #[xml(name = "select", required)]
    pub select: i32,
    /// How many to pass over first.
    #[xml(name = "skip", required)]
    pub skip: i32,
}

#[derive(Debug, PartialEq, XmlRecord)]
#[xml(name = "GetAddressBooksForCampaignResponse", ns = SERVICE)]
pub struct GetAddressBooksForCampaignResponse {
    #[xml(name = "GetAddressBooksForCampaignResult")]
    pub result: Option<Vec<ApiAddressBook>>,
}

impl Operation<DotdigitalSoap> for GetAddressBooksForCampaign {
    type Response = GetAddressBooksForCampaignResponse;

    const EDITIONS: &'static [Edition] = edition::BOTH;

    async fn run(self, call: &Call<'_>) -> Result<Self::Response> {
        let campaign = convert::list::campaign_id(self.campaign_id)?;
        let page = Page::new(self.select, self.skip)?;
        let lists = call.account().lists().for_campaign(campaign, page).await?;
        Ok(GetAddressBooksForCampaignResponse { result: Some(convert::list::address_books(lists)) })
    }
}
