//! `PUT /v2/preferences/{id}`.

use http::{Method, StatusCode};

use crate::faces::dotdigital_rest::convert::preference_id;
use crate::faces::dotdigital_rest::records::ApiPreference;
use crate::faces::dotdigital_rest::{Answer, Body, Call, Failure, Operation};

pub static OPERATION: Operation = Operation {
    id: "ApiPreference_UpdatePreference",
    method: Method::PUT,
    path: "/v2/preferences/{id}",
    success: StatusCode::OK,
    body: Body::Document,
    doc: "Changes a preference or a category.",
    run: Some(|call| Box::pin(run(call))),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let id = preference_id(call.path.number("id")?)?;
    let preference: ApiPreference = call.body()?;
    let changed = call.account().preferences().update(id, preference.into_new()?).await?;
    Ok(Answer::of(ApiPreference::single(&changed)))
}
