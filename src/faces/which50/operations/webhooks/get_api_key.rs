//! `GET webhook/apikey`.

use http::Method;

use crate::domain::webhook::WebhookKey;
use crate::faces::which50::{Answer, Call, Failure, Operation};
use crate::protocol::datacontract::Document;

pub static OPERATION: Operation = Operation {
    name: "GetApiKey",
    method: Method::GET,
    path: "webhook/apikey",
    doc: "The api key of the account's subscriptions.",
    run: |call| Box::pin(run(call)),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let key = call.account.webhooks().secret(WebhookKey::Api).await?;
    let key = key.ok_or_else(|| Failure::not_found("key"))?;
    Ok(Answer::Document(Document::Text(key)))
}
