//! `POST /v2/contacts/transactional-data/{collectionName}`.

use http::{Method, StatusCode};

use crate::faces::dotdigital_rest::records::{ApiTransactionalData, GivenTransactionalData};
use crate::faces::dotdigital_rest::{Answer, Body, Call, Failure, Operation};

pub static OPERATION: Operation = Operation {
    id: "ApiContact_AddTransactionalData",
    method: Method::POST,
    path: "/v2/contacts/transactional-data/{collectionName}",
    success: StatusCode::CREATED,
    body: Body::Document,
    doc: "Puts a record of insight data into a collection, for a contact or for the account.",
    run: Some(|call| Box::pin(run(call))),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let given: GivenTransactionalData = call.body()?;
    let collection = call.path.text("collectionName");
    let put = call.account().insights().put(collection, given.into()).await?;
    Ok(Answer::of(ApiTransactionalData::from(put)))
}
