//! `GET /v2/contacts/{contactEmail}/subscriptions`.

use http::{Method, StatusCode};

use crate::faces::dotdigital_rest::records::ApiContactWithPreferenceOptIn;
use crate::faces::dotdigital_rest::{Answer, Body, Call, Failure, Operation};

pub static OPERATION: Operation = Operation {
    id: "ApiPreference_GetSubscriptionsForContact",
    method: Method::GET,
    path: "/v2/contacts/{contactEmail}/subscriptions",
    success: StatusCode::OK,
    body: Body::None,
    doc: "Lists every choice that a contact made, with its time.",
    run: Some(|call| Box::pin(run(call))),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let (account, address) = (call.account(), call.path.address("contactEmail")?);
    let contact = account.contacts().get_by_address(&address).await?;
    let chosen = account.preferences().of_contact(contact.id).await?;
    Ok(Answer::of(ApiContactWithPreferenceOptIn::all(&contact, &chosen)))
}
