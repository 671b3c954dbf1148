//! `GET /v2/contacts/count`.

use http::{Method, StatusCode};

use crate::faces::dotdigital_rest::convert::int;
use crate::faces::dotdigital_rest::{Answer, Body, Call, Failure, Operation};

pub static OPERATION: Operation = Operation {
    id: "ApiContact_GetAllContactsCount",
    method: Method::GET,
    path: "/v2/contacts/count",
    success: StatusCode::OK,
    body: Body::None,
    doc: "Counts the contacts who are not suppressed.",
    run: Some(|call| Box::pin(run(call))),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    Ok(Answer::of(int(call.account().contacts().count().await?)))
}
