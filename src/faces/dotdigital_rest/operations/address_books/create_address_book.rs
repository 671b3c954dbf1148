//! `POST /v2/address-books`.

use http::{Method, StatusCode};

use crate::faces::dotdigital_rest::records::ApiAddressBook;
use crate::faces::dotdigital_rest::{Answer, Body, Call, Failure, Operation};

pub static OPERATION: Operation = Operation {
    id: "ApiAddressBook_CreateAddressBook",
    method: Method::POST,
    path: "/v2/address-books",
    success: StatusCode::CREATED,
    body: Body::Document,
    doc: "Creates an address book.",
    run: Some(|call| Box::pin(run(call))),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let book: ApiAddressBook = call.body()?;
    let list = call.account().lists().create(book.into_new()?).await?;
    Ok(Answer::of(ApiAddressBook::of(&list)))
}
