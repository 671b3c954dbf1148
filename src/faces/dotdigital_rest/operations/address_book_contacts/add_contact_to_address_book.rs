//! `POST /v2/address-books/{addressBookId}/contacts`.

use http::{Method, StatusCode};

use crate::faces::dotdigital_rest::convert::list_id;
use crate::faces::dotdigital_rest::records::ApiContact;
use crate::faces::dotdigital_rest::{Answer, Body, Call, Failure, Operation};

pub static OPERATION: Operation = Operation {
    id: "ApiContact_AddContactToAddressBook",
    method: Method::POST,
    path: "/v2/address-books/{addressBookId}/contacts",
    success: StatusCode::OK,
    body: Body::Document,
    doc: "Adds a contact to an address book, creating or updating it.",
    run: Some(|call| Box::pin(run(call))),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let list = list_id(call.path.number("addressBookId")?)?;

    let contact: ApiContact = call.body()?;
    let contact = call.account().contacts().add_to_list(list, contact.into_new()?).await?;
    Ok(Answer::of(ApiContact::full(&contact)))
}
