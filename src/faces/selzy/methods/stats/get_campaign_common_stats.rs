//! Counts what happened to a campaign.

use serde::Serialize;

use crate::domain::activity::Message;
use crate::domain::{Campaign, CampaignId};
use crate::faces::selzy::{Answer, Arg, Call, Failure, Method, Need};

pub static METHOD: Method = Method {
    name: "getCampaignCommonStats",
    doc: "How many a campaign was for, and how many of them got, read and clicked it.",
    args: &[Arg::number("campaign_id", Need::Required, "The campaign.")],
    run: |call| Box::pin(run(call)),
};

#[derive(Serialize)]
struct Stats {
    total: u64,
    sent: u64,
    delivered: u64,
    read_unique: u64,
    read_all: u64,
    clicked_unique: u64,
    clicked_all: u64,
    unsubscribed: u64,
    spam: u64,
}

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let id = CampaignId(call.args.required_number("campaign_id")?);
    let campaign = call.account.campaigns().get(id).await?;
    let stats = call.account.activities().stats(Message::Campaign(id), None, None).await?;
    let counts = stats.total();
    Answer::result(&Stats {
        total: planned(&campaign).max(counts.sent),
        sent: counts.sent,
        delivered: counts.delivered,
        read_unique: counts.opened_unique,
        read_all: counts.opened,
        clicked_unique: counts.clicked_unique,
        clicked_all: counts.clicked,
        unsubscribed: counts.opted_out,
        spam: counts.complained,
    })
}

/// Everybody in the audience, those among them who were left out.
fn planned(campaign: &Campaign) -> u64 {
    let Some(mailing) = &campaign.mailing else { return 0 };
    let to = mailing.recipients;
    [to.sent, to.globally_suppressed, to.suppressed, to.withheld].into_iter().map(u64::from).sum()
}
