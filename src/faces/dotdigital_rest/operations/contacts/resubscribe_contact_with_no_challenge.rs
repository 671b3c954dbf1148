//! `POST /v2/contacts/resubscribe-with-no-challenge`.

use http::{Method, StatusCode};

use crate::faces::dotdigital_rest::records::{ApiContactResubscription, ApiResubscribeResult};
use crate::faces::dotdigital_rest::{Answer, Body, Call, Failure, Operation};

pub static OPERATION: Operation = Operation {
    id: "ApiContact_ResubscribeContactWithNoChallenge",
    method: Method::POST,
    path: "/v2/contacts/resubscribe-with-no-challenge",
    success: StatusCode::OK,
    body: Body::Document,
    doc: "As `resubscribe`, where the vendor would not have asked the contact by mail.",
    run: Some(|call| Box::pin(run(call))),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let asked: ApiContactResubscription = call.body()?;
    let back = call.account().contacts().resubscribe(asked.into_asked()?).await?;
    Ok(Answer::of(ApiResubscribeResult::of(&back)))
}
