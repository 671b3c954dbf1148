//! Campaigns: one message to everybody in some lists and segments.
//!
//! There are two ways to send one. Both make a durable task, which works out the audience and
//! records what is sent.
//!
//! - A campaign is [composed](Campaigns::compose), changed, copied and deleted as a stored thing,
//!   and [sent](Campaigns::send) to lists, segments and contacts, at once or at a time, as often as
//!   one likes. Each sending is a [`CampaignSend`] of its own, which can be asked for how far it
//!   is, or cancelled while it waits. The outbox gets an entry for each recipient.
//! - A campaign is [drafted](Campaigns::draft) with its audience and [released](Campaigns::release)
//!   once, by its key. The outbox gets one entry for all of it.
//!
//! [`Campaign::progress`] tells where either stands. What happened to what was sent is
//! [`super::activity`] of [`Message::Campaign`](super::activity::Message::Campaign).

mod audience;
mod compose;
mod deliver;
mod mailing;
mod progress;
mod release;
mod reports;
mod send;
#[cfg(test)]
mod send_tests;
mod sends;
#[cfg(test)]
mod tests;

use bytes::Bytes;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::context::Account;
use super::edit::Edit;
use super::error::{Error, Refusal, Result};
use super::ids::{CampaignId, ListId};
use crate::store::{Batch, KeyRange, Order, Record, Space, StoreError, Table, tables};
pub use compose::Written;
pub use mailing::{Audience, CampaignKind, Drafted, Mailing, MailingState, NewMailing, Replies};
pub use progress::{Pending, Progress};
pub use release::{run_releases, start_due};
pub(super) use send::SendStep;
pub use sends::{Addressees, CampaignSend, MOST_CONTACTS, SendState};

/// A campaign and the lists it was sent to, or will be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Campaign {
    pub id: CampaignId,
    pub name: String,
    pub lists: Vec<ListId>,
    /// When its sending began; `None` as long as it is not sent.
    pub sent: Option<Timestamp>,
    /// What it says and to whom, where it was drafted through an API.
    #[serde(default)]
    pub mailing: Option<Mailing>,
    /// Its sends that are not over.
    #[serde(default)]
    pub pending: Vec<Pending>,
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
        Ok(self.stored(id).await?.1)
    }

    async fn stored(self, id: CampaignId) -> Result<(Bytes, Campaign)> {
        let broken = |error| Error::store("read a campaign", error);
        let key = tables::numbered(self.account.id.0, id.0);
        let stored = self.account.context.store.get(Space::Main, Table::Campaign, &key);
        let stored = stored.await.map_err(broken)?.ok_or(Refusal::CampaignNotFound)?;
        let campaign = Campaign::decode(&stored).map_err(broken)?;
        Ok((stored, campaign))
    }

    /// Puts `campaign` in the place of `stored`, with `batch`.
    fn replace(self, batch: &mut Batch, stored: Bytes, campaign: &Campaign) -> Result<()> {
        let value = campaign.encode().map_err(|error| Error::store("write a campaign", error))?;
        let key = tables::numbered(self.account.id.0, campaign.id.0);
        batch.replace(Table::Campaign, key, Some(stored), value);
        Ok(())
    }

    /// The HTML and the plain text of a campaign; empty for one without.
    pub async fn bodies(self, id: CampaignId) -> Result<(String, String)> {
        let written = self.written(id).await?;
        Ok((written.html, written.plain))
    }

    /// At most `limit` campaigns below `before`, the newest first.
    pub async fn page(self, before: Option<CampaignId>, limit: usize) -> Result<Vec<Campaign>> {
        let broken = |error| Error::store("list campaigns", error);
        let mut range = KeyRange::prefix(tables::account(self.account.id.0));
        if let Some(before) = before {
            range.end = Some(tables::numbered(self.account.id.0, before.0));
        }
        let store = &self.account.context.store;
        let found = store.scan(Space::Main, Table::Campaign, range, Order::Descending, limit);
        let found = found.await.map_err(broken)?;
        let campaigns = found.iter().map(|(_, value)| Campaign::decode(value));
        campaigns.collect::<Result<_, _>>().map_err(broken)
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
        let campaign = Campaign {
            id,
            name: name.to_owned(),
            lists: lists.to_vec(),
            sent,
            mailing: None,
            pending: Vec::new(),
        };
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
        let waits = |one: &Campaign| {
            let in_pending = one.pending.iter().any(|send| send.lists.contains(&list));
            in_pending || (one.sent.is_none() && one.lists.contains(&list))
        };
        Ok(campaigns.iter().any(waits))
    }
}
