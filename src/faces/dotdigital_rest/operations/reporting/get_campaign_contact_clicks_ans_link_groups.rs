//! `GET /v2/campaigns/{campaignId}/activities/{contactId}/clicks-with-groups`.

use http::{Method, StatusCode};

use super::clicks_by_contact;
use crate::faces::dotdigital_rest::records::ApiCampaignContactClickWithGroups;
use crate::faces::dotdigital_rest::{Answer, Body, Call, Failure, Operation};

pub static OPERATION: Operation = Operation {
    id: "ApiCampaignReporting_GetCampaignContactClicksAnsLinkGroups",
    method: Method::GET,
    path: "/v2/campaigns/{campaignId}/activities/{contactId}/clicks-with-groups",
    success: StatusCode::OK,
    body: Body::None,
    doc: "Lists the clicks of a campaign by one contact; links have no groups here.",
    run: Some(|call| Box::pin(run(call))),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let found = clicks_by_contact(&call).await?;
    Ok(Answer::list(
        "ApiCampaignContactClickWithGroups",
        found.iter().map(ApiCampaignContactClickWithGroups::of).collect(),
    ))
}
