//! `GET /v2/campaigns/{campaignId}/opens/since-date/{date}`.

use http::{Method, StatusCode};

use super::known;
use crate::domain::activity::Between;
use crate::faces::dotdigital_rest::records::ApiCampaignContactOpen;
use crate::faces::dotdigital_rest::{Answer, Body, Call, Failure, Operation};

pub static OPERATION: Operation = Operation {
    id: "ApiCampaignReporting_GetCampaignOpensSinceDate",
    method: Method::GET,
    path: "/v2/campaigns/{campaignId}/opens/since-date/{date}",
    success: StatusCode::OK,
    body: Body::None,
    doc: "Lists the opens of a campaign since a date, by time.",
    run: Some(|call| Box::pin(run(call))),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let message = known(&call).await?;
    let between = Between { from: Some(call.path.date("date")?), before: None };
    let found = call.account().activities();
    let found = found.page_of_message(message, between, call.page()?, super::is_open).await?;
    Ok(Answer::list(
        "ApiCampaignContactOpen",
        found.iter().map(ApiCampaignContactOpen::of).collect(),
    ))
}
