//! `GET /v2/contacts/import/{importId}/report`.

use http::{Method, StatusCode};

use super::import_id;
use crate::faces::dotdigital_rest::records::ApiContactImportReport;
use crate::faces::dotdigital_rest::{Answer, Body, Call, Failure, Operation};

pub static OPERATION: Operation = Operation {
    id: "ApiContactImport_GetContactImportReport",
    method: Method::GET,
    path: "/v2/contacts/import/{importId}/report",
    success: StatusCode::OK,
    body: Body::None,
    doc: "The counters of a finished import.",
    run: Some(|call| Box::pin(run(call))),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let report = call.account().imports().report(import_id(&call)?).await?;
    Ok(Answer::of(ApiContactImportReport::from(report)))
}
