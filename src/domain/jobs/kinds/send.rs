//! Sending a campaign: some contacts a step; see [`crate::domain::campaign`].

use futures_util::future::BoxFuture;
use serde::{Deserialize, Serialize};

use super::{Kind, Part, Work};
use crate::domain::campaign::SendStep;
use crate::domain::jobs::task::StoredTask;
use crate::domain::{Account, CampaignId, Refusal, Result};

/// A campaign to send.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SendCampaign {
    pub campaign: CampaignId,
    /// Contacts below this one are done.
    pub from: u32,
}

impl SendCampaign {
    pub fn new(campaign: CampaignId) -> Self {
        Self { campaign, from: 0 }
    }
}

pub struct Sending;

impl Kind for Sending {
    fn step<'a>(
        &'a mut self,
        account: Account<'a>,
        stored: &'a StoredTask,
    ) -> BoxFuture<'a, Result<Part<'a>>> {
        Box::pin(async move {
            let work = stored.task.work.clone();
            let Work::Send(order) = &work else {
                return Err(Refusal::ParameterInvalid { parameter: "work" }.into());
            };
            let gate = account.gate().await;
            let edit = account.contact_store().edit().await?;
            let step =
                account.campaigns().send_some(edit, order.campaign, stored.number, order.from);
            Ok(match step.await? {
                SendStep::Taken => {
                    Part::to(work).ending("The message is sent by another task already.")
                }
                SendStep::Some { edit, sent, from } => {
                    let order = SendCampaign { from, ..order.clone() };
                    Part::to(Work::Send(order)).with_edit(gate, *edit).counting(sent)
                }
                SendStep::Last { edit, sent } => {
                    let output = format!("{} messages sent.", stored.task.done + sent);
                    Part::to(work).with_edit(gate, *edit).counting(sent).ending(output)
                }
            })
        })
    }
}
