//! `POST /v2/email/triggered-campaign`.

use http::{Method, StatusCode};

use super::send_triggered;
use crate::faces::dotdigital_rest::records::ApiTransactionalEmailTriggeredCampaign;
use crate::faces::dotdigital_rest::{Answer, Body, Call, Failure, Operation};

pub static OPERATION: Operation = Operation {
    id: "ApiTransactionalEmail_SendTransactionalEmailTriggeredCampaign",
    method: Method::POST,
    path: "/v2/email/triggered-campaign",
    success: StatusCode::OK,
    body: Body::Document,
    doc: "Puts a message with the content of a campaign into the outbox.",
    run: Some(|call| Box::pin(run(call))),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    send_triggered(&call, call.body::<ApiTransactionalEmailTriggeredCampaign>()?).await?;
    Ok(Answer::empty())
}
