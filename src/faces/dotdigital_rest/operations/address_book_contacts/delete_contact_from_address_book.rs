//! `DELETE /v2/address-books/{addressBookId}/contacts/{contactId}`.

use http::{Method, StatusCode};

use crate::faces::dotdigital_rest::convert::{contact_id, list_id};
use crate::faces::dotdigital_rest::{Answer, Body, Call, Failure, Operation};

pub static OPERATION: Operation = Operation {
    id: "ApiContact_DeleteContactFromAddressBook",
    method: Method::DELETE,
    path: "/v2/address-books/{addressBookId}/contacts/{contactId}",
    success: StatusCode::NO_CONTENT,
    body: Body::None,
    doc: "Takes a contact off an address book; it stays a contact.",
    run: Some(|call| Box::pin(run(call))),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let list = list_id(call.path.number("addressBookId")?)?;

    let contact = contact_id(call.path.number("contactId")?)?;
    call.account().contacts().remove_from_list(list, contact).await?;
    Ok(Answer::empty())
}
