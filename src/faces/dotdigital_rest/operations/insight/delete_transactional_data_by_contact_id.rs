//! `DELETE /v2/contacts/{id}/transactional-data/{collectionName}`.

use http::{Method, StatusCode};

use crate::faces::dotdigital_rest::convert::contact_id;
use crate::faces::dotdigital_rest::{Answer, Body, Call, Failure, Operation};

pub static OPERATION: Operation = Operation {
    id: "ApiContact_DeleteTransactionalDataByContactId",
    method: Method::DELETE,
    path: "/v2/contacts/{id}/transactional-data/{collectionName}",
    success: StatusCode::NO_CONTENT,
    body: Body::None,
    doc: "Deletes all records of a contact, named by its number, in a collection of insight data.",
    run: Some(|call| Box::pin(run(call))),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let contact = contact_id(call.path.number("id")?)?;
    let collection = call.path.text("collectionName");
    call.account().insights().delete_of_contact(contact, collection).await?;
    Ok(Answer::empty())
}
