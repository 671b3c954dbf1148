//! `PUT /v2/contacts/{id}/with-consent`.

use http::{Method, StatusCode};

use crate::faces::dotdigital_rest::convert::contact_id;
use crate::faces::dotdigital_rest::records::ApiContactWithConsent;
use crate::faces::dotdigital_rest::{Answer, Body, Call, Failure, Operation};

pub static OPERATION: Operation = Operation {
    id: "ApiContact_UpdateContact2",
    method: Method::PUT,
    path: "/v2/contacts/{id}/with-consent",
    success: StatusCode::OK,
    body: Body::Document,
    doc: "Updates a contact and adds to what it consented to.",
    run: Some(|call| Box::pin(run(call))),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let id = contact_id(call.path.number("id")?)?;
    let given: ApiContactWithConsent = call.body()?;
    let new = given.into_new()?;
    let consents = new.consents.clone();
    let contact = call.account().contacts().update_with(id, new).await?;
    Ok(Answer::of(ApiContactWithConsent::given(&contact, &consents)))
}
