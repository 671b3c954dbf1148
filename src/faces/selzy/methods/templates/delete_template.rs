//! Deletes a template.

use crate::domain::EmailMessageId;
use crate::faces::selzy::{Answer, Arg, Call, Failure, Method, Need};

const ARGS: &[Arg] = &[Arg::number("template_id", Need::Required, "The template.")];

pub static METHOD: Method = Method {
    name: "deleteTemplate",
    doc: "Deletes a template; messages that were made from it stay.",
    args: ARGS,
    run: |call| Box::pin(run(call)),
};

/// The same by its other name.
pub static ALIAS: Method = Method {
    name: "deleteEmailTemplate",
    doc: "As `deleteTemplate`.",
    args: ARGS,
    run: |call| Box::pin(run(call)),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let id = EmailMessageId(call.args.required_number("template_id")?);
    call.account.email_messages().delete(id, true).await?;
    Answer::done()
}
