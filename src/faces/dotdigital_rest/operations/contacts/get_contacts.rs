//! `GET /v2/contacts`.

use http::{Method, StatusCode};

use crate::domain::Filter;
use crate::faces::dotdigital_rest::records::ApiContact;
use crate::faces::dotdigital_rest::{Answer, Body, Call, Failure, Operation};

pub static OPERATION: Operation = Operation {
    id: "ApiContact_GetContacts",
    method: Method::GET,
    path: "/v2/contacts",
    success: StatusCode::OK,
    body: Body::None,
    doc: "Lists the contacts of the account by id.",
    run: Some(|call| Box::pin(run(call))),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let page = call.page()?;
    let with_full_data = call.query.flag("withFullData")?;
    let contacts = call.account().contacts().page(Filter::All, page).await?;
    Ok(Answer::list("ApiContact", ApiContact::page(&contacts, with_full_data)))
}
