//! Campaigns, as far as lists refer to them.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::context::Account;
use super::edit::Edit;
use super::error::{Error, Refusal, Result};
use super::ids::{CampaignId, ListId};
use crate::store::{KeyRange, Order, Record, Space, StoreError, Table, tables};

/// A campaign and the lists it was sent to, or will be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Campaign {
    pub id: CampaignId,
    pub name: String,
    pub lists: Vec<ListId>,
    /// `None` as long as it is not sent.
    pub sent: Option<Timestamp>,
}

impl Record for Campaign {
    const TABLE: Table = Table::Campaign;
    const VERSION: u8 = 1;
}

/// An account's campaigns.
#[derive(Debug, Clone, Copy)]
pub struct Campaigns<'a> {
    pub(super) account: Account<'a>,
}

impl<'a> Campaigns<'a> {
    pub async fn get(self, id: CampaignId) -> Result<Campaign> {
        let broken = |error| Error::store("read a campaign", error);
        let key = tables::numbered(self.account.id.0, id.0);
        let stored = self.account.context.store.get(Space::Main, Table::Campaign, &key);
        let stored = stored.await.map_err(broken)?.ok_or(Refusal::CampaignNotFound)?;
        Campaign::decode(&stored).map_err(broken)
    }

    /// Stores a campaign over these lists, sent at `sent`.
    pub async fn create(
        self,
        name: &str,
        lists: &[ListId],
        sent: Option<Timestamp>,
    ) -> Result<Campaign> {
        self.account
            .change("create a campaign", |edit| self.create_once(edit, name, lists, sent))
            .await
    }

    async fn create_once(
        self,
        mut edit: Edit<'a>,
        name: &str,
        lists: &[ListId],
        sent: Option<Timestamp>,
    ) -> Result<(Edit<'a>, Campaign)> {
        for list in lists {
            self.account.lists().get(*list).await?;
        }
        let id = CampaignId(edit.next_campaign());
        let campaign = Campaign { id, name: name.to_owned(), lists: lists.to_vec(), sent };
        let value = campaign.encode().map_err(|error| Error::store("write a campaign", error))?;
        edit.batch.put(Table::Campaign, tables::numbered(self.account.id.0, id.0), value);
        Ok((edit, campaign))
    }

    /// Whether a campaign that is not sent yet will go to `list`.
    pub(super) async fn any_unsent_to(self, list: ListId) -> Result<bool> {
        let broken = |error| Error::store("read campaigns", error);
        let range = KeyRange::prefix(tables::account(self.account.id.0));
        let store = &self.account.context.store;
        let found = store
            .scan(Space::Main, Table::Campaign, range, Order::Ascending, usize::MAX)
            .await
            .map_err(broken)?;
        let campaigns: Vec<Campaign> = found
            .iter()
            .map(|(_, value)| Campaign::decode(value))
            .collect::<Result<_, StoreError>>()
            .map_err(broken)?;
        Ok(campaigns.iter().any(|one| one.sent.is_none() && one.lists.contains(&list)))
    }
}
