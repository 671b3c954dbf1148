//! Renames a list.

use crate::domain::{ListId, NewList};
use crate::faces::selzy::{Answer, Arg, Call, Failure, Method, Need};

pub static METHOD: Method = Method {
    name: "updateList",
    doc: "Gives a list another title.",
    args: &[
        Arg::number("list_id", Need::Required, "The list."),
        Arg::text("title", Need::Optional, "At most 128 characters; the old one unless given."),
        Arg::text(
            "before_subscribe_url",
            Need::Optional,
            "Read, not kept: no form is served here.",
        ),
        Arg::text("after_subscribe_url", Need::Optional, "Read, not kept: no form is served here."),
    ],
    run: |call| Box::pin(run(call)),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let list = call.account.lists().get(ListId(call.args.required_number("list_id")?)).await?;
    if let Some(name) = call.args.text("title") {
        call.account.lists().update(list.id, NewList { name, visibility: list.visibility }).await?;
    }
    Answer::done()
}
