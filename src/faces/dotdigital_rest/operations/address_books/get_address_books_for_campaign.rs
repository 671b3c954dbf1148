//! `GET /v2/campaigns/{campaignId}/address-books`.

use http::{Method, StatusCode};

use crate::faces::dotdigital_rest::convert::campaign_id;
use crate::faces::dotdigital_rest::records::ApiAddressBook;
use crate::faces::dotdigital_rest::{Answer, Body, Call, Failure, Operation};

pub static OPERATION: Operation = Operation {
    id: "ApiAddressBook_GetAddressBooksForCampaign",
    method: Method::GET,
    path: "/v2/campaigns/{campaignId}/address-books",
    success: StatusCode::OK,
    body: Body::None,
    doc: "Lists the address books that a campaign was sent to.",
    run: Some(|call| Box::pin(run(call))),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let campaign = campaign_id(call.path.number("campaignId")?)?;
    let lists = call.account().lists().for_campaign(campaign, call.page()?).await?;
    Ok(ApiAddressBook::answer(&lists))
}
