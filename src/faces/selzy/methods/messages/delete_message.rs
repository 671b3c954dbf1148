//! Deletes a message.

use crate::domain::EmailMessageId;
use crate::faces::selzy::{Answer, Arg, Call, Failure, Method, Need};

pub static METHOD: Method = Method {
    name: "deleteMessage",
    doc: "Deletes a message; campaigns that were made from it keep what it said.",
    args: &[Arg::number("message_id", Need::Required, "The message.")],
    run: |call| Box::pin(run(call)),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let id = EmailMessageId(call.args.required_number("message_id")?);
    call.account.email_messages().delete(id, false).await?;
    Answer::done()
}
