//! `POST /v2/contacts/import/with-merge-option/{mergeOption}`.

use http::{Method, StatusCode};

use super::upload::{self, Into, merge_option};
use crate::faces::dotdigital_rest::{Answer, Body, Call, Failure, Operation};

pub static OPERATION: Operation = Operation {
    id: "ApiContactImport_ImportContactsWithMergeOption",
    method: Method::POST,
    path: "/v2/contacts/import/with-merge-option/{mergeOption}",
    success: StatusCode::ACCEPTED,
    body: Body::Streamed,
    doc: "Imports a file of contacts into the account and says what becomes of stored values.",
    run: Some(|call| Box::pin(run(call))),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let merge = merge_option(call.path.text("mergeOption"));
    upload::import(call, merge.map(|merge| Into { list: None, merge })).await
}
