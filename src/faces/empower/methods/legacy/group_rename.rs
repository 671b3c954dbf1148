//! Renames a static segment.

use crate::domain::{Error, ListChange, ListId, Refusal};
use crate::faces::empower::{Answer, Arg, Call, Echo, Failure, Method, Need, Tree};

pub static METHOD: Method = Method {
    name: "legacy.group_rename",
    echo: Echo::AsDocumented,
    doc: "Renames a static segment.",
    args: &[
        Arg::number("group_id", Need::Optional, "The segment; needed."),
        Arg::text("group_name", Need::Optional, "Its name from now on; needed. 150 characters."),
    ],
    combinable: false,
    php: true,
    run: |call| Box::pin(run(call)),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let absent: Vec<&str> = ["group_id", "group_name"]
        .into_iter()
        .filter(|name| call.args.given(name).is_none())
        .collect();
    if !absent.is_empty() {
        return Err(Failure::missing(absent.join(", ")));
    }
    let (Some(id), Some(name)) = (call.args.text("group_id"), call.args.text("group_name")) else {
        return Ok(Answer::legacy_failed("not all values passed through"));
    };
    let list = ListId(id.parse().unwrap_or_default());
    let change = ListChange { name: Some(name.to_owned()), ..ListChange::default() };
    match call.account.lists().revise(list, &change).await {
        Ok(_) => Ok(Answer::silent()
            .legacy_done()
            .with("reason", Tree::text("group was renamed successfully"))),
        Err(Error::Refused(Refusal::ListNotFound | Refusal::ListNotWritable)) => {
            Ok(Answer::legacy_failed("no group found with given group_id"))
        }
        Err(Error::Refused(Refusal::ListNameInUse | Refusal::ListInvalid)) => {
            Ok(Answer::legacy_failed("unable to rename group"))
        }
        Err(error) => Err(error.into()),
    }
}
