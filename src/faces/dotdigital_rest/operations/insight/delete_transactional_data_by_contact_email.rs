//! `DELETE /v2/contacts/{email}/transactional-data/{collectionName}`.

use http::{Method, StatusCode};

use crate::faces::dotdigital_rest::{Answer, Body, Call, Failure, Operation};

pub static OPERATION: Operation = Operation {
    id: "ApiContact_DeleteTransactionalDataByContactEmail",
    method: Method::DELETE,
    path: "/v2/contacts/{email}/transactional-data/{collectionName}",
    success: StatusCode::NO_CONTENT,
    body: Body::None,
    doc: "Deletes all records of a contact, named by its address, in a collection of insight data.",
    run: Some(|call| Box::pin(run(call))),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let address = call.path.address("email")?;
    let contact = call.account().contacts().get_by_address(&address).await?.id;
    let collection = call.path.text("collectionName");
    call.account().insights().delete_of_contact(contact, collection).await?;
    Ok(Answer::empty())
}
