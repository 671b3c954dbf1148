//! `GET /v2/contacts/deletion/{deletionRequestId}`.

use http::{Method, StatusCode};

use crate::domain::Refusal;
use crate::faces::dotdigital_rest::records::ApiBulkContactDeletion;
use crate::faces::dotdigital_rest::{Answer, Body, Call, Failure, Operation};

pub static OPERATION: Operation = Operation {
    id: "ApiContact_GetBulkContactDeletionProgress",
    method: Method::GET,
    path: "/v2/contacts/deletion/{deletionRequestId}",
    success: StatusCode::OK,
    body: Body::None,
    doc: "Says how far a removal of many contacts from an address book is.",
    run: Some(|call| Box::pin(run(call))),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let id = call.path.guid("deletionRequestId").ok_or(Refusal::TaskNotFound)?;
    let removal = call.account().lists().removal(id).await?;
    Ok(Answer::of(ApiBulkContactDeletion::of(removal)))
}
