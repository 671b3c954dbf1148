//! `POST /v2/address-books/{addressBookId}/contacts/import/with-merge-option/{mergeOption}`.

use http::{Method, StatusCode};

use super::upload::{self, Into, address_book, merge_option};
use crate::faces::dotdigital_rest::{Answer, Body, Call, Failure, Operation};

pub static OPERATION: Operation = Operation {
    id: "ApiContactImport_ImportContactsToAddressBookWithMergeOption",
    method: Method::POST,
    path: "/v2/address-books/{addressBookId}/contacts/import/with-merge-option/{mergeOption}",
    success: StatusCode::ACCEPTED,
    body: Body::Streamed,
    doc: "Imports a file of contacts into an address book and says what becomes of stored values.",
    run: Some(|call| Box::pin(run(call))),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let merge = merge_option(call.path.text("mergeOption"));
    let into = address_book(&call).and_then(|list| Ok(Into { list: Some(list), merge: merge? }));
    upload::import(call, into).await
}
