//! `GET /v2/address-books/{id}`.

use http::{Method, StatusCode};

use crate::faces::dotdigital_rest::convert::list_id;
use crate::faces::dotdigital_rest::records::ApiAddressBook;
use crate::faces::dotdigital_rest::{Answer, Body, Call, Failure, Operation};

pub static OPERATION: Operation = Operation {
    id: "ApiAddressBook_GetAddressBookById",
    method: Method::GET,
    path: "/v2/address-books/{id}",
    success: StatusCode::OK,
    body: Body::None,
    doc: "Reads an address book.",
    run: Some(|call| Box::pin(run(call))),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let id = list_id(call.path.number("id")?)?;
    let list = call.account().lists().get(id).await?;
    Ok(Answer::of(ApiAddressBook::of(&list)))
}
