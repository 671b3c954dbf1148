//! `DELETE /v2/address-books/{addressBookId}/contacts`.

use http::{Method, StatusCode};

use crate::faces::dotdigital_rest::convert::list_id;
use crate::faces::dotdigital_rest::{Answer, Body, Call, Failure, Operation};

pub static OPERATION: Operation = Operation {
    id: "ApiContact_DeleteAllContactsFromAddressBookWithoutProgress",
    method: Method::DELETE,
    path: "/v2/address-books/{addressBookId}/contacts",
    success: StatusCode::NO_CONTENT,
    body: Body::None,
    doc: "Takes everybody off an address book; they stay contacts.",
    run: Some(|call| Box::pin(run(call))),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let list = list_id(call.path.number("addressBookId")?)?;

    call.account().contacts().empty_list(list).await?;
    Ok(Answer::empty())
}
