//! Answers who followed which links of a campaign.

use std::collections::BTreeMap;
use std::sync::Arc;

use futures_util::stream;
use jiff::Timestamp;
use serde_json::json;

use crate::domain::activity::{Activity, Between, Message, Reading, What};
use crate::domain::{AccountId, CampaignId, Context};
use crate::faces::selzy::answer::enclosed;
use crate::faces::selzy::args::shown_time;
use crate::faces::selzy::{Answer, Arg, Call, Code, Failure, Method, Need};

/// Pairs of address and link that are counted in memory.
const MOST_GROUPS: usize = 100_000;

pub static METHOD: Method = Method {
    name: "getVisitedLinks",
    doc: "Who followed which links of a campaign, in the order of the visits.",
    args: &[
        Arg::number("campaign_id", Need::Required, "The campaign."),
        Arg::flag("group", "One row for an address and a link, with the number of visits."),
    ],
    run: |call| Box::pin(run(call)),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let id = CampaignId(call.args.required_number("campaign_id")?);
    call.account.campaigns().get(id).await?;
    let message = Message::Campaign(id);
    let reading = call.account.activities().of_message(message, Between::default());
    if call.args.flag("group") {
        return grouped(call, reading).await;
    }
    let state = (Arc::clone(call.context), call.account.id, reading, "");
    let rows = stream::unfold(state, |(context, account, mut reading, comma)| async move {
        let some = match next(&context, account, &mut reading).await.transpose()? {
            Ok(some) => some,
            Err(error) => return Some((Err(error), (context, account, reading, comma))),
        };
        let texts: Vec<String> = some
            .iter()
            .map(|visit| json!([visit.address, visit.url, shown_time(visit.at), ""]).to_string())
            .collect();
        let (text, comma) = if texts.is_empty() {
            (String::new(), comma)
        } else {
            (format!("{comma}{}", texts.join(",")), ",")
        };
        Some((Ok(text), (context, account, reading, comma)))
    });
    Ok(Answer::pieces(enclosed(
        r#"{"fields":["email","url","request_time","ip"],"data":["#,
        rows,
        "]}",
    )))
}

/// A click. From which address of the network it came, no event says.
struct Visit {
    address: String,
    url: String,
    at: Timestamp,
}

/// The clicks among what happened next; `None` at the end.
async fn next(
    context: &Context,
    account: AccountId,
    reading: &mut Reading,
) -> crate::domain::Result<Option<Vec<Visit>>> {
    let some = reading.next_some(context.account(account)).await?;
    Ok(some.map(|some| some.into_iter().filter_map(visit).collect()))
}

fn visit(activity: Activity) -> Option<Visit> {
    let What::Clicked { url } = activity.what else { return None };
    let address = activity.address.as_given().to_owned();
    Some(Visit { address, url: url.unwrap_or_default(), at: activity.time })
}

async fn grouped(call: Call<'_>, mut reading: Reading) -> Result<Answer, Failure> {
    let mut groups: BTreeMap<(String, String), (Timestamp, u64)> = BTreeMap::new();
    while let Some(some) = next(call.context, call.account.id, &mut reading).await? {
        for visit in some {
            let group = groups.entry((visit.address, visit.url)).or_insert((visit.at, 0));
            *group = (visit.at.max(group.0), group.1 + 1);
        }
        if groups.len() > MOST_GROUPS {
            let text = format!("More than {MOST_GROUPS} rows: ask without group");
            return Err(Failure::new(Code::InvalidArg, text));
        }
    }
    let row = |((address, url), (at, count)): ((String, String), (Timestamp, u64))| {
        json!([address, url, shown_time(at), "", count])
    };
    let data: Vec<serde_json::Value> = groups.into_iter().map(row).collect();
    Answer::result(&Grouped { fields: ["email", "url", "request_time", "ip", "count"], data })
}

#[derive(serde::Serialize)]
struct Grouped {
    fields: [&'static str; 5],
    data: Vec<serde_json::Value>,
}
