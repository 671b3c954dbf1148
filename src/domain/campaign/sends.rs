//! Sends: a campaign on its way to some lists, segments and contacts.

use bytes::Bytes;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::release::Due;
use super::{Campaign, Campaigns, Pending};
use crate::domain::context::Context;
use crate::domain::edit::Edit;
use crate::domain::error::{Error, Refusal, Result};
use crate::domain::ids::{AccountId, CampaignId, ContactId, ListId, SegmentId, SendId, TagId};
use crate::domain::jobs::{NewTask, SendCampaign, Work};
use crate::domain::list::ALL_CONTACTS;
use crate::domain::outbox::Recipients;
use crate::store::{Batch, KeyRange, Order, Record, Space, Table, tables};

/// Most lists and segments of one send.
const MOST_LISTS: usize = 200;

/// Most contacts that one send names; more than that make a list. Some 50 KiB.
pub const MOST_CONTACTS: usize = 10_000;

/// Sends of one campaign that may wait or be under way at once, and the lists of all of them, so
/// that a campaign fits into its record.
const MOST_PENDING: usize = 200;
const MOST_PENDING_LISTS: usize = 4_000;

/// Sends looked at together.
const SENDS_AT_ONCE: usize = 100;

/// Whom a send is for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Addressees {
    pub lists: Vec<ListId>,
    pub segments: Vec<SegmentId>,
    /// At most [`MOST_CONTACTS`].
    pub contacts: Vec<ContactId>,
    /// Of all of them only those who carry it.
    #[serde(default)]
    pub tag: Option<TagId>,
}

/// One sending of a campaign.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CampaignSend {
    pub id: SendId,
    pub campaign: CampaignId,
    pub to: Addressees,
    /// When it is to begin.
    pub at: Timestamp,
    /// When it was asked for.
    pub asked: Timestamp,
    pub state: SendState,
    /// As far as it is sent.
    pub recipients: Recipients,
}

/// Where a send is on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum SendState {
    /// For its time, or for a worker.
    Waiting,
    /// In the hands of the task of this number.
    Sending(u32),
    Sent,
    Cancelled,
}

impl Record for CampaignSend {
    const TABLE: Table = Table::Send;
    const VERSION: u8 = 1;
}

impl<'a> Campaigns<'a> {
    /// Has a campaign sent to some addressees, at `at` or, without it or when that is over, at
    /// once. An audience of nobody means all contacts.
    ///
    /// [`Refusal::CampaignNotFound`]; [`Refusal::CampaignInvalid`] for a campaign without content;
    /// [`Refusal::ListNotFound`], [`Refusal::SegmentNotFound`], [`Refusal::ContactNotFound`];
    /// [`Refusal::ParameterInvalid`] for too many of them; [`Refusal::SendNotPermitted`] when too
    /// many sends of the campaign wait.
    pub async fn send(
        self,
        id: CampaignId,
        to: Addressees,
        at: Option<Timestamp>,
    ) -> Result<CampaignSend> {
        let to = to.ordered();
        if to.lists.len() + to.segments.len() > MOST_LISTS || to.contacts.len() > MOST_CONTACTS {
            return Err(Refusal::ParameterInvalid { parameter: "audience" }.into());
        }
        let now = self.account.context.clock.now();
        let send = CampaignSend {
            id: SendId(self.account.context.ids.uuid()),
            campaign: id,
            to,
            at: at.unwrap_or(now).max(now),
            asked: now,
            state: SendState::Waiting,
            recipients: Recipients::default(),
        };
        self.account.change("send a campaign", |edit| self.send_once(edit, &send)).await?;
        self.account.context.release_asked.notify_one();
        Ok(send)
    }

    async fn send_once(self, mut edit: Edit<'a>, send: &CampaignSend) -> Result<(Edit<'a>, ())> {
        let (stored, mut campaign) = self.stored(send.campaign).await?;
        if campaign.mailing.is_none() {
            return Err(Refusal::CampaignInvalid.into());
        }
        self.ensure_there(&mut edit, &send.to).await?;
        let lists: usize = campaign.pending.iter().map(|pending| pending.lists.len()).sum();
        let has_room = campaign.pending.len() < MOST_PENDING
            && lists + send.to.lists.len() <= MOST_PENDING_LISTS;
        if !has_room {
            return Err(Refusal::SendNotPermitted.into());
        }
        let lists = send.to.lists.clone();
        campaign.pending.push(Pending { id: send.id, at: send.at, lists });
        self.replace(&mut edit.batch, stored, &campaign)?;
        let value = send.encode().map_err(|error| Error::store("write a send", error))?;
        edit.batch.put_if_absent(Table::Send, self.key_of(send.id), value);
        edit.batch.put(Table::Send, self.due_key(send), vec![1]);
        Ok((edit, ()))
    }

