//! `POST /v2/contacts/transactional-data/import/{collectionName}`.

use http::{Method, StatusCode};

use crate::faces::dotdigital_rest::records::{ApiTransactionalDataImport, GivenTransactionalData};
use crate::faces::dotdigital_rest::{Answer, Body, Call, Failure, Operation};

pub static OPERATION: Operation = Operation {
    id: "ApiContact_ImportTransactionalData",
    method: Method::POST,
    path: "/v2/contacts/transactional-data/import/{collectionName}",
    success: StatusCode::ACCEPTED,
    body: Body::Document,
    doc: "Puts many records of insight data into a collection, as a task.",
    run: Some(|call| Box::pin(run(call))),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let given: Vec<GivenTransactionalData> = call.body()?;
    let collection = call.path.text("collectionName");
    let records = given.into_iter().map(Into::into).collect();
    let import = call.account().insights().start_import(collection, records).await?;
    Ok(Answer::of(ApiTransactionalDataImport::from(import)))
}
