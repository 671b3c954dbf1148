//! `GET /v2/campaigns/{campaignId}/activities/{contactId}/roi-details`.

use http::{Method, StatusCode};

use super::known_contact;
use crate::faces::dotdigital_rest::{Answer, Body, Call, Failure, Operation};

pub static OPERATION: Operation = Operation {
    id: "ApiCampaignReporting_GetCampaignContactRoiDetails",
    method: Method::GET,
    path: "/v2/campaigns/{campaignId}/activities/{contactId}/roi-details",
    success: StatusCode::OK,
    body: Body::None,
    doc: "Lists what visits of one contact brought in: nothing, as nothing here sees pages.",
    run: Some(|call| Box::pin(run(call))),
};

/// An empty list rather than a feature that is not active: programs that collect all figures go on.
async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    known_contact(&call).await?;
    call.page()?;
    Ok(Answer::list::<()>("ApiCampaignContactRoiDetail", Vec::new()))
}
