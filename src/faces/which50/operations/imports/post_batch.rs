//! `POST contactLists/{contactListId}/import/{importJobId}`.

use std::time::Duration;

use http::Method;

use crate::domain::import::{BatchedState, RowsWritten};
use crate::domain::{Error, Refusal};
use crate::faces::which50::body::read_batch;
use crate::faces::which50::{Answer, Call, Failure, Operation, records};

pub static OPERATION: Operation = Operation {
    name: "PostBatch",
    method: Method::POST,
    path: "contactLists/{contactListId}/import/{importJobId}",
    doc: "Takes a batch of contacts into an import; answered when it is on disk.",
    run: |call| Box::pin(run(call)),
};

/// How often, and after which time, a batch is tried again that finds as many imports under way as
/// an account may have. A client that sends its batches in a row knows no such bound.
const TRIES: u32 = 40;
const BETWEEN_TRIES: Duration = Duration::from_millis(250);

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let import = super::import(&call).await?;
    let schema = call.account.fields().schema().await?;
    let rows = read_batch(&call, &import, &schema)?;
    let import = add(&call, import.number, rows).await?;
    Ok(Answer::record(records::import_job(&import)))
}

async fn add(call: &Call<'_>, number: u32, rows: RowsWritten) -> Result<BatchedState, Error> {
    let imports = call.account.imports();
    for _ in 1..TRIES {
        match imports.add_batch(number, rows.clone()).await {
            Err(Error::Refused(Refusal::ImportTooManyActive { limit: _ })) => {
                tokio::time::sleep(BETWEEN_TRIES).await;
            }
            other => return other,
        }
    }
    imports.add_batch(number, rows).await
}
