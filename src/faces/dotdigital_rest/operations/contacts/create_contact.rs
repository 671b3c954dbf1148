//! `POST /v2/contacts`.

use http::{Method, StatusCode};

use crate::faces::dotdigital_rest::records::ApiContact;
use crate::faces::dotdigital_rest::{Answer, Body, Call, Failure, Operation};

pub static OPERATION: Operation = Operation {
    id: "ApiContact_CreateContact",
    method: Method::POST,
    path: "/v2/contacts",
    success: StatusCode::CREATED,
    body: Body::Document,
    doc: "Creates a contact, or updates the one that has this address.",
    run: Some(|call| Box::pin(run(call))),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let contact: ApiContact = call.body()?;
    let contact = call.account().contacts().create(contact.into_new()?).await?;
    Ok(Answer::of(ApiContact::full(&contact)))
}
