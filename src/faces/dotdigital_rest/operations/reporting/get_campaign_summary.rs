//! `GET /v2/campaigns/{campaignId}/summary`.

use http::{Method, StatusCode};

use crate::domain::activity::Message;
use crate::faces::dotdigital_rest::convert::campaign_id;
use crate::faces::dotdigital_rest::records::ApiCampaignSummary;
use crate::faces::dotdigital_rest::{Answer, Body, Call, Failure, Operation};

pub static OPERATION: Operation = Operation {
    id: "ApiCampaignReporting_GetCampaignSummary",
    method: Method::GET,
    path: "/v2/campaigns/{campaignId}/summary",
    success: StatusCode::OK,
    body: Body::None,
    doc: "Shows the figures of a campaign.",
    run: Some(|call| Box::pin(run(call))),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let id = campaign_id(call.path.number("campaignId")?)?;
    let account = call.account();
    let campaign = account.campaigns().get(id).await?;
    let stats = account.activities().stats(Message::Campaign(id), None, None).await?;
    Ok(Answer::of(ApiCampaignSummary::of(campaign.sent, &stats.total())))
}
