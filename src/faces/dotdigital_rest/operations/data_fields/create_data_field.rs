//! `POST /v2/data-fields`.

use http::{Method, StatusCode};

use crate::faces::dotdigital_rest::records::ApiDataField;
use crate::faces::dotdigital_rest::{Answer, Body, Call, Failure, Operation};

pub static OPERATION: Operation = Operation {
    id: "ApiDataField_CreateDataField",
    method: Method::POST,
    path: "/v2/data-fields",
    success: StatusCode::CREATED,
    body: Body::Document,
    doc: "Creates a data field.",
    run: Some(|call| Box::pin(run(call))),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let field: ApiDataField = call.body()?;
    let field = call.account().fields().create(field.into_new()?).await?;
    Ok(Answer::of(ApiDataField::of(&field)))
}
