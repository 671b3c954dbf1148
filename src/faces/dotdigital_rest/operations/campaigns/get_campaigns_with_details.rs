//! `GET /v2/campaigns/with-details`.

use http::{Method, StatusCode};

use super::listed;
use crate::faces::dotdigital_rest::records::ApiCampaign;
use crate::faces::dotdigital_rest::{Answer, Body, Call, Failure, Operation};

pub static OPERATION: Operation = Operation {
    id: "ApiCampaign_GetCampaignsWithDetails",
    method: Method::GET,
    path: "/v2/campaigns/with-details",
    success: StatusCode::OK,
    body: Body::None,
    doc: "Lists the campaigns with their types and tags.",
    run: Some(|call| Box::pin(run(call))),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let campaigns = call.account().campaigns().listing(call.page()?, |_| true).await?;
    listed(&call, "ApiCampaignDetails", &campaigns, |campaign, beside| {
        ApiCampaign::bare(campaign, beside).with_details(campaign)
    })
    .await
}
