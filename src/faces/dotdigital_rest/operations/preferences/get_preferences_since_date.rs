//! `GET /v2/preferences/modified-since/{sinceDate}`.

use http::{Method, StatusCode};

use crate::faces::dotdigital_rest::records::ApiPreference;
use crate::faces::dotdigital_rest::{Answer, Body, Call, Failure, Operation};

pub static OPERATION: Operation = Operation {
    id: "ApiPreference_GetPreferencesSinceDate",
    method: Method::GET,
    path: "/v2/preferences/modified-since/{sinceDate}",
    success: StatusCode::OK,
    body: Body::None,
    doc: "Lists the preferences and categories that changed since then.",
    run: Some(|call| Box::pin(run(call))),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let since = call.path.date("sinceDate")?;
    let tree = call.account().preferences().modified_since(since).await?;
    Ok(Answer::list("ApiPreference", ApiPreference::tree(&tree)))
}
