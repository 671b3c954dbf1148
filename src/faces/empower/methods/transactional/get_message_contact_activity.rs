//! Exports what happened to one template's messages, recipient by recipient.

use crate::domain::TemplateId;
use crate::domain::activity::Message;
use crate::domain::template::Edition;
use crate::faces::empower::activity_export::{actions, start};
use crate::faces::empower::exports::MESSAGE_CONTACT_ACTIVITY;
use crate::faces::empower::{Answer, Arg, Call, Echo, Failure, Method, Need};

const OPTIONAL: Need = Need::Optional;

pub static METHOD: Method = Method {
    name: "transactional.getMessageContactActivity",
    echo: Echo::AsDocumented,
    doc: "Starts a task that exports who got a template's messages, and what became of them.",
    args: &[
        Arg::number("template_id", Need::Required, "The template."),
        Arg::date("start_date", OPTIONAL, "What happened then or later."),
        Arg::date("end_date", OPTIONAL, "What happened then or earlier."),
        Arg::flag("salesforce", "With an empty salesforce_id."),
        Arg::list("action_types", OPTIONAL, "Of sent, bounce, open, click, optout; all if none."),
    ],
    combinable: true,
    php: true,
    run: |call| Box::pin(run(call)),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let Some(template) = call.args.number("template_id")? else {
        return Err(Failure::missing("template_id"));
    };
    let actions = actions(call.args)?;
    call.account.templates().get(TemplateId(template), Edition::Live).await?;
    let description = format!("Contact activity of template {template}");
    let message = Message::Template(TemplateId(template));
    start(&call, message, actions, MESSAGE_CONTACT_ACTIVITY, description).await
}
