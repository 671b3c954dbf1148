//! `GET /v2/campaigns/send/{sendId}`.

use http::{Method, StatusCode};

use crate::domain::{Refusal, SendId};
use crate::faces::dotdigital_rest::records::ApiCampaignSend;
use crate::faces::dotdigital_rest::{Answer, Body, Call, Failure, Operation};

pub static OPERATION: Operation = Operation {
    id: "ApiCampaignSend_GetCampaignSendProgress",
    method: Method::GET,
    path: "/v2/campaigns/send/{sendId}",
    success: StatusCode::OK,
    body: Body::None,
    doc: "Shows how far a send is.",
    run: Some(|call| Box::pin(run(call))),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let id = call.path.guid("sendId").map(SendId).ok_or(Refusal::SendNotFound)?;
    let send = call.account().campaigns().get_send(id).await?;
    Ok(Answer::of(ApiCampaignSend::of(&send, call.context.clock.now())))
}
