//! Lists templates with their bodies.

use std::sync::Arc;

use super::row::Row;
use crate::domain::email_message::{EmailMessage, MessageFilter};
use crate::faces::selzy::answer::row_text;
use crate::faces::selzy::methods::messages;
use crate::faces::selzy::{Answer, Arg, Call, Failure, Method, Need};

/// The arguments of both lists of templates.
pub const ARGS: &[Arg] = &[
    Arg::text("type", Need::Optional, "`user`, or `system`, of which there are none here."),
    Arg::time("date_from", Need::Optional, "Created then or later, `YYYY-MM-DD hh:mm`."),
    Arg::time("date_to", Need::Optional, "Created then or earlier, `YYYY-MM-DD hh:mm`."),
    Arg::text("format", Need::Optional, "`json`, whatever it says."),
    Arg::number("limit", Need::Optional, "Rows, from 1 to 100; 50 unless given."),
    Arg::number("offset", Need::Optional, "Rows to leave out at the beginning."),
];

pub static METHOD: Method = Method {
    name: "getTemplates",
    doc: "The templates with their bodies, in the order of their creation.",
    args: ARGS,
    run: |call| Box::pin(run(call)),
};

/// The same by its other name.
pub static ALIAS: Method = Method {
    name: "getEmailTemplates",
    doc: "As `getTemplates`.",
    args: ARGS,
    run: |call| Box::pin(run(call)),
};

/// The templates that a call asks for.
pub async fn page(call: Call<'_>) -> Result<Vec<EmailMessage>, Failure> {
    let args = call.args;
    let (offset, limit) = messages::limits(args)?;
    let (from, until) = (args.time("date_from")?, args.time("date_to")?);
    match args.text("type").as_deref() {
        None | Some("user") => {}
        Some("system") => return Ok(Vec::new()),
        Some(_) => return Err(Failure::invalid("type")),
    }
    let filter = MessageFilter { templates: true, from, until, offset, limit };
    Ok(call.account.email_messages().page(filter).await?)
}

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let (context, account) = (Arc::clone(call.context), call.account.id);
    // Each body may have a megabyte: one at a time.
    Ok(Answer::rows(page(call).await?, move |template| {
        let context = Arc::clone(&context);
        async move {
            let bodies = context.account(account).email_messages().bodies(&template).await?;
            row_text(&Row::of(template, bodies))
        }
    }))
}
