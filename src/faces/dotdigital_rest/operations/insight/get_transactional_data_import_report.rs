//! `GET /v2/contacts/transactional-data/import/{importId}/report`.

use http::{Method, StatusCode};

use super::import_id;
use crate::faces::dotdigital_rest::records::ApiTransactionalDataImportReport;
use crate::faces::dotdigital_rest::{Answer, Body, Call, Failure, Operation};

pub static OPERATION: Operation = Operation {
    id: "ApiContact_GetTransactionalDataImportReport",
    method: Method::GET,
    path: "/v2/contacts/transactional-data/import/{importId}/report",
    success: StatusCode::OK,
    body: Body::None,
    doc: "What became of the records of a finished import of insight data.",
    run: Some(|call| Box::pin(run(call))),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let report = call.account().insights().import_report(import_id(&call)?).await?;
    Ok(Answer::of(ApiTransactionalDataImportReport::from(report)))
}
