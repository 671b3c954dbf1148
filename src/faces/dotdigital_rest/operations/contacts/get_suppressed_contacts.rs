//! `GET /v2/contacts/suppressed-since/{date}`.

use http::{Method, StatusCode};

use crate::faces::dotdigital_rest::records::ApiContactSuppression;
use crate::faces::dotdigital_rest::{Answer, Body, Call, Failure, Operation};

pub static OPERATION: Operation = Operation {
    id: "ApiContact_GetSuppressedContacts",
    method: Method::GET,
    path: "/v2/contacts/suppressed-since/{date}",
    success: StatusCode::OK,
    body: Body::None,
    doc: "Lists the contacts that were suppressed since a date for any reason, with time and reason.",
    run: Some(|call| Box::pin(run(call))),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let (since, page) = (call.path.date("date")?, call.page()?);
    let gone = call.account().contacts().suppressed_since(since, page).await?;
    let gone = gone.iter().map(ApiContactSuppression::of).collect();
    Ok(Answer::list("ApiContactSuppression", gone))
}
