//! `GET /v2/contacts/transactional-data/{collectionName}/{key}`.

use http::{Method, StatusCode};

use crate::faces::dotdigital_rest::records::ApiTransactionalData;
use crate::faces::dotdigital_rest::{Answer, Body, Call, Failure, Operation};

pub static OPERATION: Operation = Operation {
    id: "ApiContact_GetTransactionalDataByKey",
    method: Method::GET,
    path: "/v2/contacts/transactional-data/{collectionName}/{key}",
    success: StatusCode::OK,
    body: Body::None,
    doc: "Reads a record of insight data.",
    run: Some(|call| Box::pin(run(call))),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let (collection, key) = (call.path.text("collectionName"), call.path.text("key"));
    let found = call.account().insights().get(collection, key).await?;
    Ok(Answer::of(ApiTransactionalData::from(found)))
}
