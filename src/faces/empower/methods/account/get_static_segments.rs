//! Lists the static segments.

use super::{page, rows};
use crate::faces::empower::{Answer, Arg, Call, Echo, Failure, Method, Need, Tree};

pub static METHOD: Method = Method {
    name: "account.getStaticSegments",
    echo: Echo::AsDocumented,
    doc: "Lists the static segments alphabetically.",
    args: &[
        page::LIMIT,
        page::OFFSET,
        Arg::flag("count", "Y: say how many subscribers each has."),
        Arg::list("segment_ids", Need::Optional, "Only these."),
    ],
    combinable: true,
    php: true,
    run: |call| Box::pin(run(call)),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let wanted = call.args.ids("segment_ids")?;
    let mut lists = call.account.lists().alphabetical().await?;
    lists.retain(|list| wanted.is_empty() || wanted.contains(&list.id.0));
    let with_count = call.args.flag("count");
    let lists = page::of(lists, call.args)?;
    let rows = lists.iter().map(|list| rows::static_segment(list, with_count)).collect();
    let answer = Answer::new(170, "Displaying all static segments");
    Ok(answer.with("static_segments", Tree::items(rows)))
}
