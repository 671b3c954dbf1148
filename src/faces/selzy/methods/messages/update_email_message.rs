//! Changes a message.

use serde::Serialize;

use super::parts;
use crate::domain::email_message::MessageChange;
use crate::domain::{EmailMessageId, ListId};
use crate::faces::selzy::{Answer, Arg, Call, Failure, Method, Need};

pub static METHOD: Method = Method {
    name: "updateEmailMessage",
    doc: "Changes a message; campaigns that were made from it keep what it said.",
    args: &[
        Arg::number("id", Need::Required, "The message."),
        Arg::text("sender_name", Need::Optional, "Whom it is from."),
        Arg::text("sender_email", Need::Optional, "The address that it is from."),
        Arg::text("subject", Need::Optional, "Its subject."),
        Arg::text("body", Need::Optional, "HTML."),
        Arg::number("list_id", Need::Optional, "The list whose members it is for."),
        Arg::text("text_body", Need::Optional, "For those who read no HTML."),
        Arg::text("lang", Need::Optional, "Two letters."),
        Arg::text("categories", Need::Optional, "Words that tell messages apart."),
    ],
    run: |call| Box::pin(run(call)),
};

#[derive(Serialize)]
struct Changed {
    message_id: u32,
}

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let args = call.args;
    let id = EmailMessageId(args.required_number("id")?);
    let change = MessageChange {
        sender_name: args.text("sender_name"),
        sender_email: args.has("sender_email").then(|| parts::sender(args)).transpose()?,
        subject: args.text("subject"),
        html: args.text("body"),
        plain: args.text("text_body"),
        language: parts::language(args)?,
        categories: args.text("categories"),
        list: args.number("list_id")?.map(ListId),
        ..MessageChange::default()
    };
    let changed = call.account.email_messages().change(id, false, &change).await?;
    Answer::result(&Changed { message_id: changed.id.0 })
}
