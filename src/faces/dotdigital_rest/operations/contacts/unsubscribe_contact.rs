//! `POST /v2/contacts/unsubscribe`.

use http::{Method, StatusCode};

use crate::faces::dotdigital_rest::records::{ApiContact, ApiContactSuppression};
use crate::faces::dotdigital_rest::{Answer, Body, Call, Failure, Operation};

pub static OPERATION: Operation = Operation {
    id: "ApiContact_UnsubscribeContact",
    method: Method::POST,
    path: "/v2/contacts/unsubscribe",
    success: StatusCode::OK,
    body: Body::Document,
    doc: "Unsubscribes a contact from the whole account.",
    run: Some(|call| Box::pin(run(call))),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let contact: ApiContact = call.body()?;
    let gone = call.account().contacts().unsubscribe(contact.into_new()?).await?;
    Ok(Answer::of(ApiContactSuppression::of(&gone)))
}
