//! `GET contactLists/{contactListId}/linkeddata`.

use http::Method;

use crate::faces::which50::records::{LINKED_DATA, linked_data};
use crate::faces::which50::{Answer, Call, Failure, Operation};
use crate::protocol::datacontract::Document;

pub static OPERATION: Operation = Operation {
    name: "GetAllLinkedData",
    method: Method::GET,
    path: "contactLists/{contactListId}/linkeddata",
    doc: "The tables beside the contacts.",
    run: |call| Box::pin(run(call)),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let list = call.list("contactListId").await?;
    let tables = call.account.relational_tables().all().await?;
    let records = tables.iter().map(|table| linked_data(list.id, table)).collect();
    Ok(Answer::Document(Document::Records(&LINKED_DATA, records)))
}
