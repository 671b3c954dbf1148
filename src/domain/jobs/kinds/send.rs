//! Sending a campaign: a place for the work, which lies with campaigns.

use futures_util::future::BoxFuture;
use serde::{Deserialize, Serialize};

use super::{Kind, Part, Work};
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
            let Work::Send(order) = &stored.task.work else {
                return Err(Refusal::ParameterInvalid { parameter: "work" }.into());
            };
            account.campaigns().get(order.campaign).await?;
            let output = format!("{} messages sent.", stored.task.done);
            Ok(Part::to(stored.task.work.clone()).ending(output))
        })
    }
}