    async fn ensure_there(self, edit: &mut Edit<'a>, to: &Addressees) -> Result<()> {
        for list in &to.lists {
            self.account.lists().get(*list).await?;
        }
        for segment in &to.segments {
            self.account.segments().get(*segment).await?;
        }
        let contacts = edit.load(&to.contacts).await?;
        if contacts.iter().any(Option::is_none) {
            return Err(Refusal::ContactNotFound.into());
        }
        Ok(())
    }

    /// A send. [`Refusal::SendNotFound`].
    pub async fn get_send(self, id: SendId) -> Result<CampaignSend> {
        Ok(self.stored_send(id).await?.1)
    }

    /// Keeps a send that waits from beginning. [`Refusal::SendNotFound`],
    /// [`Refusal::CampaignReleased`] for one that has begun.
    pub async fn cancel(self, id: SendId) -> Result<CampaignSend> {
        self.account.change("cancel a send", |edit| self.cancel_once(edit, id)).await
    }

    async fn cancel_once(self, mut edit: Edit<'a>, id: SendId) -> Result<(Edit<'a>, CampaignSend)> {
        let (stored, mut send) = self.stored_send(id).await?;
        if send.state != SendState::Waiting {
            return Err(Refusal::CampaignReleased.into());
        }
        let (old, mut campaign) = self.stored(send.campaign).await?;
        campaign.pending.retain(|pending| pending.id != id);
        self.replace(&mut edit.batch, old, &campaign)?;
        edit.batch.delete(Table::Send, self.due_key(&send));
        send.state = SendState::Cancelled;
        self.replace_send(&mut edit.batch, stored, &send)?;
        Ok((edit, send))
    }

    pub(super) async fn stored_send(self, id: SendId) -> Result<(Bytes, CampaignSend)> {
        let broken = |error| Error::store("read a send", error);
        let store = &self.account.context.store;
        let stored = store.get(Space::Main, Table::Send, &self.key_of(id)).await.map_err(broken)?;
        let stored = stored.ok_or(Refusal::SendNotFound)?;
        let send = CampaignSend::decode(&stored).map_err(broken)?;
        Ok((stored, send))
    }

    pub(super) fn replace_send(
        self,
        batch: &mut Batch,
        stored: Bytes,
        send: &CampaignSend,
    ) -> Result<()> {
        let value = send.encode().map_err(|error| Error::store("write a send", error))?;
        batch.replace(Table::Send, self.key_of(send.id), Some(stored), value);
        Ok(())
    }

    fn key_of(self, id: SendId) -> Bytes {
        tables::unique(self.account.id.0, *id.0.as_bytes())
    }

    fn due_key(self, send: &CampaignSend) -> Bytes {
        tables::due_send(send.at.as_second(), self.account.id.0, *send.id.0.as_bytes())
    }
}

impl Addressees {
    /// Each once, contacts ascending; all contacts for nobody.
    fn ordered(mut self) -> Self {
        self.contacts.sort_unstable();
        self.contacts.dedup();
        self.segments.sort_unstable();
        self.segments.dedup();
        self.lists.sort_unstable();
        self.lists.dedup();
        if self == Self::default() {
            self.lists.push(ALL_CONTACTS);
        }
        self
    }

    /// Whether only those are meant who are named.
    pub(super) fn names_contacts_only(&self) -> bool {
        self.lists.is_empty() && self.segments.is_empty()
    }
}

impl Campaign {
    /// Notes that `send` begins: its lists are ones that the campaign was sent to.
    pub(super) fn begin(&mut self, send: &CampaignSend, now: Timestamp) {
        self.sent = self.sent.or(Some(now));
        for list in &send.to.lists {
            if !self.lists.contains(list) {
                self.lists.push(*list);
            }
        }
    }
}

/// Starts the sends that are due now, and says how many that were.
pub(super) async fn start_due(context: &Context) -> Result<usize> {
    let broken = |error| Error::store("read sends", error);
    let now = context.clock.now().as_second();
    let range = KeyRange::prefix(tables::account(0));
    let store = &*context.store;
    let found = store.scan(Space::Main, Table::Send, range, Order::Ascending, SENDS_AT_ONCE);
    let mut started = 0;
    for (key, value) in found.await.map_err(broken)? {
        let Some((second, account, send)) = tables::due_send_of(&key) else { continue };
        if second > now {
            break;
        }
        let id = SendId(Uuid::from_bytes(send));
        let due = Due { table: Table::Send, key, value };
        started += usize::from(start(context, AccountId(account), id, &due).await?);
    }
    Ok(started)
}

/// Starts a send, if it is still there.
async fn start(context: &Context, account: AccountId, id: SendId, due: &Due) -> Result<bool> {
    let account = context.account(account);
    let send = match account.campaigns().get_send(id).await {
        Err(Error::Refused(Refusal::SendNotFound)) => {
            due.forget(context).await?;
            return Ok(false);
        }
        send => send?,
    };
    let work = Work::Send(SendCampaign::of_send(send.campaign, id));
    due.start(account, NewTask::new(work, "Send a campaign")).await
}
