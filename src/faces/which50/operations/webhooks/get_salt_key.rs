//! `GET webhook/saltkey`.

use http::Method;

use crate::domain::webhook::WebhookKey;
use crate::faces::which50::{Answer, Call, Failure, Operation};
use crate::protocol::datacontract::Document;

pub static OPERATION: Operation = Operation {
    name: "GetSaltKey",
    method: Method::GET,
    path: "webhook/saltkey",
    doc: "The salt key of the account's subscriptions.",
    run: |call| Box::pin(run(call)),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let key = call.account.webhooks().secret(WebhookKey::Salt).await?;
    let key = key.ok_or_else(|| Failure::not_found("key"))?;
    Ok(Answer::Document(Document::Text(key)))
}
