//! `GET /v2/campaigns/{campaignId}/activities/{contactId}/replies`.

use http::{Method, StatusCode};

use super::known_contact;
use crate::faces::dotdigital_rest::{Answer, Body, Call, Failure, Operation};

pub static OPERATION: Operation = Operation {
    id: "ApiCampaignReporting_GetCampaignContactReplies",
    method: Method::GET,
    path: "/v2/campaigns/{campaignId}/activities/{contactId}/replies",
    success: StatusCode::OK,
    body: Body::None,
    doc: "Lists the replies of one contact: none, as no mail arrives here.",
    run: Some(|call| Box::pin(run(call))),
};

/// An empty list rather than a feature that is not active: programs that collect all figures go on.
async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    known_contact(&call).await?;
    call.page()?;
    Ok(Answer::list::<()>("ApiCampaignContactReply", Vec::new()))
}
