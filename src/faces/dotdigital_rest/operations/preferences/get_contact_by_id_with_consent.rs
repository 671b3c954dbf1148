//! `GET /v2/contacts/{id}/with-consent`.

use http::{Method, StatusCode};

use crate::faces::dotdigital_rest::convert::contact_id;
use crate::faces::dotdigital_rest::records::ApiContactWithConsent;
use crate::faces::dotdigital_rest::{Answer, Body, Call, Failure, Operation};

pub static OPERATION: Operation = Operation {
    id: "ApiContact_GetContactByIdWithConsent",
    method: Method::GET,
    path: "/v2/contacts/{id}/with-consent",
    success: StatusCode::OK,
    body: Body::None,
    doc: "Reads a contact and everything that it consented to.",
    run: Some(|call| Box::pin(run(call))),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let id = contact_id(call.path.number("id")?)?;
    let found = call.account().contacts().get_with_consents(id).await?;
    Ok(Answer::of(ApiContactWithConsent::of(&found)))
}
