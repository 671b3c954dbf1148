//! `GET /v2/campaigns/with-activity-since/{date}`.

use http::{Method, StatusCode};

use super::listed;
use crate::faces::dotdigital_rest::records::ApiCampaign;
use crate::faces::dotdigital_rest::{Answer, Body, Call, Failure, Operation};

pub static OPERATION: Operation = Operation {
    id: "ApiCampaign_GetSentCampaignsWithActivitySinceDate",
    method: Method::GET,
    path: "/v2/campaigns/with-activity-since/{date}",
    success: StatusCode::OK,
    body: Body::None,
    doc: "Lists the sent campaigns that anybody opened, clicked or the like since a date.",
    run: Some(|call| Box::pin(run(call))),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let since = call.path.date("date")?;
    let campaigns = call.account().campaigns().active_since(since, call.page()?).await?;
    listed(&call, "ApiCampaign", &campaigns, ApiCampaign::bare).await
}
