//! `DELETE /v2/data-fields/{name}`.

use http::{Method, StatusCode};

use crate::faces::dotdigital_rest::records::ApiDependencyResult;
use crate::faces::dotdigital_rest::{Answer, Body, Call, Failure, Operation};

pub static OPERATION: Operation = Operation {
    id: "ApiDataField_DeleteDataField",
    method: Method::DELETE,
    path: "/v2/data-fields/{name}",
    success: StatusCode::OK,
    body: Body::None,
    doc: "Deletes a data field unless a segment uses it.",
    run: Some(|call| Box::pin(run(call))),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let result = call.account().fields().delete(call.path.text("name")).await?;
    let answer = Answer::of(ApiDependencyResult::of(&result));
    // The quirk `data-field-in-use`.
    Ok(if result.deleted { answer } else { answer.with_status(StatusCode::CONFLICT) })
}
