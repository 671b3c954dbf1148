//! Starts a report of what became of a campaign, recipient by recipient.

use super::task;
use crate::domain::activity::{Between, Message};
use crate::domain::jobs::{Action, ExportActivity, Work};
use crate::domain::{CampaignId, FieldId, Refusal};
use crate::faces::selzy::download::Layout;
use crate::faces::selzy::{Answer, Arg, Call, Failure, Method, Need};

pub static METHOD: Method = Method {
    name: "async/getCampaignDeliveryStats",
    doc: "Starts a report of what became of a campaign, recipient by recipient, as a CSV file.",
    args: &[
        Arg::number("campaign_id", Need::Required, "The campaign."),
        Arg::text("notify_url", Need::Optional, "Taken; nothing is called."),
        Arg::time("changed_since", Need::Optional, "Only what happened then or later."),
        Arg::list("field_ids", Need::Optional, "Fields to show beside each."),
    ],
    run: |call| Box::pin(run(call)),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let campaign = CampaignId(call.args.required_number("campaign_id")?);
    call.account.campaigns().get(campaign).await?;
    let schema = call.account.fields().schema().await?;
    let mut fields = Vec::new();
    for id in call.args.ids("field_ids")? {
        let field = u16::try_from(id).ok().and_then(|id| schema.by_id(FieldId(id)));
        fields.push(field.ok_or(Refusal::DataFieldNotFound)?.id);
    }
    let between = Between { from: call.args.time("changed_since")?, before: None };
    let all = Action::ALL.to_vec();
    let order = ExportActivity::new(Message::Campaign(campaign), between, all);
    task::start(call, Work::ExportActivity(order), Layout::Deliveries(fields).to_text()).await
}
