//! `GET /v2/data-fields`.

use http::{Method, StatusCode};

use crate::faces::dotdigital_rest::records::ApiDataField;
use crate::faces::dotdigital_rest::{Answer, Body, Call, Failure, Operation};

pub static OPERATION: Operation = Operation {
    id: "ApiDataField_GetDataFields",
    method: Method::GET,
    path: "/v2/data-fields",
    success: StatusCode::OK,
    body: Body::None,
    doc: "Lists the data fields in the order of their creation.",
    run: Some(|call| Box::pin(run(call))),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let fields = call.account().fields().all().await?;
    Ok(Answer::list("ApiDataField", fields.iter().map(ApiDataField::of).collect()))
}
