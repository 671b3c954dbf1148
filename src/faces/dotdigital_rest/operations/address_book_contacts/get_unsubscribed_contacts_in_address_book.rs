//! `GET /v2/address-books/{addressBookId}/contacts/unsubscribed-since/{date}`.

use http::{Method, StatusCode};

use crate::faces::dotdigital_rest::convert::list_id;
use crate::faces::dotdigital_rest::records::ApiContactSuppression;
use crate::faces::dotdigital_rest::{Answer, Body, Call, Failure, Operation};

pub static OPERATION: Operation = Operation {
    id: "ApiContact_GetUnsubscribedContactsInAddressBook",
    method: Method::GET,
    path: "/v2/address-books/{addressBookId}/contacts/unsubscribed-since/{date}",
    success: StatusCode::OK,
    body: Body::None,
    doc: "Lists the contacts that unsubscribed from an address book since then.",
    run: Some(|call| Box::pin(run(call))),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let list = list_id(call.path.number("addressBookId")?)?;

    let (since, page) = (call.path.date("date")?, call.page()?);
    let contacts = call.account().contacts();
    let gone = contacts.unsubscribed_in_list_since(list, since, page).await?;
    let gone = gone.iter().map(ApiContactSuppression::of).collect();
    Ok(Answer::list("ApiContactSuppression", gone))
}
