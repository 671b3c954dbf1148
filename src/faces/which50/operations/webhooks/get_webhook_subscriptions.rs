//! `GET webhook/webhooksubscriptions`.

use http::Method;

use crate::faces::which50::records::{SUBSCRIPTION, subscription};
use crate::faces::which50::{Answer, Call, Failure, Operation};
use crate::protocol::datacontract::Document;

pub static OPERATION: Operation = Operation {
    name: "GetWebhookSubscriptions",
    method: Method::GET,
    path: "webhook/webhooksubscriptions",
    doc: "A page of the account's subscriptions.",
    run: |call| Box::pin(run(call)),
};

/// Subscriptions of a page when the caller does not say, and at most.
const DEFAULT_SIZE: u32 = 50;
const MOST_SIZE: u32 = 1_000;

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let page = call.number("pageNumber")?.unwrap_or(1).max(1);
    let size = call.number("pageSize")?.unwrap_or(DEFAULT_SIZE).min(MOST_SIZE);
    let place = |number: u32| usize::try_from(number).unwrap_or(usize::MAX);
    let all = call.account.webhooks().all().await?;
    let behind = place(page - 1).saturating_mul(place(size));
    let records = all.iter().skip(behind).take(place(size)).map(subscription).collect();
    Ok(Answer::Document(Document::Records(&SUBSCRIPTION, records)))
}
