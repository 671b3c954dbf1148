//! Lists campaigns.

use jiff::Timestamp;
use serde::Serialize;

use super::standing;
use crate::domain::paging::MAX_PAGE;
use crate::domain::{Campaign, Page};
use crate::faces::selzy::args::shown_time;
use crate::faces::selzy::{Answer, Arg, Call, Failure, Method, Need};

/// Rows of one call unless it says how many, and at most.
const ROWS: usize = 1_000;
const MOST_ROWS: usize = 10_000;

pub static METHOD: Method = Method {
    name: "getCampaigns",
    doc: "The campaigns, those of other APIs among them, the oldest first.",
    args: &[
        Arg::time("from", Need::Optional, "Begun then or later."),
        Arg::time("to", Need::Optional, "Begun then or earlier."),
        Arg::number("limit", Need::Optional, "Rows; 1000 unless given, and at most 10000."),
        Arg::number("offset", Need::Optional, "Rows to leave out at the beginning."),
    ],
    run: |call| Box::pin(run(call)),
};

#[derive(Serialize)]
struct Row {
    id: u32,
    start_time: String,
    status: &'static str,
    message_id: Option<u32>,
    list_id: Option<u32>,
    subject: String,
    sender_name: String,
    sender_email: String,
    /// There is no page of it here.
    stats_url: &'static str,
}

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let args = call.args;
    let limit = args.number("limit")?.unwrap_or(ROWS);
    if !(1..=MOST_ROWS).contains(&limit) {
        return Err(Failure::invalid("limit"));
    }
    let offset: usize = args.number("offset")?.unwrap_or(0);
    let (from, to) = (args.time("from")?, args.time("to")?);
    let now = call.context.clock.now();
    let wanted = |campaign: &Campaign| {
        let start = standing::start(campaign, now);
        let is_late = from.is_none_or(|from| start.is_some_and(|start| start >= from));
        is_late && to.is_none_or(|to| start.is_some_and(|start| start <= to))
    };
    let mut found = Vec::new();
    while found.len() < limit {
        let select = (limit - found.len()).min(usize::from(MAX_PAGE));
        let (select, skip) = (number(select, "limit")?, number(offset + found.len(), "offset")?);
        let some = call.account.campaigns().listing(Page::new(select, skip)?, wanted).await?;
        let is_last = some.is_empty();
        found.extend(some);
        if is_last {
            break;
        }
    }
    let rows: Vec<Row> = found.into_iter().map(|campaign| row(campaign, now)).collect();
    Answer::result(&rows)
}

fn number(number: usize, name: &'static str) -> Result<i32, Failure> {
    i32::try_from(number).map_err(|_| Failure::invalid(name))
}

fn row(campaign: Campaign, now: Timestamp) -> Row {
    let status = standing::status(&campaign, now);
    let start_time = standing::start(&campaign, now).map(shown_time).unwrap_or_default();
    let pending = campaign.pending.iter().flat_map(|send| &send.lists);
    let list_id = campaign.lists.iter().chain(pending).next().map(|list| list.0);
    let mailing = campaign.mailing;
    let text = |of: fn(&crate::domain::campaign::Mailing) -> &String| {
        mailing.as_ref().map(of).cloned().unwrap_or_default()
    };
    let subject = mailing.as_ref().map_or(&campaign.name, |mailing| &mailing.subject).clone();
    Row {
        id: campaign.id.0,
        start_time,
        status,
        message_id: mailing.as_ref().and_then(|mailing| mailing.message).map(|id| id.0),
        list_id,
        subject,
        sender_name: text(|mailing| &mailing.from_description),
        sender_email: text(|mailing| &mailing.from_email),
        stats_url: "",
    }
}
