//! `GET /v2/campaigns/{campaignId}/activities/{contactId}`.

use http::{Method, StatusCode};

use super::known_contact;
use crate::domain::Refusal;
use crate::faces::dotdigital_rest::records::ApiCampaignContactSummary;
use crate::faces::dotdigital_rest::{Answer, Body, Call, Failure, Operation};

pub static OPERATION: Operation = Operation {
    id: "ApiCampaignReporting_GetCampaignContactActivity",
    method: Method::GET,
    path: "/v2/campaigns/{campaignId}/activities/{contactId}",
    success: StatusCode::OK,
    body: Body::None,
    doc: "Shows what one contact did with a campaign.",
    run: Some(|call| Box::pin(run(call))),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let (message, contact) = known_contact(&call).await?;
    let found = call.account().activities().engagement(message, contact).await?;
    let found = found.ok_or(Refusal::ContactNotFound)?;
    Ok(Answer::of(ApiCampaignContactSummary::of(&found)))
}
