//! `DELETE webhook/subscribe/{id}`.

use http::Method;

use crate::faces::which50::{Answer, Call, Failure, Operation};

pub static OPERATION: Operation = Operation {
    name: "Unsubscribe",
    method: Method::DELETE,
    path: "webhook/subscribe/{id}",
    doc: "Ends a subscription.",
    run: |call| Box::pin(run(call)),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    call.account.webhooks().unsubscribe(call.path.id("id")?).await?;
    Ok(Answer::Empty)
}
