//! `POST /v2/campaigns`.

use http::{Method, StatusCode};

use super::{chosen, shown};
use crate::faces::dotdigital_rest::records::{ApiCampaign, ApiCampaignGiven};
use crate::faces::dotdigital_rest::{Answer, Body, Call, Failure, Operation};

pub static OPERATION: Operation = Operation {
    id: "ApiCampaign_CreateCampaign",
    method: Method::POST,
    path: "/v2/campaigns",
    success: StatusCode::CREATED,
    body: Body::Document,
    doc: "Creates a campaign that is for nobody yet.",
    run: Some(|call| Box::pin(run(call))),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let mut given: ApiCampaignGiven = call.body()?;
    let from = chosen(&call, given.from_address.take()).await?;
    let new = given.into_new(from.as_ref())?;
    let written = call.account().campaigns().compose(&new).await?;
    shown(&call, |beside| {
        Answer::of(ApiCampaign::full(&written, beside).with_type(&written.campaign))
    })
    .await
}
