//! `GET contactLists/{contactListId}/import/{importJobId}`.

use http::Method;

use crate::faces::which50::{Answer, Call, Failure, Operation, records};

pub static OPERATION: Operation = Operation {
    name: "GetImportJob",
    method: Method::GET,
    path: "contactLists/{contactListId}/import/{importJobId}",
    doc: "How far an import is, and what came of its contacts.",
    run: |call| Box::pin(run(call)),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    Ok(Answer::record(records::import_job(&super::import(&call).await?)))
}
