//! `PUT /v2/contacts/{contactId}/preferences`.

use http::{Method, StatusCode};

use crate::faces::dotdigital_rest::convert::contact_id;
use crate::faces::dotdigital_rest::records::ApiPreference;
use crate::faces::dotdigital_rest::{Answer, Body, Call, Failure, Operation};

pub static OPERATION: Operation = Operation {
    id: "ApiPreference_SetPreferencesForContact",
    method: Method::PUT,
    path: "/v2/contacts/{contactId}/preferences",
    success: StatusCode::OK,
    body: Body::Document,
    doc: "Opts a contact in to preferences or out of them.",
    run: Some(|call| Box::pin(run(call))),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let contact = contact_id(call.path.number("contactId")?)?;
    let choices = ApiPreference::choices(call.body()?)?;
    call.account().preferences().choose(contact, &choices).await?;
    Ok(Answer::empty())
}
