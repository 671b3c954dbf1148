//! `GET /v2/contacts/with-preference/{preferenceId}/opt-ins-since/{sinceDate}`.

use http::{Method, StatusCode};

use crate::faces::dotdigital_rest::convert::{contact_id, preference_id};
use crate::faces::dotdigital_rest::records::ApiContactWithPreferenceOptIn;
use crate::faces::dotdigital_rest::{Answer, Body, Call, Failure, Operation};

pub static OPERATION: Operation = Operation {
    id: "ApiPreference_GetModifiedPreferenceOptIns",
    method: Method::GET,
    path: "/v2/contacts/with-preference/{preferenceId}/opt-ins-since/{sinceDate}",
    success: StatusCode::OK,
    body: Body::None,
    doc: "Lists the contacts that opted in or out since then.",
    run: Some(|call| Box::pin(run(call))),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let id = preference_id(call.path.number("preferenceId")?)?;
    let list = None;
    let from = contact_id(call.query.number("minContactId")?.unwrap_or(0))?;
    let since = call.path.date("sinceDate")?;
    let found = call.account().preferences().changed_since(id, list, from, since).await?;
    let found = found.iter().map(ApiContactWithPreferenceOptIn::of).collect();
    Ok(Answer::list("ApiContactWithPreferenceOptIn", found))
}
