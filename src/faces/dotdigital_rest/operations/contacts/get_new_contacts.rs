//! `GET /v2/contacts/created-since/{date}`.

use http::{Method, StatusCode};

use crate::domain::Filter;
use crate::faces::dotdigital_rest::records::ApiContact;
use crate::faces::dotdigital_rest::{Answer, Body, Call, Failure, Operation};

pub static OPERATION: Operation = Operation {
    id: "ApiContact_GetNewContacts",
    method: Method::GET,
    path: "/v2/contacts/created-since/{date}",
    success: StatusCode::OK,
    body: Body::None,
    doc: "Lists the contacts that were created since a date.",
    run: Some(|call| Box::pin(run(call))),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let filter = Filter::CreatedSince(call.path.date("date")?);
    let (page, with_full_data) = (call.page()?, call.query.flag("withFullData")?);
    let contacts = call.account().contacts().page(filter, page).await?;
    Ok(Answer::list("ApiContact", ApiContact::page(&contacts, with_full_data)))
}
