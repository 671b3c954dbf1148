//! `GET /v2/contacts/transactional-data/import/{importId}`.

use http::{Method, StatusCode};

use super::import_id;
use crate::faces::dotdigital_rest::records::ApiTransactionalDataImport;
use crate::faces::dotdigital_rest::{Answer, Body, Call, Failure, Operation};

pub static OPERATION: Operation = Operation {
    id: "ApiContact_GetTransactionalDataImportProgress",
    method: Method::GET,
    path: "/v2/contacts/transactional-data/import/{importId}",
    success: StatusCode::OK,
    body: Body::None,
    doc: "How far an import of insight data is.",
    run: Some(|call| Box::pin(run(call))),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let import = call.account().insights().import(import_id(&call)?).await?;
    Ok(Answer::of(ApiTransactionalDataImport::from(import)))
}
