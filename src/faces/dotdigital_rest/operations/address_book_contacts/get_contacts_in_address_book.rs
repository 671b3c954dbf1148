//! `GET /v2/address-books/{addressBookId}/contacts`.

use http::{Method, StatusCode};

use crate::domain::Filter;
use crate::faces::dotdigital_rest::convert::list_id;
use crate::faces::dotdigital_rest::records::ApiContact;
use crate::faces::dotdigital_rest::{Answer, Body, Call, Failure, Operation};

pub static OPERATION: Operation = Operation {
    id: "ApiContact_GetContactsInAddressBook",
    method: Method::GET,
    path: "/v2/address-books/{addressBookId}/contacts",
    success: StatusCode::OK,
    body: Body::None,
    doc: "Lists the contacts of an address book by id.",
    run: Some(|call| Box::pin(run(call))),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let list = list_id(call.path.number("addressBookId")?)?;

    let (page, with_full_data) = (call.page()?, call.query.flag("withFullData")?);
    let contacts = call.account().contacts().page_in_list(list, Filter::All, page).await?;
    Ok(Answer::list("ApiContact", ApiContact::page(&contacts, with_full_data)))
}
