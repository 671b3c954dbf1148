//! `POST /v2/contacts/with-consent`.

use http::{Method, StatusCode};

use crate::faces::dotdigital_rest::records::ApiContactWithConsent;
use crate::faces::dotdigital_rest::{Answer, Body, Call, Failure, Operation};

pub static OPERATION: Operation = Operation {
    id: "ApiContact_CreateContactWithConsent",
    method: Method::POST,
    path: "/v2/contacts/with-consent",
    success: StatusCode::CREATED,
    body: Body::Document,
    doc: "Creates or updates a contact and adds to what it consented to.",
    run: Some(|call| Box::pin(run(call))),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let given: ApiContactWithConsent = call.body()?;
    let new = given.into_new()?;
    let consents = new.consents.clone();
    let contact = call.account().contacts().create_with(new).await?;
    Ok(Answer::of(ApiContactWithConsent::given(&contact, &consents)))
}
