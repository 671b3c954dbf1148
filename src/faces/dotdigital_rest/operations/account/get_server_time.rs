//! `GET /v2/server-time`.

use std::future::ready;

use http::{Method, StatusCode};

use crate::faces::dotdigital_rest::{Answer, Body, Operation};

pub static OPERATION: Operation = Operation {
    id: "ApiAccount_GetServerTime",
    method: Method::GET,
    path: "/v2/server-time",
    success: StatusCode::OK,
    body: Body::None,
    doc: "Tells the time of the server, in UTC.",
    run: Some(|call| {
        // The quirk `server-time-is-json`.
        let now = call.context.clock.now().to_string();
        Box::pin(ready(Ok(Answer::of(now))))
    }),
};
