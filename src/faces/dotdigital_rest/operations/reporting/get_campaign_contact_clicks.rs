//! `GET /v2/campaigns/{campaignId}/activities/{contactId}/clicks`.

use http::{Method, StatusCode};

use super::clicks_by_contact;
use crate::faces::dotdigital_rest::records::ApiCampaignContactClick;
use crate::faces::dotdigital_rest::{Answer, Body, Call, Failure, Operation};

pub static OPERATION: Operation = Operation {
    id: "ApiCampaignReporting_GetCampaignContactClicks",
    method: Method::GET,
    path: "/v2/campaigns/{campaignId}/activities/{contactId}/clicks",
    success: StatusCode::OK,
    body: Body::None,
    doc: "Lists the clicks of a campaign by one contact.",
    run: Some(|call| Box::pin(run(call))),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let found = clicks_by_contact(&call).await?;
    Ok(Answer::list(
        "ApiCampaignContactClick",
        found.iter().map(ApiCampaignContactClick::of).collect(),
    ))
}
