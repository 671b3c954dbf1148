//! `POST /v2/email`.

use http::{Method, StatusCode};

use super::send;
use crate::faces::dotdigital_rest::records::ApiTransactionalEmail;
use crate::faces::dotdigital_rest::{Answer, Body, Call, Failure, Operation};

pub static OPERATION: Operation = Operation {
    id: "ApiTransactionalEmail_SendTransactionalEmail",
    method: Method::POST,
    path: "/v2/email",
    success: StatusCode::OK,
    body: Body::Document,
    doc: "Puts a message into the outbox.",
    run: Some(|call| Box::pin(run(call))),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    send(&call, call.body::<ApiTransactionalEmail>()?).await?;
    Ok(Answer::empty())
}
