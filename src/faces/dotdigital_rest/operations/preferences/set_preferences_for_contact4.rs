//! `PUT /v2/contact/{contactEmail}/preferences`.

use http::{Method, StatusCode};

use crate::faces::dotdigital_rest::records::ApiPreference;
use crate::faces::dotdigital_rest::{Answer, Body, Call, Failure, Operation};

pub static OPERATION: Operation = Operation {
    id: "ApiPreference_SetPreferencesForContact4",
    method: Method::PUT,
    path: "/v2/contact/{contactEmail}/preferences",
    success: StatusCode::OK,
    body: Body::Document,
    doc: "Opts a contact in to preferences or out of them, by its address (an older path).",
    run: Some(|call| Box::pin(run(call))),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let contact = call.path.address("contactEmail")?;
    let choices = ApiPreference::choices(call.body()?)?;
    call.account().preferences().choose_by_address(&contact, &choices).await?;
    Ok(Answer::empty())
}
