//! `GET /v2/campaigns`.

use http::{Method, StatusCode};

use super::listed;
use crate::faces::dotdigital_rest::records::ApiCampaign;
use crate::faces::dotdigital_rest::{Answer, Body, Call, Failure, Operation};

pub static OPERATION: Operation = Operation {
    id: "ApiCampaign_GetCampaigns",
    method: Method::GET,
    path: "/v2/campaigns",
    success: StatusCode::OK,
    body: Body::None,
    doc: "Lists the campaigns without their content.",
    run: Some(|call| Box::pin(run(call))),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let campaigns = call.account().campaigns().listing(call.page()?, |_| true).await?;
    listed(&call, "ApiCampaign", &campaigns, ApiCampaign::bare).await
}
