//! `GET /v2/address-books`.

use http::{Method, StatusCode};

use crate::faces::dotdigital_rest::records::ApiAddressBook;
use crate::faces::dotdigital_rest::{Answer, Body, Call, Failure, Operation};

pub static OPERATION: Operation = Operation {
    id: "ApiAddressBook_GetAddressBooks",
    method: Method::GET,
    path: "/v2/address-books",
    success: StatusCode::OK,
    body: Body::None,
    doc: "Lists the address books by id.",
    run: Some(|call| Box::pin(run(call))),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let lists = call.account().lists().page(call.page()?).await?;
    Ok(ApiAddressBook::answer(&lists))
}
