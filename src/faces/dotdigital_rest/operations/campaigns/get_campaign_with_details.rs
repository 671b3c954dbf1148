//! `GET /v2/campaigns/{campaignId}/with-details`.

use http::{Method, StatusCode};

use super::shown;
use crate::faces::dotdigital_rest::convert::campaign_id;
use crate::faces::dotdigital_rest::records::ApiCampaign;
use crate::faces::dotdigital_rest::{Answer, Body, Call, Failure, Operation};

pub static OPERATION: Operation = Operation {
    id: "ApiCampaign_GetCampaignWithDetails",
    method: Method::GET,
    path: "/v2/campaigns/{campaignId}/with-details",
    success: StatusCode::OK,
    body: Body::None,
    doc: "Shows a campaign with its content, type and tags.",
    run: Some(|call| Box::pin(run(call))),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let id = campaign_id(call.path.number("campaignId")?)?;
    let written = call.account().campaigns().written(id).await?;
    shown(&call, |beside| {
        Answer::of(ApiCampaign::full(&written, beside).with_details(&written.campaign))
    })
    .await
}
