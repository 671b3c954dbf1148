//! Changes a template.

use crate::domain::EmailMessageId;
use crate::domain::email_message::MessageChange;
use crate::faces::selzy::methods::messages;
use crate::faces::selzy::{Answer, Arg, Call, Failure, Method, Need};

pub static METHOD: Method = Method {
    name: "updateEmailTemplate",
    doc: "Changes a template; messages that were made from it stay as they are.",
    args: &[
        Arg::number("template_id", Need::Required, "The template."),
        Arg::text("title", Need::Optional, "What people call it."),
        Arg::text("subject", Need::Optional, "The subject of its messages."),
        Arg::text("body", Need::Optional, "HTML."),
        Arg::text("description", Need::Optional, "For people."),
        Arg::text("text_body", Need::Optional, "For those who read no HTML."),
        Arg::text("lang", Need::Optional, "Two letters."),
    ],
    run: |call| Box::pin(run(call)),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let args = call.args;
    let id = EmailMessageId(args.required_number("template_id")?);
    let change = MessageChange {
        title: args.text("title"),
        subject: args.text("subject"),
        html: args.text("body"),
        description: args.text("description"),
        plain: args.text("text_body"),
        language: messages::language(args)?,
        ..MessageChange::default()
    };
    call.account.email_messages().change(id, true, &change).await?;
    Answer::done()
}
