//! `GET /v2/contacts/{id}/transactional-data/{collectionName}`.

use http::{Method, StatusCode};

use super::listed;
use crate::domain::Page;
use crate::domain::insight::Holder;
use crate::faces::dotdigital_rest::convert::contact_id;
use crate::faces::dotdigital_rest::{Answer, Body, Call, Failure, Operation};

pub static OPERATION: Operation = Operation {
    id: "ApiContact_GetTransactionalDataByContactId",
    method: Method::GET,
    path: "/v2/contacts/{id}/transactional-data/{collectionName}",
    success: StatusCode::OK,
    body: Body::None,
    doc: "Lists the first hundred records of a contact, named by its number, in a collection of insight data.",
    run: Some(|call| Box::pin(run(call))),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let contact = contact_id(call.path.number("id")?)?;
    let collection = call.path.text("collectionName");
    let holder = Holder::Contact(contact);
    let insights = call.account().insights();
    Ok(listed(insights.of_holder(holder, collection, Page::first()).await?))
}
