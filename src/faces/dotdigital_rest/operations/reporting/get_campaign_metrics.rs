//! `GET /v2/campaigns/metrics`.

use http::{Method, StatusCode};

use crate::domain::activity::Between;
use crate::faces::dotdigital_rest::records::ApiCampaignReportModelExtended;
use crate::faces::dotdigital_rest::{Answer, Body, Call, Failure, Operation};

pub static OPERATION: Operation = Operation {
    id: "ApiCampaignReporting_GetCampaignMetrics",
    method: Method::GET,
    path: "/v2/campaigns/metrics",
    success: StatusCode::OK,
    body: Body::None,
    doc: "Lists the sent campaigns with their figures between two dates.",
    run: Some(|call| Box::pin(run(call))),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let from = call.query.date("startDate")?.ok_or_else(|| Failure::parameter("startDate"))?;
    let between = Between { from: Some(from), before: call.query.date("endDate")? };
    let found = call.account().campaigns().metrics(between, call.page()?).await?;
    let found =
        found.iter().map(|(campaign, counts)| ApiCampaignReportModelExtended::of(campaign, counts));
    Ok(Answer::list("ApiCampaignReportModelExtended", found.collect()))
}
