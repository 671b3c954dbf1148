//! `POST contactLists/{contactListId}/import`.

use http::Method;

use crate::faces::which50::body::read_field_names;
use crate::faces::which50::fields::{EMAIL, columns};
use crate::faces::which50::{Answer, Call, Failure, Operation, records};

pub static OPERATION: Operation = Operation {
    name: "CreateImportJob",
    method: Method::POST,
    path: "contactLists/{contactListId}/import",
    doc: "Begins an import into a list, of the fields that are named.",
    run: |call| Box::pin(run(call)),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let list = call.list("contactListId").await.map_err(Failure::of_import)?;
    let names = read_field_names(&call)?;
    let schema = call.account.fields().schema().await?;
    let columns = columns(&schema, names);
    let import = call.account.imports().begin_batched(list.id, columns, EMAIL).await?;
    Ok(Answer::record(records::import_job(&import)))
}
