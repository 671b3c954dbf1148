//! `POST webhook/subscribe/{eventName}`.

use http::Method;

use crate::faces::which50::body::read_one_text;
use crate::faces::which50::{Answer, Call, Failure, Operation, records};

pub static OPERATION: Operation = Operation {
    name: "Subscribe",
    method: Method::POST,
    path: "webhook/subscribe/{eventName}",
    doc: "Subscribes a URL to an event. It is stored; nothing is sent.",
    run: |call| Box::pin(run(call)),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let members = ["Url", "TargetUrl", "Target_Url", "CallbackUrl", "HookUrl"];
    let url = read_one_text(&call, &members)?;
    let subscription = call.account.webhooks().subscribe(call.path.text("eventName"), &url).await?;
    Ok(Answer::record(records::subscription(&subscription)))
}
