//! `PUT /v2/contacts/transactional-data/{collectionName}/empty`.

use http::{Method, StatusCode};

use crate::faces::dotdigital_rest::{Answer, Body, Call, Failure, Operation};

pub static OPERATION: Operation = Operation {
    id: "ApiContact_EmptyTransactionalDataCollection",
    method: Method::PUT,
    path: "/v2/contacts/transactional-data/{collectionName}/empty",
    success: StatusCode::NO_CONTENT,
    body: Body::None,
    doc: "Deletes all records of a collection of insight data.",
    run: Some(|call| Box::pin(run(call))),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    call.account().insights().empty(call.path.text("collectionName")).await?;
    Ok(Answer::empty())
}
