//! `GET /v2/segments`.

use http::{Method, StatusCode};

use crate::faces::dotdigital_rest::records::ApiSegment;
use crate::faces::dotdigital_rest::{Answer, Body, Call, Failure, Operation};

pub static OPERATION: Operation = Operation {
    id: "ApiSegment_GetSegments",
    method: Method::GET,
    path: "/v2/segments",
    success: StatusCode::OK,
    body: Body::None,
    doc: "Lists the segments by id.",
    run: Some(|call| Box::pin(run(call))),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let segments = call.account().segments().page(call.page()?).await?;
    Ok(Answer::list("ApiSegment", segments.iter().map(ApiSegment::of).collect()))
}
