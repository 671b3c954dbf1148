//! Lists the welcome messages.

use crate::domain::template::{Edition, Purpose, Template, TemplateHead, Version, Welcome};
use crate::domain::{Error, Refusal, TemplateId};
use crate::faces::empower::methods::template_rows::TemplateRows;
use crate::faces::empower::{Answer, Arg, Call, Echo, Failure, Method, Need, Tree};

pub static METHOD: Method = Method {
    name: "message.getWelcomeMessages",
    echo: Echo::AsDocumented,
    doc: "Lists the welcome messages, or one of them.",
    args: &[
        Arg::number("mess_id", Need::Optional, "Only this one."),
        Arg::flag("message_data", "1: with its bodies."),
    ],
    combinable: true,
    php: true,
    run: |call| Box::pin(run(call)),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let row = if call.args.flag("message_data") { with_bodies } else { without_bodies };
    let Some(id) = call.args.text("mess_id") else {
        let rows = TemplateRows::new(call, Edition::Live, is_welcome, row);
        return Ok(Answer::silent().with("messages", Tree::rows(rows)));
    };
    let id = TemplateId(id.parse().unwrap_or_default());
    let found = match call.account.templates().get(id, Edition::Live).await {
        Ok(template) => Some(template).filter(|template| is_welcome(&template.head)),
        Err(Error::Refused(Refusal::TemplateNotFound)) => None,
        Err(error) => return Err(error.into()),
    };
    let items = found.into_iter().map(row).collect();
    Ok(Answer::silent().with("messages", Tree::items(items)))
}

fn is_welcome(head: &TemplateHead) -> bool {
    matches!(head.purpose, Purpose::Welcome(_))
}

fn without_bodies(template: Template) -> Tree {
    let Template { head, version } = template;
    let Welcome { trigger, is_default, delay_hours } = match head.purpose {
        Purpose::Welcome(welcome) => welcome,
        Purpose::Transactional => Welcome::default(),
    };
    Tree::fields(vec![
        ("subject", Tree::Text(version.subject.into())),
        ("mess_id", Tree::text(head.id)),
        ("from_description", Tree::Text(version.from_description.into())),
        ("from_email", Tree::Text(version.from_email.into())),
        ("reply_email", Tree::Text(version.reply_email.into())),
        ("trigger_value", Tree::Text(trigger.into())),
        ("enabled", Tree::text(u8::from(head.active))),
        ("delay_send", Tree::text(delay_hours)),
        ("is_default", Tree::text(u8::from(is_default))),
        ("message_notes", Tree::Text(version.message_notes.into())),
        ("bill_codes", Tree::Text(version.bill_codes.into())),
    ])
}

fn with_bodies(mut template: Template) -> Tree {
    let Version { html, plain, .. } = &mut template.version;
    let (html, plain) = (std::mem::take(html), std::mem::take(plain));
    let bodies =
        Tree::fields(vec![("html", Tree::Text(html.into())), ("plain", Tree::Text(plain.into()))]);
    without_bodies(template).with("message_data", bodies)
}
