//! Lists messages with their bodies.

use super::parts;
use super::row::Row;
use crate::domain::email_message::MessageFilter;
use crate::faces::selzy::answer::row_text;
use crate::faces::selzy::files::Place;
use crate::faces::selzy::{Answer, Arg, Args, Call, Failure, Method, Need};

/// The arguments of both lists of messages.
pub const ARGS: &[Arg] = &[
    Arg::time("date_from", Need::Required, "Created then or later, `YYYY-MM-DD hh:mm`."),
    Arg::time("date_to", Need::Required, "Created then or earlier, `YYYY-MM-DD hh:mm`."),
    Arg::text("format", Need::Optional, "`json`, whatever it says."),
    Arg::number("limit", Need::Optional, "Rows, from 1 to 100; 50 unless given."),
    Arg::number("offset", Need::Optional, "Rows to leave out at the beginning."),
];

pub static METHOD: Method = Method {
    name: "getMessages",
    doc: "The messages of some time with their bodies, in the order of their creation.",
    args: ARGS,
    run: |call| Box::pin(run(call)),
};

/// What both lists of messages are asked for.
pub fn filter(args: &Args) -> Result<MessageFilter, Failure> {
    let (offset, limit) = parts::limits(args)?;
    let (from, until) = (args.time("date_from")?, args.time("date_to")?);
    Ok(MessageFilter { templates: false, from, until, offset, limit })
}

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let page = call.account.email_messages().page(filter(call.args)?).await?;
    let (place, context) = (Place::of(call), std::sync::Arc::clone(call.context));
    let account = call.account.id;
    // Each body may have a megabyte: one at a time.
    Ok(Answer::rows(page, move |message| {
        let (place, context) = (place.clone(), std::sync::Arc::clone(&context));
        async move {
            let bodies = context.account(account).email_messages().bodies(&message).await?;
            row_text(&Row::of(message, bodies, &place))
        }
    }))
}
