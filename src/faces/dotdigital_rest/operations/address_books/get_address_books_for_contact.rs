//! `GET /v2/contacts/{contactId}/address-books`.

use http::{Method, StatusCode};

use crate::faces::dotdigital_rest::convert::contact_id;
use crate::faces::dotdigital_rest::records::ApiAddressBook;
use crate::faces::dotdigital_rest::{Answer, Body, Call, Failure, Operation};

pub static OPERATION: Operation = Operation {
    id: "ApiAddressBook_GetAddressBooksForContact",
    method: Method::GET,
    path: "/v2/contacts/{contactId}/address-books",
    success: StatusCode::OK,
    body: Body::None,
    doc: "Lists the address books that a contact is in.",
    run: Some(|call| Box::pin(run(call))),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let contact = contact_id(call.path.number("contactId")?)?;
    let lists = call.account().lists().for_contact(contact, call.page()?).await?;
    Ok(ApiAddressBook::answer(&lists))
}
