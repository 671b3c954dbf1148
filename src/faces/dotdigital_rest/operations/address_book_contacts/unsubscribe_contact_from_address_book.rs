//! `POST /v2/address-books/{addressBookId}/contacts/unsubscribe`.

use http::{Method, StatusCode};

use crate::faces::dotdigital_rest::convert::list_id;
use crate::faces::dotdigital_rest::records::{ApiContact, ApiContactSuppression};
use crate::faces::dotdigital_rest::{Answer, Body, Call, Failure, Operation};

pub static OPERATION: Operation = Operation {
    id: "ApiContact_UnsubscribeContactFromAddressBook",
    method: Method::POST,
    path: "/v2/address-books/{addressBookId}/contacts/unsubscribe",
    success: StatusCode::OK,
    body: Body::Document,
    doc: "Unsubscribes a contact from one address book.",
    run: Some(|call| Box::pin(run(call))),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let list = list_id(call.path.number("addressBookId")?)?;

    let contact: ApiContact = call.body()?;
    let contacts = call.account().contacts();
    let gone = contacts.unsubscribe_from_list(list, contact.into_new()?).await?;
    Ok(Answer::of(ApiContactSuppression::of(&gone)))
}
