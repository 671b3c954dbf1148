//! `GET /v2/contacts/import/{importId}/report-faults`.

use http::{Method, StatusCode};

use super::import_id;
use crate::faces::dotdigital_rest::{Answer, Body, Call, Failure, Operation};
use crate::faces::stored_file;
use crate::protocol::http::Reply;

/// By the vendor's `OpenAPI`; its pages show plain text. No client looks.
const CONTENT_TYPE: &str = "application/octet-stream";

pub static OPERATION: Operation = Operation {
    id: "ApiContactImport_GetContactImportReportFaults",
    method: Method::GET,
    path: "/v2/contacts/import/{importId}/report-faults",
    success: StatusCode::OK,
    body: Body::None,
    doc: "The rows that an import refused, as a CSV file with a byte order mark.",
    run: Some(|call| Box::pin(run(call))),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let faults = call.account().imports().faults(import_id(&call)?).await?;
    let body = stored_file::body(faults).await?;
    Ok(Answer::reply(Reply::with_body(StatusCode::OK, CONTENT_TYPE, body)))
}
