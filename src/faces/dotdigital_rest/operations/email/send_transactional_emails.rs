//! `POST /v2/email/batch`.

use http::{Method, StatusCode};

use super::{Results, send};
use crate::faces::dotdigital_rest::records::ApiTransactionalEmail;
use crate::faces::dotdigital_rest::{Answer, Body, Call, Failure, Operation};

pub static OPERATION: Operation = Operation {
    id: "ApiTransactionalEmail_SendTransactionalEmails",
    method: Method::POST,
    path: "/v2/email/batch",
    success: StatusCode::OK,
    body: Body::Document,
    doc: "Puts some messages into the outbox, and says of each what became of it.",
    run: Some(|call| Box::pin(run(call))),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let mut results = Results::default();
    for mail in call.body::<Vec<ApiTransactionalEmail>>()? {
        results.add(send(&call, mail).await)?;
    }
    Ok(results.answer())
}
