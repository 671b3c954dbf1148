//! Keeps a campaign from being sent.

use crate::domain::{CampaignId, Refusal};
use crate::faces::selzy::{Answer, Arg, Call, Failure, Method, Need};

pub static METHOD: Method = Method {
    name: "cancelCampaign",
    doc: "Keeps a campaign that waits for its time from being sent.",
    args: &[Arg::number("campaign_id", Need::Required, "The campaign.")],
    run: |call| Box::pin(run(call)),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let campaigns = call.account.campaigns();
    let id = CampaignId(call.args.required_number("campaign_id")?);
    let pending = campaigns.get(id).await?.pending;
    if pending.is_empty() {
        return Err(Refusal::CampaignReleased.into());
    }
    for send in pending {
        campaigns.cancel(send.id).await?;
    }
    Answer::done()
}
