//! `POST /v2/contacts/transactional-data/{collectionName}/{key}`.

use http::{Method, StatusCode};

use crate::faces::dotdigital_rest::records::{ApiJsonData, ApiTransactionalData};
use crate::faces::dotdigital_rest::{Answer, Body, Call, Failure, Operation};

pub static OPERATION: Operation = Operation {
    id: "ApiContact_ReplaceTransactionalDataByKey",
    method: Method::POST,
    path: "/v2/contacts/transactional-data/{collectionName}/{key}",
    success: StatusCode::OK,
    body: Body::Document,
    doc: "Replaces the data of a record of insight data.",
    run: Some(|call| Box::pin(run(call))),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let ApiJsonData { json } = call.body()?;
    let (collection, key) = (call.path.text("collectionName"), call.path.text("key"));
    let replaced = call.account().insights().replace(collection, key, &json.0).await?;
    Ok(Answer::of(ApiTransactionalData::from(replaced)))
}
