//! `PUT webhook/saltkey`.

use http::Method;

use crate::domain::webhook::WebhookKey;
use crate::faces::which50::body::read_one_text;
use crate::faces::which50::{Answer, Call, Failure, Operation};

pub static OPERATION: Operation = Operation {
    name: "PutSaltKey",
    method: Method::PUT,
    path: "webhook/saltkey",
    doc: "Sets the salt key of the account's subscriptions.",
    run: |call| Box::pin(run(call)),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let key = read_one_text(&call, &["SaltKey", "Key", "Value"])?;
    call.account.webhooks().set_secret(WebhookKey::Salt, &key).await?;
    Ok(Answer::Empty)
}
