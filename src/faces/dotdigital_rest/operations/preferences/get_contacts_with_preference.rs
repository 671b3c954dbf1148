//! `GET /v2/contacts/with-preference/{preferenceId}`.

use http::{Method, StatusCode};

use crate::faces::dotdigital_rest::convert::{contact_id, preference_id};
use crate::faces::dotdigital_rest::records::ApiContactIdAndEmail;
use crate::faces::dotdigital_rest::{Answer, Body, Call, Failure, Operation};

pub static OPERATION: Operation = Operation {
    id: "ApiPreference_GetContactsWithPreference",
    method: Method::GET,
    path: "/v2/contacts/with-preference/{preferenceId}",
    success: StatusCode::OK,
    body: Body::None,
    doc: "Lists the contacts that are opted in to a preference.",
    run: Some(|call| Box::pin(run(call))),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let id = preference_id(call.path.number("preferenceId")?)?;
    let list = None;
    let from = contact_id(call.query.number("minContactId")?.unwrap_or(0))?;
    let found = call.account().preferences().holders(id, list, from).await?;
    let found = found.iter().map(|one| ApiContactIdAndEmail::of(&one.contact)).collect();
    Ok(Answer::list("ApiContactIdAndEmail", found))
}
