//! Tells which version of a message is the last one.

use serde::Serialize;

use crate::domain::{EmailMessageId, Refusal};
use crate::faces::selzy::{Answer, Arg, Call, Failure, Method, Need};

pub static METHOD: Method = Method {
    name: "getActualMessageVersion",
    doc: "The last version of a message: here always itself.",
    args: &[Arg::number("message_id", Need::Required, "The message.")],
    run: |call| Box::pin(run(call)),
};

#[derive(Serialize)]
struct Version {
    message_id: u32,
    actual_version_id: u32,
}

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let id: u32 = call.args.required_number("message_id")?;
    let message = call.account.email_messages().get(EmailMessageId(id)).await?;
    if message.purpose.is_template() {
        return Err(Refusal::MessageNotFound.into());
    }
    Answer::result(&Version { message_id: id, actual_version_id: message.id.0 })
}
