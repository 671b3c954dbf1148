//! `GET /v2/preferences`.

use http::{Method, StatusCode};

use crate::faces::dotdigital_rest::records::ApiPreference;
use crate::faces::dotdigital_rest::{Answer, Body, Call, Failure, Operation};

pub static OPERATION: Operation = Operation {
    id: "ApiPreference_GetPreferences",
    method: Method::GET,
    path: "/v2/preferences",
    success: StatusCode::OK,
    body: Body::None,
    doc: "Lists the preferences and their categories in their places.",
    run: Some(|call| Box::pin(run(call))),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let tree = call.account().preferences().tree().await?;
    Ok(Answer::list("ApiPreference", ApiPreference::tree(&tree)))
}
