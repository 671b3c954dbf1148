//! `PUT webhook/apikey`.

use http::Method;

use crate::domain::webhook::WebhookKey;
use crate::faces::which50::body::read_one_text;
use crate::faces::which50::{Answer, Call, Failure, Operation};

pub static OPERATION: Operation = Operation {
    name: "PutApiKey",
    method: Method::PUT,
    path: "webhook/apikey",
    doc: "Sets the api key of the account's subscriptions.",
    run: |call| Box::pin(run(call)),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let key = read_one_text(&call, &["ApiKey", "Key", "Value"])?;
    call.account.webhooks().set_secret(WebhookKey::Api, &key).await?;
    Ok(Answer::Empty)
}
