//! `GET /v2/campaigns/{campaignId}/activities`.

use http::{Method, StatusCode};

use super::known;
use crate::faces::dotdigital_rest::records::ApiCampaignContactSummary;
use crate::faces::dotdigital_rest::{Answer, Body, Call, Failure, Operation};

pub static OPERATION: Operation = Operation {
    id: "ApiCampaignReporting_GetCampaignActivities",
    method: Method::GET,
    path: "/v2/campaigns/{campaignId}/activities",
    success: StatusCode::OK,
    body: Body::None,
    doc: "Lists whom a campaign was sent to, and what they did with it.",
    run: Some(|call| Box::pin(run(call))),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let message = known(&call).await?;
    let since = None;
    let found = call.account().activities().engagements(message, since, call.page()?).await?;
    let found = found.iter().map(ApiCampaignContactSummary::of).collect();
    Ok(Answer::list("ApiCampaignContactSummary", found))
}
