//! Sends a stored message to some addresses, to be looked at.

use serde::Serialize;

use super::send_email::mailbox;
use crate::domain::direct::DirectMail;
use crate::domain::outbox::{Attachment, Extras};
use crate::domain::{EmailMessageId, Refusal};
use crate::faces::selzy::{Answer, Arg, Call, Failure, Method, Need};

/// Addresses of one call.
const MOST_ADDRESSES: usize = 10;

pub static METHOD: Method = Method {
    name: "sendTestEmail",
    doc: "Puts a stored message to some addresses into the outbox.",
    args: &[
        Arg::list("email", Need::Required, "Up to 10 addresses."),
        Arg::number("id", Need::Required, "The message."),
    ],
    run: |call| Box::pin(run(call)),
};

#[derive(Serialize)]
struct Said {
    message: &'static str,
}

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let addresses = call.args.list("email");
    if addresses.len() > MOST_ADDRESSES {
        return Err(Failure::invalid("email"));
    }
    let to = addresses.iter().map(|text| mailbox(text)).collect::<Option<Vec<_>>>();
    let to = to.ok_or_else(|| Failure::invalid("email"))?;
    let messages = call.account.email_messages();
    let message = messages.get(EmailMessageId(call.args.required_number("id")?)).await?;
    if message.purpose.is_template() {
        return Err(Refusal::MessageNotFound.into());
    }
    let bodies = messages.bodies(&message).await?;
    let files = messages.files(&message).await?.into_iter();
    let files = files.map(|file| Attachment::new(file.name, String::new(), file.content));
    let mail = DirectMail {
        from_description: message.sender_name,
        reply_email: message.sender_email.clone(),
        from_email: message.sender_email,
        subject: message.subject,
        html: bodies.html,
        plain: bodies.plain,
        extras: Extras { attachments: files.collect(), ..Extras::default() },
        ..DirectMail::default()
    };
    for mailbox in to {
        let mail = DirectMail { to: vec![mailbox], ..mail.clone() };
        call.account.direct().send(&mail).await?;
    }
    Answer::result(&Said { message: "The message is in the outbox" })
}
