//! `POST /v2/address-books/{addressBookId}/contacts/import`.

use http::{Method, StatusCode};

use super::upload::{self, Into, address_book};
use crate::domain::import::MergeOption;
use crate::faces::dotdigital_rest::{Answer, Body, Call, Failure, Operation};

pub static OPERATION: Operation = Operation {
    id: "ApiContactImport_ImportContactsToAddressBook",
    method: Method::POST,
    path: "/v2/address-books/{addressBookId}/contacts/import",
    success: StatusCode::ACCEPTED,
    body: Body::Streamed,
    doc: "Imports a file of contacts into an address book.",
    run: Some(|call| Box::pin(run(call))),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let merge = MergeOption::Overwrite;
    let into = address_book(&call).map(|list| Into { list: Some(list), merge });
    upload::import(call, into).await
}
