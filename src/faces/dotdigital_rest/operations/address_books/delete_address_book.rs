//! `DELETE /v2/address-books/{id}`.

use http::{Method, StatusCode};

use crate::faces::dotdigital_rest::convert::list_id;
use crate::faces::dotdigital_rest::{Answer, Body, Call, Failure, Operation};

pub static OPERATION: Operation = Operation {
    id: "ApiAddressBook_DeleteAddressBook",
    method: Method::DELETE,
    path: "/v2/address-books/{id}",
    success: StatusCode::NO_CONTENT,
    body: Body::None,
    doc: "Deletes an address book, not its contacts.",
    run: Some(|call| Box::pin(run(call))),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let id = list_id(call.path.number("id")?)?;
    call.account().lists().delete(id).await?;
    Ok(Answer::empty())
}
