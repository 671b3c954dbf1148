//! `GET /v2/contacts/transactional-data-collections`.

use http::{Method, StatusCode};

use crate::faces::dotdigital_rest::records::ApiTransactionalDataCollection;
use crate::faces::dotdigital_rest::{Answer, Body, Call, Failure, Operation};

pub static OPERATION: Operation = Operation {
    id: "ApiContact_GetTransactionalDataCollections",
    method: Method::GET,
    path: "/v2/contacts/transactional-data-collections",
    success: StatusCode::OK,
    body: Body::None,
    doc: "Lists the collections of insight data.",
    run: Some(|call| Box::pin(run(call))),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let found = call.account().insights().collections(call.page()?).await?;
    let collections: Vec<_> = found.into_iter().map(ApiTransactionalDataCollection::from).collect();
    Ok(Answer::list("ApiTransactionalDataCollection", collections))
}
