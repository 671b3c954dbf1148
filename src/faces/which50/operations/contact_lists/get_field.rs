//! `GET contactLists/{contactListId}/fields/{fieldId}`.

use http::Method;

use crate::faces::which50::fields::shown;
use crate::faces::which50::{Answer, Call, Failure, Operation, records};

pub static OPERATION: Operation = Operation {
    name: "GetField",
    method: Method::GET,
    path: "contactLists/{contactListId}/fields/{fieldId}",
    doc: "One field.",
    run: |call| Box::pin(run(call)),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    call.list("contactListId").await?;
    let id = call.path.id("fieldId")?;
    let schema = call.account.fields().schema().await?;
    let fields = shown(&schema);
    let found = fields.iter().enumerate().find(|(_, field)| field.id == id);
    let (place, field) = found.ok_or_else(|| Failure::not_found("Field"))?;
    Ok(Answer::record(records::schema_field(place, field)))
}
