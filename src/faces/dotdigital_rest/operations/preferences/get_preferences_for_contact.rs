//! `GET /v2/contacts/{contactEmail}/preferences`.

use http::{Method, StatusCode};

use crate::faces::dotdigital_rest::records::ApiPreference;
use crate::faces::dotdigital_rest::{Answer, Body, Call, Failure, Operation};

pub static OPERATION: Operation = Operation {
    id: "ApiPreference_GetPreferencesForContact",
    method: Method::GET,
    path: "/v2/contacts/{contactEmail}/preferences",
    success: StatusCode::OK,
    body: Body::None,
    doc: "Lists the preferences and which of them a contact is opted in to, by its address.",
    run: Some(|call| Box::pin(run(call))),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let (account, address) = (call.account(), call.path.address("contactEmail")?);
    let contact = account.contacts().get_by_address(&address).await?;
    let chosen = account.preferences().seen_by(contact.id).await?;
    Ok(Answer::list("ApiPreference", ApiPreference::chosen(&chosen)))
}
