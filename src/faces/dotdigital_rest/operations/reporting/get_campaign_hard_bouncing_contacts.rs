//! `GET /v2/campaigns/{campaignId}/hard-bouncing-contacts`.

use http::{Method, StatusCode};

use super::known;
use crate::faces::dotdigital_rest::records::ApiContact;
use crate::faces::dotdigital_rest::{Answer, Body, Call, Failure, Operation};

pub static OPERATION: Operation = Operation {
    id: "ApiCampaignReporting_GetCampaignHardBouncingContacts",
    method: Method::GET,
    path: "/v2/campaigns/{campaignId}/hard-bouncing-contacts",
    success: StatusCode::OK,
    body: Body::None,
    doc: "Lists the contacts at whom a campaign bounced for good.",
    run: Some(|call| Box::pin(run(call))),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let message = known(&call).await?;
    let (page, with_full_data) = (call.page()?, call.query.flag("withFullData")?);
    let contacts = call.account().activities().hard_bouncing(message, page).await?;
    Ok(Answer::list("ApiContact", ApiContact::page(&contacts, with_full_data)))
}
