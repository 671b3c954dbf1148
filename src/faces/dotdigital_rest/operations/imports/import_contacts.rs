//! `POST /v2/contacts/import`.

use http::{Method, StatusCode};

use super::upload::{self, Into};
use crate::domain::import::MergeOption;
use crate::faces::dotdigital_rest::{Answer, Body, Call, Failure, Operation};

pub static OPERATION: Operation = Operation {
    id: "ApiContactImport_ImportContacts",
    method: Method::POST,
    path: "/v2/contacts/import",
    success: StatusCode::ACCEPTED,
    body: Body::Streamed,
    doc: "Imports a file of contacts into the account.",
    run: Some(|call| Box::pin(run(call))),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    upload::import(call, Ok(Into { list: None, merge: MergeOption::Overwrite })).await
}
