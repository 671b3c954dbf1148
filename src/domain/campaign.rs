//! Campaigns, as far as lists refer to them.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::context::Account;
use super::error::{Refusal, Result};
use super::ids::{CampaignId, ListId};

/// A campaign and the lists it was sent to, or will be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Campaign {
    pub id: CampaignId,
    pub name: String,
    pub lists: Vec<ListId>,
    /// `None` as long as it is not sent.
    pub sent: Option<Timestamp>,
}

/// An account's campaigns.
#[derive(Debug, Clone, Copy)]
pub struct Campaigns<'a> {
    pub(super) account: Account<'a>,
}

impl Campaigns<'_> {
    pub async fn get(&self, id: CampaignId) -> Result<Campaign> {
        let _ = id;
        Err(Refusal::CampaignNotFound.into())
    }

    /// Stores a campaign over these lists, sent at `sent`.
    pub async fn create(
        &self,
        name: &str,
        lists: Vec<ListId>,
        sent: Option<Timestamp>,
    ) -> Result<Campaign> {
        let _ = (name, lists, sent);
        Err(Refusal::Unavailable.into())
    }
}
