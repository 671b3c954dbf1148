//! `DELETE /v2/contacts/transactional-data/{collectionName}/{key}`.

use http::{Method, StatusCode};

use crate::faces::dotdigital_rest::{Answer, Body, Call, Failure, Operation};

pub static OPERATION: Operation = Operation {
    id: "ApiContact_DeleteTransactionalDataByKey",
    method: Method::DELETE,
    path: "/v2/contacts/transactional-data/{collectionName}/{key}",
    success: StatusCode::NO_CONTENT,
    body: Body::None,
    doc: "Deletes a record of insight data.",
    run: Some(|call| Box::pin(run(call))),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let (collection, key) = (call.path.text("collectionName"), call.path.text("key"));
    call.account().insights().delete(collection, key).await?;
    Ok(Answer::empty())
}
