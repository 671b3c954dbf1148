//! `GET contactLists/{contactListId}`.

use http::Method;

use crate::faces::which50::{Answer, Call, Failure, Operation, records};

pub static OPERATION: Operation = Operation {
    name: "GetContactList",
    method: Method::GET,
    path: "contactLists/{contactListId}",
    doc: "One list.",
    run: |call| Box::pin(run(call)),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let list = call.list("contactListId").await?;
    Ok(Answer::record(records::contacts_list(&list)))
}
