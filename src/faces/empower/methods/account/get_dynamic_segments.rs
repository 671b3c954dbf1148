//! Lists the dynamic segments, or starts to count them.

use super::page;
use crate::domain::jobs::{CountSegments, NewTask, Work};
use crate::domain::{Segment, SegmentId};
use crate::faces::empower::{Answer, Arg, Call, Echo, Failure, Method, Need, Tree};

pub static METHOD: Method = Method {
    name: "account.getDynamicSegments",
    echo: Echo::AsDocumented,
    doc: "Lists the dynamic segments alphabetically, or starts a task that counts them.",
    args: &[
        page::LIMIT,
        page::OFFSET,
        Arg::flag("count", "Y: count them in a task, whose id is answered."),
        Arg::list("segments_ids", Need::Optional, "Only these."),
    ],
    combinable: true,
    php: true,
    run: |call| Box::pin(run(call)),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let wanted = wanted(call)?;
    let mut segments = call.account.segments().alphabetical().await?;
    segments.retain(|segment| wanted.is_empty() || wanted.contains(&segment.id.0));
    let segments = page::of(segments, call.args)?;
    if call.args.flag("count") {
        return count(call, &segments).await;
    }
    let rows = segments.into_iter().map(|segment| {
        Tree::fields(vec![("id", Tree::text(segment.id)), ("name", Tree::text(segment.name))])
    });
    let answer = Answer::new(170, "Displaying all dynamic segments");
    Ok(answer.with("dynamic_segments", Tree::items(rows.collect())))
}

/// The documented name has one `s` more than its sister's; both are taken.
fn wanted(call: Call<'_>) -> Result<Vec<u32>, Failure> {
    let mut wanted = call.args.ids("segments_ids")?;
    wanted.extend(call.args.ids("segment_ids")?);
    Ok(wanted)
}

async fn count(call: Call<'_>, segments: &[Segment]) -> Result<Answer, Failure> {
    let ids: Vec<SegmentId> = segments.iter().map(|segment| segment.id).collect();
    let description = format!("Count of {} dynamic segments", ids.len());
    let work = Work::CountSegments(CountSegments::new(ids));
    let task = call.account.tasks().start(NewTask::new(work, description)).await?;
    let answer = Answer::new(170, "Displaying all dynamic segments");
    Ok(answer.with("task_id", Tree::text(task)))
}
