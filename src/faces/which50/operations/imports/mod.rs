//! Imports: begun, filled with batches, asked after.

pub mod create_import_job;
pub mod get_import_job;
pub mod post_batch;

use crate::domain::import::BatchedState;
use crate::faces::which50::{Call, Failure};

/// The import of the path, which has to be one of the path's list.
async fn import(call: &Call<'_>) -> Result<BatchedState, Failure> {
    let list = call.list("contactListId").await.map_err(Failure::of_import)?;
    let number = call.path.id("importJobId")?;
    let import = call.account.imports().batched(number).await?;
    if import.list != list.id {
        return Err(Failure::not_found("ImportJob").of_import());
    }
    Ok(import)
}
