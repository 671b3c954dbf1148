//! `PUT /v2/contacts/{id}/with-consent-and-preferences`.

use http::{Method, StatusCode};

use crate::faces::dotdigital_rest::convert::contact_id;
use crate::faces::dotdigital_rest::records::ApiContactWithConsentAndPreferences;
use crate::faces::dotdigital_rest::{Answer, Body, Call, Failure, Operation};

pub static OPERATION: Operation = Operation {
    id: "ApiContact_UpdateContact3",
    method: Method::PUT,
    path: "/v2/contacts/{id}/with-consent-and-preferences",
    success: StatusCode::OK,
    body: Body::Document,
    doc: "Updates a contact with its consents and its choices.",
    run: Some(|call| Box::pin(run(call))),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let id = contact_id(call.path.number("id")?)?;
    let given: ApiContactWithConsentAndPreferences = call.body()?;
    let new = given.into_new()?;
    let (account, consents) = (call.account(), new.consents.clone());
    let contact = account.contacts().update_with(id, new).await?;
    let chosen = account.preferences().seen_by(contact.id).await?;
    Ok(Answer::of(ApiContactWithConsentAndPreferences::given(&contact, &consents, &chosen)))
}
