//! `POST /v2/preferences`.

use http::{Method, StatusCode};

use crate::faces::dotdigital_rest::records::ApiPreference;
use crate::faces::dotdigital_rest::{Answer, Body, Call, Failure, Operation};

pub static OPERATION: Operation = Operation {
    id: "ApiPreference_CreatePreference",
    method: Method::POST,
    path: "/v2/preferences",
    success: StatusCode::OK,
    body: Body::Document,
    doc: "Creates a preference or a category of them.",
    run: Some(|call| Box::pin(run(call))),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let preference: ApiPreference = call.body()?;
    let made = call.account().preferences().create(preference.into_new()?).await?;
    Ok(Answer::of(ApiPreference::single(&made)))
}
