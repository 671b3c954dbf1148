//! `GET /v2/campaigns/{campaignId}/opens`.

use http::{Method, StatusCode};

use super::known;
use crate::domain::activity::Between;
use crate::faces::dotdigital_rest::records::ApiCampaignContactOpen;
use crate::faces::dotdigital_rest::{Answer, Body, Call, Failure, Operation};

pub static OPERATION: Operation = Operation {
    id: "ApiCampaignReporting_GetCampaignOpens",
    method: Method::GET,
    path: "/v2/campaigns/{campaignId}/opens",
    success: StatusCode::OK,
    body: Body::None,
    doc: "Lists the opens of a campaign by time.",
    run: Some(|call| Box::pin(run(call))),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let message = known(&call).await?;
    let between = Between::default();
    let found = call.account().activities();
    let found = found.page_of_message(message, between, call.page()?, super::is_open).await?;
    Ok(Answer::list(
        "ApiCampaignContactOpen",
        found.iter().map(ApiCampaignContactOpen::of).collect(),
    ))
}
