//! Empties static segments, and deletes them if that is wanted.

use crate::domain::jobs::{ClearLists, NewTask, Work};
use crate::domain::{Error, ListId, Refusal};
use crate::faces::empower::{Answer, Arg, Call, Echo, Failure, Method, Need, Tree};

pub static METHOD: Method = Method {
    name: "legacy.group_clear",
    echo: Echo::AsDocumented,
    doc: "Starts a task that takes everybody off static segments, and deletes them if wanted.",
    args: &[
        Arg::list("group_id", Need::Optional, "The segments, at most 100; needed."),
        Arg::flag("delete", "Y: delete the segments as well."),
        Arg::text("notify_email", Need::Optional, "Not written to."),
    ],
    combinable: false,
    php: true,
    run: |call| Box::pin(run(call)),
};

/// Segments of one call, as documented.
const MOST_GROUPS: usize = 100;

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    if call.args.given("group_id").is_none() {
        return Err(Failure::missing("group_id"));
    }
    if !call.args.has("group_id") {
        return Ok(Answer::legacy_failed("Not all values passed through"));
    }
    let Ok(ids) = call.args.ids("group_id") else {
        return Ok(Answer::legacy_failed("no group found with given group_id"));
    };
    if ids.len() > MOST_GROUPS {
        return Ok(Answer::legacy_failed("no more than 100 groups can be cleared at once"));
    }
    let mut lists = Vec::new();
    for id in ids {
        match call.account.lists().ensure_writable(ListId(id)).await {
            Ok(()) => lists.push(ListId(id)),
            Err(Error::Refused(Refusal::ListNotFound | Refusal::ListNotWritable)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    if lists.is_empty() {
        return Ok(Answer::legacy_failed("no group found with given group_id"));
    }
    let named: Vec<String> = lists.iter().map(ToString::to_string).collect();
    let description = format!("Clear segments {}", named.join(", "));
    let work = Work::ClearLists(ClearLists::new(lists, call.args.flag("delete")));
    match call.account.tasks().start(NewTask::new(work, description)).await {
        Ok(task) => Ok(Answer::silent().legacy_done().with("job_id", Tree::text(task))),
        Err(Error::Refused(refusal)) => Ok(Answer::legacy_failed(refusal)),
        Err(error) => Err(error.into()),
    }
}
