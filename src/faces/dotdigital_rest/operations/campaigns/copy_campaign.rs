//! `POST /v2/campaigns/{campaignId}/copy`.

use http::{Method, StatusCode};

use super::shown;
use crate::faces::dotdigital_rest::convert::campaign_id;
use crate::faces::dotdigital_rest::records::ApiCampaign;
use crate::faces::dotdigital_rest::{Answer, Body, Call, Failure, Operation};

pub static OPERATION: Operation = Operation {
    id: "ApiCampaign_CopyCampaign",
    method: Method::POST,
    path: "/v2/campaigns/{campaignId}/copy",
    success: StatusCode::CREATED,
    body: Body::None,
    doc: "Creates a campaign with the content of another.",
    run: Some(|call| Box::pin(run(call))),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let id = campaign_id(call.path.number("campaignId")?)?;
    let campaigns = call.account().campaigns();
    let name = format!("Copy of {}", campaigns.get(id).await?.name);
    let copy = campaigns.copy(id, &name).await?;
    shown(&call, |beside| Answer::of(ApiCampaign::full(&copy, beside))).await
}
