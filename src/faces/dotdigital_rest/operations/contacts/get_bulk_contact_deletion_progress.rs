//! `GET /v2/contacts/deletion/{deletionRequestId}`.

use http::{Method, StatusCode};

use crate::domain::{Error, Refusal};
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
    // The vendor's list has no code for a removal that is not there.
    let unknown = || Failure::parameter("deletionRequestId");
    let id = call.path.guid("deletionRequestId").ok_or_else(unknown)?;
    let removal = match call.account().lists().removal(id).await {
        Err(Error::Refused(Refusal::TaskNotFound)) => return Err(unknown()),
        removal => removal?,
    };
    Ok(Answer::of(ApiBulkContactDeletion::of(removal)))
}
