//! Stores a template.

use serde::Serialize;

use crate::domain::email_message::{Alignment, NewEmailMessage, Purpose};
use crate::faces::selzy::methods::messages;
use crate::faces::selzy::{Answer, Arg, Call, Failure, Method, Need};

pub static METHOD: Method = Method {
    name: "createEmailTemplate",
    doc: "Stores a template of messages.",
    args: &[
        Arg::text("title", Need::Required, "What people call it."),
        Arg::text("subject", Need::Required, "The subject of its messages."),
        Arg::text("body", Need::Required, "HTML."),
        Arg::text("description", Need::Optional, "For people."),
        Arg::text("text_body", Need::Optional, "For those who read no HTML."),
        Arg::text("lang", Need::Optional, "Two letters."),
    ],
    run: |call| Box::pin(run(call)),
};

#[derive(Serialize)]
struct Made {
    template_id: u32,
}

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let args = call.args;
    let title = args.required("title")?;
    let description = args.text("description").unwrap_or_default();
    let new = NewEmailMessage {
        purpose: Purpose::Template { title, description },
        sender_name: String::new(),
        sender_email: String::new(),
        subject: args.required("subject")?,
        html: args.required("body")?,
        plain: args.text("text_body").unwrap_or_default(),
        language: messages::language(args)?.unwrap_or_default(),
        alignment: Alignment::Own,
        categories: String::new(),
        files: Vec::new(),
    };
    let made = call.account.email_messages().create(&new).await?;
    Answer::result(&Made { template_id: made.id.0 })
}
