//! `GET /v2/campaigns/{campaignId}/clicks-with-groups/since-date/{date}`.

use http::{Method, StatusCode};

use super::clicks;
use crate::domain::activity::Between;
use crate::faces::dotdigital_rest::records::ApiCampaignContactClickWithGroups;
use crate::faces::dotdigital_rest::{Answer, Body, Call, Failure, Operation};

pub static OPERATION: Operation = Operation {
    id: "ApiCampaignReporting_GetCampaignClicksAndLinkGroupsSinceDate",
    method: Method::GET,
    path: "/v2/campaigns/{campaignId}/clicks-with-groups/since-date/{date}",
    success: StatusCode::OK,
    body: Body::None,
    doc: "Lists the clicks of a campaign since a date; links have no groups here.",
    run: Some(|call| Box::pin(run(call))),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let between = Between { from: Some(call.path.date("date")?), before: None };
    let found = clicks(&call, between).await?;
    Ok(Answer::list(
        "ApiCampaignContactClickWithGroups",
        found.iter().map(ApiCampaignContactClickWithGroups::of).collect(),
    ))
}
