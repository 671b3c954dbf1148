//! `GET /v2/contacts/import/{importId}`.

use http::{Method, StatusCode};

use super::import_id;
use crate::faces::dotdigital_rest::records::ApiContactImport;
use crate::faces::dotdigital_rest::{Answer, Body, Call, Failure, Operation};

pub static OPERATION: Operation = Operation {
    id: "ApiContactImport_GetContactImportProgress",
    method: Method::GET,
    path: "/v2/contacts/import/{importId}",
    success: StatusCode::OK,
    body: Body::None,
    doc: "How far an import is.",
    run: Some(|call| Box::pin(run(call))),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let import = call.account().imports().progress(import_id(&call)?).await?;
    Ok(Answer::of(ApiContactImport::from(&import)))
}
