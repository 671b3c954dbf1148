//! Stores a message.

use serde::Serialize;

use super::parts;
use crate::domain::email_message::{Bodies, EmailMessage, NewEmailMessage, Purpose, plain_text};
use crate::domain::{EmailMessageId, ListId, Refusal};
use crate::faces::selzy::{Answer, Arg, Call, Failure, Method, Need};

pub static METHOD: Method = Method {
    name: "createEmailMessage",
    doc: "Stores a message for campaigns to the members of a list.",
    args: &[
        Arg::text("sender_name", Need::Required, "Whom it is from."),
        Arg::text("sender_email", Need::Required, "The address that it is from."),
        Arg::text("subject", Need::Optional, "Needed without a template."),
        Arg::text("body", Need::Optional, "HTML; needed without a template."),
        Arg::number("list_id", Need::Required, "The list whose members it is for."),
        Arg::text("text_body", Need::Optional, "For those who read no HTML."),
        Arg::flag("generate_text", "Make `text_body` of `body`."),
        Arg::text("tag", Need::Optional, "Only members with this tag."),
        Arg::members("attachments", Need::Optional, "Files by name, as they are."),
        Arg::text("lang", Need::Optional, "Two letters."),
        Arg::number("template_id", Need::Optional, "A template to take subject and bodies from."),
        Arg::number("system_template_id", Need::Optional, "None exists here."),
        Arg::text("wrap_type", Need::Optional, "`skip`, `left`, `center` or `right`."),
        Arg::text("categories", Need::Optional, "Words that tell messages apart."),
    ],
    run: |call| Box::pin(run(call)),
};

#[derive(Serialize)]
struct Made {
    message_id: u32,
}

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let args = call.args;
    let template = template(call).await?;
    let stands_for = |own: Option<String>, name: &str, of: fn(&Template) -> &String| {
        let own = own.or_else(|| template.as_ref().map(of).cloned());
        own.ok_or_else(|| Failure::missing(name))
    };
    let subject = stands_for(args.text("subject"), "subject", |from| &from.0.subject)?;
    let html = stands_for(body(args, "body"), "body", |from| &from.1.html)?;
    let plain = body(args, "text_body")
        .or_else(|| template.as_ref().map(|from| from.1.plain.clone()))
        .filter(|plain| !plain.is_empty())
        .or_else(|| args.flag("generate_text").then(|| plain_text(&html)));
    let language = parts::language(args)?;
    let language = language.or_else(|| template.as_ref().map(|from| from.0.language.clone()));
    let list = ListId(args.required_number("list_id")?);
    let new = NewEmailMessage {
        purpose: Purpose::Campaigns { list, tag: args.text("tag") },
        sender_name: args.required("sender_name")?,
        sender_email: parts::sender(args)?,
        subject,
        html,
        plain: plain.unwrap_or_default(),
        language: language.unwrap_or_default(),
        alignment: parts::alignment(args)?,
        categories: args.text("categories").unwrap_or_default(),
        files: parts::files(args),
    };
    let made = call.account.email_messages().create(&new).await?;
    Answer::result(&Made { message_id: made.id.0 })
}

type Template = (EmailMessage, Bodies);

/// The template that the call names.
async fn template(call: Call<'_>) -> Result<Option<Template>, Failure> {
    if call.args.has("system_template_id") {
        return Err(Refusal::TemplateNotFound.into());
    }
    let Some(id) = call.args.number("template_id")? else { return Ok(None) };
    let messages = call.account.email_messages();
    let found = messages.get(EmailMessageId(id)).await?;
    if !found.purpose.is_template() {
        return Err(Refusal::TemplateNotFound.into());
    }
    let bodies = messages.bodies(&found).await?;
    Ok(Some((found, bodies)))
}

/// A body as it came, unless it says nothing.
fn body(args: &crate::faces::selzy::Args, name: &str) -> Option<String> {
    args.raw(name).filter(|text| !text.trim().is_empty()).map(std::borrow::Cow::into_owned)
}
