//! `GET contactLists/{contactListId}/linkeddata/{linkedDataId}`.

use http::Method;

use super::table;
use crate::faces::which50::{Answer, Call, Failure, Operation, records};

pub static OPERATION: Operation = Operation {
    name: "GetLinkedData",
    method: Method::GET,
    path: "contactLists/{contactListId}/linkeddata/{linkedDataId}",
    doc: "One table.",
    run: |call| Box::pin(run(call)),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let list = call.list("contactListId").await?;
    let table = table(&call, "linkedDataId").await?;
    Ok(Answer::record(records::linked_data(list.id, &table)))
}
