//! `POST /v2/address-books/{addressBookId}/contacts/delete-all`.

use http::{Method, StatusCode};

use crate::faces::dotdigital_rest::convert::list_id;
use crate::faces::dotdigital_rest::records::ApiBulkContactDeletion;
use crate::faces::dotdigital_rest::{Answer, Body, Call, Failure, Operation};

pub static OPERATION: Operation = Operation {
    id: "ApiContact_DeleteAllContactsFromAddressBook",
    method: Method::POST,
    path: "/v2/address-books/{addressBookId}/contacts/delete-all",
    success: StatusCode::ACCEPTED,
    body: Body::None,
    doc: "Starts to take everybody off an address book.",
    run: Some(|call| Box::pin(run(call))),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let list = list_id(call.path.number("addressBookId")?)?;

    let started = call.account().lists().start_clearing(list).await?;
    Ok(Answer::of(ApiBulkContactDeletion::of(started)))
}
