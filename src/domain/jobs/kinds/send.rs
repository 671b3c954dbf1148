//! Sending a campaign: some contacts a step; see [`crate::domain::campaign`].

use serde::{Deserialize, Serialize};

use super::{Part, Work};
use crate::domain::campaign::SendStep;
use crate::domain::jobs::task::StoredTask;
use crate::domain::{Account, CampaignId, Result, SendId};

/// A campaign to send.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SendCampaign {
    pub campaign: CampaignId,
    /// Contacts below this one are done.
    pub from: u32,
    /// The send that it is for; `None` for a campaign that was released.
    #[serde(default)]
    pub send: Option<SendId>,
}

impl SendCampaign {
    pub fn new(campaign: CampaignId) -> Self {
        Self { campaign, from: 0, send: None }
    }

    /// The part of a campaign that `send` is.
    pub fn of_send(campaign: CampaignId, send: SendId) -> Self {
        Self { campaign, from: 0, send: Some(send) }
    }
}

pub async fn step<'a>(
    account: Account<'a>,
    stored: &StoredTask,
    order: &SendCampaign,
) -> Result<Part<'a>> {
    let work = stored.task.work.clone();
    let gate = account.gate().await;
    let edit = account.contact_store().edit().await?;
    let (campaigns, from) = (account.campaigns(), order.from);
    let step = match order.send {
        None => campaigns.send_some(edit, order.campaign, stored.number, from).await?,
        Some(send) => campaigns.deliver_some(edit, send, stored.number, from).await?,
    };
    Ok(match step {
        SendStep::Taken => Part::to(work).ending("The message is sent by another task already."),
        SendStep::Some { edit, sent, from } => {
            let order = SendCampaign { from, ..order.clone() };
            Part::to(Work::Send(order)).with_edit(gate, *edit).counting(sent)
        }
        SendStep::Last { edit, sent } => {
            let output = format!("{} messages sent.", stored.task.done + sent);
            Part::to(work).with_edit(gate, *edit).counting(sent).ending(output)
        }
    })
}
