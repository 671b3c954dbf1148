//! `POST /v2/contacts/with-consent-and-preferences`.

use http::{Method, StatusCode};

use crate::faces::dotdigital_rest::records::ApiContactWithConsentAndPreferences;
use crate::faces::dotdigital_rest::{Answer, Body, Call, Failure, Operation};

pub static OPERATION: Operation = Operation {
    id: "ApiContact_CreateContactWithConsentAndPreferences",
    method: Method::POST,
    path: "/v2/contacts/with-consent-and-preferences",
    success: StatusCode::CREATED,
    body: Body::Document,
    doc: "Creates or updates a contact with its consents and its choices.",
    run: Some(|call| Box::pin(run(call))),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let given: ApiContactWithConsentAndPreferences = call.body()?;
    let new = given.into_new()?;
    let (account, consents) = (call.account(), new.consents.clone());
    let contact = account.contacts().create_with(new).await?;
    let chosen = account.preferences().seen_by(contact.id).await?;
    Ok(Answer::of(ApiContactWithConsentAndPreferences::given(&contact, &consents, &chosen)))
}
