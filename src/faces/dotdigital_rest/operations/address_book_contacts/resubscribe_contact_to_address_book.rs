//! `POST /v2/address-books/{addressBookId}/contacts/resubscribe`.

use http::{Method, StatusCode};

use crate::faces::dotdigital_rest::convert::list_id;
use crate::faces::dotdigital_rest::records::{ApiContactResubscription, ApiResubscribeResult};
use crate::faces::dotdigital_rest::{Answer, Body, Call, Failure, Operation};

pub static OPERATION: Operation = Operation {
    id: "ApiContact_ResubscribeContactToAddressBook",
    method: Method::POST,
    path: "/v2/address-books/{addressBookId}/contacts/resubscribe",
    success: StatusCode::OK,
    body: Body::Document,
    doc: "Takes back a contact that had unsubscribed from an address book.",
    run: Some(|call| Box::pin(run(call))),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let list = list_id(call.path.number("addressBookId")?)?;

    let asked: ApiContactResubscription = call.body()?;
    let contacts = call.account().contacts();
    let back = contacts.resubscribe_to_list(list, asked.into_asked()?).await?;
    Ok(Answer::of(ApiResubscribeResult::of(&back)))
}
