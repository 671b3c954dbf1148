//! `GET /v2/contact/{contactID}/preferences`.

use http::{Method, StatusCode};

use crate::faces::dotdigital_rest::convert::contact_id;
use crate::faces::dotdigital_rest::records::ApiPreference;
use crate::faces::dotdigital_rest::{Answer, Body, Call, Failure, Operation};

pub static OPERATION: Operation = Operation {
    id: "ApiPreference_GetPreferencesForContact4",
    method: Method::GET,
    path: "/v2/contact/{contactID}/preferences",
    success: StatusCode::OK,
    body: Body::None,
    doc: "Lists the preferences and which of them a contact is opted in to (an older path).",
    run: Some(|call| Box::pin(run(call))),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let (account, id) = (call.account(), contact_id(call.path.number("contactID")?)?);
    let contact = account.contacts().get(id).await?;
    let chosen = account.preferences().seen_by(contact.id).await?;
    Ok(Answer::list("ApiPreference", ApiPreference::chosen(&chosen)))
}
