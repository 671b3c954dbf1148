//! `DELETE /v2/campaigns/{campaignId}`.

use http::{Method, StatusCode};

use crate::faces::dotdigital_rest::convert::campaign_id;
use crate::faces::dotdigital_rest::{Answer, Body, Call, Failure, Operation};

pub static OPERATION: Operation = Operation {
    id: "ApiCampaign_DeleteCampaign",
    method: Method::DELETE,
    path: "/v2/campaigns/{campaignId}",
    success: StatusCode::NO_CONTENT,
    body: Body::None,
    doc: "Deletes a campaign that is neither being sent nor about to be.",
    run: Some(|call| Box::pin(run(call))),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let id = campaign_id(call.path.number("campaignId")?)?;
    call.account().campaigns().delete(id).await?;
    Ok(Answer::empty())
}
