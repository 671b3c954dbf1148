//! Tells where a campaign stands.

use serde::Serialize;

use super::standing;
use crate::domain::CampaignId;
use crate::faces::selzy::args::shown_time;
use crate::faces::selzy::{Answer, Arg, Call, Failure, Method, Need};

pub static METHOD: Method = Method {
    name: "getCampaignStatus",
    doc: "Where a campaign stands: `scheduled`, `in_progress`, `completed` or `canceled`.",
    args: &[Arg::number("campaign_id", Need::Required, "The campaign.")],
    run: |call| Box::pin(run(call)),
};

#[derive(Serialize)]
struct Told {
    status: &'static str,
    creation_time: String,
    start_time: String,
}

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let id = CampaignId(call.args.required_number("campaign_id")?);
    let campaign = call.account.campaigns().get(id).await?;
    let now = call.context.clock.now();
    Answer::result(&Told {
        status: standing::status(&campaign, now),
        creation_time: standing::made(&campaign).map(shown_time).unwrap_or_default(),
        start_time: standing::start(&campaign, now).map(shown_time).unwrap_or_default(),
    })
}
