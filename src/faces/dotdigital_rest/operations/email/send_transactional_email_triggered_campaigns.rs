//! `POST /v2/email/triggered-campaign/batch`.

use http::{Method, StatusCode};

use super::{Results, send_triggered};
use crate::faces::dotdigital_rest::records::ApiTransactionalEmailTriggeredCampaign;
use crate::faces::dotdigital_rest::{Answer, Body, Call, Failure, Operation};

pub static OPERATION: Operation = Operation {
    id: "ApiTransactionalEmail_SendTransactionalEmailTriggeredCampaigns",
    method: Method::POST,
    path: "/v2/email/triggered-campaign/batch",
    success: StatusCode::OK,
    body: Body::Document,
    doc: "Puts some messages with the contents of campaigns into the outbox.",
    run: Some(|call| Box::pin(run(call))),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let mut results = Results::default();
    for mail in call.body::<Vec<ApiTransactionalEmailTriggeredCampaign>>()? {
        results.add(send_triggered(&call, mail).await)?;
    }
    Ok(results.answer())
}
