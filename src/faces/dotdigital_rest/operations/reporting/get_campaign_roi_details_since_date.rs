//! `GET /v2/campaigns/{campaignId}/roi-details/since-date/{date}`.

use http::{Method, StatusCode};

use super::known;
use crate::faces::dotdigital_rest::{Answer, Body, Call, Failure, Operation};

pub static OPERATION: Operation = Operation {
    id: "ApiCampaignReporting_GetCampaignRoiDetailsSinceDate",
    method: Method::GET,
    path: "/v2/campaigns/{campaignId}/roi-details/since-date/{date}",
    success: StatusCode::OK,
    body: Body::None,
    doc: "Lists what visits brought in since a date: nothing, as nothing here sees pages.",
    run: Some(|call| Box::pin(run(call))),
};

/// An empty list rather than a feature that is not active: programs that collect all figures go on.
async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    known(&call).await?;
    call.path.date("date")?;
    call.page()?;
    Ok(Answer::list::<()>("ApiCampaignContactRoiDetail", Vec::new()))
}
