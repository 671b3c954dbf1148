//! Shows a template.

use super::row::Row;
use crate::domain::{EmailMessageId, Refusal};
use crate::faces::selzy::{Answer, Arg, Call, Failure, Method, Need};

const ARGS: &[Arg] = &[
    Arg::number("template_id", Need::Optional, "The template; needed."),
    Arg::number("system_template_id", Need::Optional, "None exists here."),
    Arg::text("format", Need::Optional, "`json`, whatever it says."),
];

pub static METHOD: Method = Method {
    name: "getTemplate",
    doc: "A template with its body.",
    args: ARGS,
    run: |call| Box::pin(run(call)),
};

/// The same by its other name.
pub static ALIAS: Method = Method {
    name: "getEmailTemplate",
    doc: "As `getTemplate`.",
    args: ARGS,
    run: |call| Box::pin(run(call)),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let id: Option<u32> = call.args.number("template_id")?;
    if id.is_none() && call.args.has("system_template_id") {
        return Err(Refusal::TemplateNotFound.into());
    }
    let id = EmailMessageId(id.ok_or_else(|| Failure::missing("template_id"))?);
    let messages = call.account.email_messages();
    let template = messages.get(id).await?;
    if !template.purpose.is_template() {
        return Err(Refusal::TemplateNotFound.into());
    }
    let bodies = messages.bodies(&template).await?;
    Answer::result(&Row::of(template, bodies))
}
