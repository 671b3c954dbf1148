//! `PUT /v2/address-books/{id}`.

use http::{Method, StatusCode};

use crate::faces::dotdigital_rest::convert::list_id;
use crate::faces::dotdigital_rest::records::ApiAddressBook;
use crate::faces::dotdigital_rest::{Answer, Body, Call, Failure, Operation};

pub static OPERATION: Operation = Operation {
    id: "ApiAddressBook_UpdateAddressBook",
    method: Method::PUT,
    path: "/v2/address-books/{id}",
    success: StatusCode::OK,
    body: Body::Document,
    doc: "Gives an address book another name or visibility.",
    run: Some(|call| Box::pin(run(call))),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let id = list_id(call.path.number("id")?)?;
    let book: ApiAddressBook = call.body()?;
    let list = call.account().lists().update(id, book.into_new()?).await?;
    Ok(Answer::of(ApiAddressBook::of(&list)))
}
