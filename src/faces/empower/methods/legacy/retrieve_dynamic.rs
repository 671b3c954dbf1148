//! Exports the members of a dynamic segment.

use crate::domain::jobs::{ExportContacts, NewTask, Work};
use crate::domain::{Error, Refusal, SegmentId};
use crate::faces::empower::contact_data::Layout;
use crate::faces::empower::{Answer, Arg, Call, Echo, Failure, Method, Need, Tree};

pub static METHOD: Method = Method {
    name: "legacy.retrieve_dynamic",
    echo: Echo::AsDocumented,
    doc: "Starts a task that exports the members of a dynamic segment.",
    args: &[
        Arg::number("group_id", Need::Required, "The segment."),
        Arg::flag("basic", "Name, address, status, opt-in date."),
        Arg::flag("extended", "Postal address and telephone numbers."),
        Arg::flag("custom_fields", "The values of custom fields."),
    ],
    combinable: false,
    php: false,
    run: |call| Box::pin(run(call)),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let Some(segment) = call.args.number("group_id")? else {
        return Err(Failure::missing("group_id"));
    };
    let segments = call.account.segments();
    let (rules, name) = match segments.rules(SegmentId(segment)).await {
        Ok(rules) => (rules, segments.get(SegmentId(segment)).await?.name),
        Err(Error::Refused(Refusal::SegmentNotFound)) => {
            return Ok(Answer::legacy_failed("no group found with given group_id"));
        }
        Err(error) => return Err(error.into()),
    };
    let work = Work::ExportContacts(ExportContacts::new(rules));
    let layout = Layout::asked(call.args).words();
    let task = NewTask { layout, ..NewTask::new(work, format!("Export of segment {name}")) };
    let id = call.account.tasks().start(task).await?;
    Ok(Answer::coded(201).with("task_id", Tree::text(id)))
}
