//! `GET /v2/contacts/{id}`.

use http::{Method, StatusCode};

use crate::faces::dotdigital_rest::convert::contact_id;
use crate::faces::dotdigital_rest::records::ApiContact;
use crate::faces::dotdigital_rest::{Answer, Body, Call, Failure, Operation};

pub static OPERATION: Operation = Operation {
    id: "ApiContact_GetContactById",
    method: Method::GET,
    path: "/v2/contacts/{id}",
    success: StatusCode::OK,
    body: Body::None,
    doc: "Reads a contact who is not suppressed, with all data fields.",
    run: Some(|call| Box::pin(run(call))),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let id = contact_id(call.path.number("id")?)?;
    let contact = call.account().contacts().get(id).await?;
    Ok(Answer::of(ApiContact::full(&contact)))
}
