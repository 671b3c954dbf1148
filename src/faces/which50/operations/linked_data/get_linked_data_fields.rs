//! `GET contactLists/{contactListId}/linkeddata/{linkedDataId}/fields`.

use http::Method;

use super::table;
use crate::faces::which50::records::{LINKED_DATA_FIELD, linked_data_field};
use crate::faces::which50::{Answer, Call, Failure, Operation};
use crate::protocol::datacontract::Document;

pub static OPERATION: Operation = Operation {
    name: "GetLinkedDataFields",
    method: Method::GET,
    path: "contactLists/{contactListId}/linkeddata/{linkedDataId}/fields",
    doc: "The columns of a table.",
    run: |call| Box::pin(run(call)),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    call.list("contactListId").await?;
    let table = table(&call, "linkedDataId").await?;
    let columns = table.columns.iter().enumerate();
    let records = columns.map(|(place, column)| linked_data_field(place, column)).collect();
    Ok(Answer::Document(Document::Records(&LINKED_DATA_FIELD, records)))
}
