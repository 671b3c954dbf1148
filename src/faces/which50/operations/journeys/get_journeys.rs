//! `GET journeys`.

use http::Method;

use super::{all, answered};
use crate::faces::which50::{Answer, Call, Failure, Operation};

pub static OPERATION: Operation = Operation {
    name: "GetJourneys",
    method: Method::GET,
    path: "journeys",
    doc: "All journeys, the newest first.",
    run: |call| Box::pin(run(call)),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let campaigns = all(&call).await?;
    answered(&call, campaigns).await
}
