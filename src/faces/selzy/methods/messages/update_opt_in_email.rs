//! Stores the letter that asks who subscribes to a list to confirm.

use super::parts;
use crate::domain::ListId;
use crate::domain::email_message::{Alignment, NewEmailMessage, Purpose, plain_text};
use crate::faces::selzy::{Answer, Arg, Call, Code, Failure, Method, Need};

/// What the letter's link stands for: one of them must be in the body.
const LINKS: [&str; 2] = ["{{ConfirmUrl}}", "{{ ConfirmUrl }}"];

pub static METHOD: Method = Method {
    name: "updateOptInEmail",
    doc: "Stores the letter that asks who subscribes to a list to confirm.",
    args: &[
        Arg::text("sender_name", Need::Required, "Whom it is from."),
        Arg::text("sender_email", Need::Required, "The address that it is from."),
        Arg::text("subject", Need::Required, "Its subject."),
        Arg::text("body", Need::Required, "HTML with a link to `{{ConfirmUrl}}`."),
        Arg::number("list_id", Need::Required, "The list."),
    ],
    run: |call| Box::pin(run(call)),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let args = call.args;
    let html = args.required("body")?;
    if !LINKS.iter().any(|link| html.contains(link)) {
        let text = "The body has no link to {{ConfirmUrl}}";
        return Err(Failure::new(Code::InvalidArg, text));
    }
    let letter = NewEmailMessage {
        purpose: Purpose::Confirmation { list: ListId(args.required_number("list_id")?) },
        sender_name: args.required("sender_name")?,
        sender_email: parts::sender(args)?,
        subject: args.required("subject")?,
        plain: plain_text(&html),
        html,
        language: String::new(),
        alignment: Alignment::Own,
        categories: String::new(),
        files: Vec::new(),
    };
    call.account.email_messages().create(&letter).await?;
    Answer::done()
}
