//! `GET /v2/campaigns/{campaignId}/activities/{contactId}/opens`.

use http::{Method, StatusCode};

use super::known_contact;
use crate::faces::dotdigital_rest::records::ApiCampaignContactOpen;
use crate::faces::dotdigital_rest::{Answer, Body, Call, Failure, Operation};

pub static OPERATION: Operation = Operation {
    id: "ApiCampaignReporting_GetCampaignContactOpens",
    method: Method::GET,
    path: "/v2/campaigns/{campaignId}/activities/{contactId}/opens",
    success: StatusCode::OK,
    body: Body::None,
    doc: "Lists the opens of a campaign by one contact.",
    run: Some(|call| Box::pin(run(call))),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let (message, contact) = known_contact(&call).await?;
    let found = call.account().activities();
    let found = found.page_at_contact(message, contact, call.page()?, super::is_open).await?;
    Ok(Answer::list(
        "ApiCampaignContactOpen",
        found.iter().map(ApiCampaignContactOpen::of).collect(),
    ))
}
