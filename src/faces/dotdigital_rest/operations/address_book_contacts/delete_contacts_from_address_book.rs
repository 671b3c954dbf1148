//! `POST /v2/address-books/{addressBookId}/contacts/delete`.

use http::{Method, StatusCode};

use crate::domain::ContactId;
use crate::faces::dotdigital_rest::convert::list_id;
use crate::faces::dotdigital_rest::records::ApiBulkContactDeletion;
use crate::faces::dotdigital_rest::{Answer, Body, Call, Failure, Operation};

pub static OPERATION: Operation = Operation {
    id: "ApiContact_DeleteContactsFromAddressBook",
    method: Method::POST,
    path: "/v2/address-books/{addressBookId}/contacts/delete",
    success: StatusCode::ACCEPTED,
    body: Body::Document,
    doc: "Starts to take some contacts off an address book.",
    run: Some(|call| Box::pin(run(call))),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let list = list_id(call.path.number("addressBookId")?)?;

    let ids: Vec<i32> = call.body_if_any()?.unwrap_or_default();
    // A number that no id can have is a stranger, who is passed over.
    let ids: Vec<ContactId> =
        ids.into_iter().filter_map(|id| u32::try_from(id).ok()).map(ContactId).collect();
    let started = call.account().lists().start_removal(list, &ids).await?;
    Ok(Answer::of(ApiBulkContactDeletion::of(started)))
}
