//! `GET contactLists/{contactListId}/fields`.

use http::Method;

use crate::faces::which50::fields::shown;
use crate::faces::which50::records::{SCHEMA_FIELD, schema_field};
use crate::faces::which50::{Answer, Call, Failure, Operation};
use crate::protocol::datacontract::Document;

pub static OPERATION: Operation = Operation {
    name: "GetFields",
    method: Method::GET,
    path: "contactLists/{contactListId}/fields",
    doc: "The fields that contacts of a list have.",
    run: |call| Box::pin(run(call)),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    call.list("contactListId").await?;
    let schema = call.account.fields().schema().await?;
    let fields = shown(&schema);
    let records = fields.iter().enumerate().map(|(place, field)| schema_field(place, field));
    Ok(Answer::Document(Document::Records(&SCHEMA_FIELD, records.collect())))
}
