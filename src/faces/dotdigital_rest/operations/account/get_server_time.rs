//! `GET /v2/server-time`.

use http::{Method, StatusCode};

use crate::faces::dotdigital_rest::{Answer, Body, Call, Failure, Operation};

pub static OPERATION: Operation = Operation {
    id: "ApiAccount_GetServerTime",
    method: Method::GET,
    path: "/v2/server-time",
    success: StatusCode::OK,
    body: Body::None,
    doc: "Tells the time of the server, in UTC.",
    run: Some(|call| Box::pin(run(call))),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    // The quirk `server-time-is-json`.
    Ok(Answer::of(call.context.clock.now().to_string()))
}
