//! `GET /v2/address-books/public`.

use http::{Method, StatusCode};

use crate::domain::Visibility;
use crate::faces::dotdigital_rest::records::ApiAddressBook;
use crate::faces::dotdigital_rest::{Answer, Body, Call, Failure, Operation};

pub static OPERATION: Operation = Operation {
    id: "ApiAddressBook_GetPublicAddressBooks",
    method: Method::GET,
    path: "/v2/address-books/public",
    success: StatusCode::OK,
    body: Body::None,
    doc: "Lists the public address books by id.",
    run: Some(|call| Box::pin(run(call))),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let lists = call.account().lists().page_of(Visibility::Public, call.page()?).await?;
    Ok(ApiAddressBook::answer(&lists))
}
