//! `POST /v2/contacts/resubscribe`.

use http::{Method, StatusCode};

use crate::faces::dotdigital_rest::records::{ApiContactResubscription, ApiResubscribeResult};
use crate::faces::dotdigital_rest::{Answer, Body, Call, Failure, Operation};

pub static OPERATION: Operation = Operation {
    id: "ApiContact_ResubscribeContact",
    method: Method::POST,
    path: "/v2/contacts/resubscribe",
    success: StatusCode::OK,
    body: Body::Document,
    doc: "Takes back a contact that had unsubscribed from the account.",
    run: Some(|call| Box::pin(run(call))),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let asked: ApiContactResubscription = call.body()?;
    let back = call.account().contacts().resubscribe(asked.into_asked()?).await?;
    Ok(Answer::of(ApiResubscribeResult::of(&back)))
}
