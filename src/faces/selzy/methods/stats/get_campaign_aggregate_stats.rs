//! Counts the outcomes of a campaign.

use std::collections::BTreeMap;

use serde::Serialize;

use super::deliveries::Deliveries;
use crate::domain::CampaignId;
use crate::faces::selzy::{Answer, Arg, Call, Failure, Method, Need};

pub static METHOD: Method = Method {
    name: "getCampaignAggregateStats",
    doc: "How many recipients of a campaign there are of each outcome.",
    args: &[Arg::number("campaign_id", Need::Required, "The campaign.")],
    run: |call| Box::pin(run(call)),
};

#[derive(Serialize)]
struct Stats {
    total: u64,
    data: BTreeMap<&'static str, u64>,
}

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let id = CampaignId(call.args.required_number("campaign_id")?);
    call.account.campaigns().get(id).await?;
    let mut deliveries = Deliveries::of(call.context, call.account.id, id);
    let mut stats = Stats { total: 0, data: BTreeMap::new() };
    while let Some(some) = deliveries.next_some().await? {
        for (_, outcome) in some {
            stats.total += 1;
            *stats.data.entry(outcome.word).or_default() += 1;
        }
    }
    Answer::result(&stats)
}
