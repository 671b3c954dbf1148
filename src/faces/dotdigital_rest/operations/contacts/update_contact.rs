//! `PUT /v2/contacts/{id}`.

use http::{Method, StatusCode};

use crate::faces::dotdigital_rest::convert::contact_id;
use crate::faces::dotdigital_rest::records::ApiContact;
use crate::faces::dotdigital_rest::{Answer, Body, Call, Failure, Operation};

pub static OPERATION: Operation = Operation {
    id: "ApiContact_UpdateContact",
    method: Method::PUT,
    path: "/v2/contacts/{id}",
    success: StatusCode::OK,
    body: Body::Document,
    doc: "Changes a contact, its address too; a data field that is not named keeps its value.",
    run: Some(|call| Box::pin(run(call))),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let id = contact_id(call.path.number("id")?)?;
    let contact: ApiContact = call.body()?;
    let contact = call.account().contacts().update(id, contact.into_new()?).await?;
    Ok(Answer::of(ApiContact::full(&contact)))
}
