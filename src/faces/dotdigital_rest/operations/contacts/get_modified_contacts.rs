//! `GET /v2/contacts/modified-since/{date}`.

use http::{Method, StatusCode};

use crate::domain::Filter;
use crate::faces::dotdigital_rest::records::ApiContact;
use crate::faces::dotdigital_rest::{Answer, Body, Call, Failure, Operation};

pub static OPERATION: Operation = Operation {
    id: "ApiContact_GetModifiedContacts",
    method: Method::GET,
    path: "/v2/contacts/modified-since/{date}",
    success: StatusCode::OK,
    body: Body::None,
    doc: "Lists the contacts that were changed since a date.",
    run: Some(|call| Box::pin(run(call))),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let filter = Filter::ModifiedSince(call.path.date("date")?);
    let (page, with_full_data) = (call.page()?, call.query.flag("withFullData")?);
    let contacts = call.account().contacts().page(filter, page).await?;
    Ok(Answer::list("ApiContact", ApiContact::page(&contacts, with_full_data)))
}
