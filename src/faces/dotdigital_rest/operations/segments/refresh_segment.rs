//! `POST /v2/segments/refresh/{id}`.

use http::{Method, StatusCode};

use crate::faces::dotdigital_rest::convert::segment_id;
use crate::faces::dotdigital_rest::records::ApiSegmentRefresh;
use crate::faces::dotdigital_rest::{Answer, Body, Call, Failure, Operation};

pub static OPERATION: Operation = Operation {
    id: "ApiSegment_RefreshSegment",
    method: Method::POST,
    path: "/v2/segments/refresh/{id}",
    success: StatusCode::ACCEPTED,
    body: Body::None,
    doc: "Asks for a fresh count of a segment.",
    run: Some(|call| Box::pin(run(call))),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let id = segment_id(call.path.number("id")?)?;
    let status = call.account().segments().refresh(id).await?;
    Ok(Answer::of(ApiSegmentRefresh::of(id, status)))
}
