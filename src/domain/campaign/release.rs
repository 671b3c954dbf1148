//! Releasing a campaign, at once or at its time.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;

use super::mailing::read_key;
use super::{Campaign, Campaigns, MailingState};
use crate::domain::context::{Account, Context};
use crate::domain::edit::Edit;
use crate::domain::error::{Error, Refusal, Result};
use crate::domain::ids::{AccountId, CampaignId};
use crate::domain::jobs::{NewTask, SendCampaign, Work};
use crate::store::{Batch, KeyRange, Order, Space, Table, commit_durably, tables};

/// Releases looked at together.
const RELEASES_AT_ONCE: usize = 100;

/// How often it is looked for campaigns that are due.
const LOOK_EVERY: Duration = Duration::from_secs(10);

impl<'a> Campaigns<'a> {
    /// Sends the draft that `key` belongs to, or has it sent at its time.
    ///
    /// [`Refusal::CampaignNotFound`], [`Refusal::CampaignReleased`] for one that was released
    /// before, [`Refusal::ReleaseInPast`] when its time is over.
    pub async fn release(self, key: &str) -> Result<Campaign> {
        let (id, key) = read_key(key.trim()).ok_or(Refusal::CampaignNotFound)?;
        let released =
            self.account.change("release a campaign", |edit| self.release_once(edit, id, key));
        let released = released.await?;
        self.account.context.release_asked.notify_one();
        Ok(released)
    }

    async fn release_once(
        self,
        mut edit: Edit<'a>,
        id: CampaignId,
        key: [u8; super::mailing::KEY_BYTES],
    ) -> Result<(Edit<'a>, Campaign)> {
        let (stored, mut campaign) = self.stored(id).await?;
        let now = self.account.context.clock.now();
        let mailing = campaign.mailing.as_mut().filter(|mailing| mailing.key == key);
        let mailing = mailing.ok_or(Refusal::CampaignNotFound)?;
        if mailing.state != MailingState::Draft {
            return Err(Refusal::CampaignReleased.into());
        }
        if mailing.release.is_some_and(|release| release <= now) {
            return Err(Refusal::ReleaseInPast.into());
        }
        mailing.state = MailingState::Released;
        let at = mailing.release.unwrap_or(now).as_second();
        edit.batch.put(Table::Campaign, tables::release(at, self.account.id.0, id.0), vec![1]);
        self.replace(&mut edit.batch, stored, &campaign)?;
        Ok((edit, campaign))
    }
}

/// Starts the sending of campaigns when they are due, for as long as it is polled. To stop, drop
/// it: what was not started is started after the next start.
pub async fn run_releases(context: Arc<Context>) {
    loop {
        if let Err(error) = start_due(&context).await {
            tracing::error!(?error, "could not start the sending of campaigns: {error}");
        }
        tokio::select! {
            () = context.release_asked.notified() => {}
            () = tokio::time::sleep(LOOK_EVERY) => {}
        }
    }
}

/// Starts what is due now, and says how many that were.
pub async fn start_due(context: &Context) -> Result<usize> {
    Ok(start_released(context).await? + super::sends::start_due(context).await?)
}

async fn start_released(context: &Context) -> Result<usize> {
    let broken = |error| Error::store("read releases", error);
    let now = context.clock.now().as_second();
    let range = KeyRange::prefix(tables::account(0));
    let found =
        context.store.scan(Space::Main, Table::Campaign, range, Order::Ascending, RELEASES_AT_ONCE);
    let mut started = 0;
    for (key, value) in found.await.map_err(broken)? {
        let Some((second, account, campaign)) = tables::release_of(&key) else { continue };
        if second > now {
            break;
        }
        let work = Work::Send(SendCampaign::new(CampaignId(campaign)));
        let task = NewTask::new(work, "Send a message");
        let due = Due { table: Table::Campaign, key, value };
        started += usize::from(due.start(context.account(AccountId(account)), task).await?);
    }
    Ok(started)
}

/// What stands in the store for something that is to be started at its time.
pub(super) struct Due {
    pub table: Table,
    pub key: Bytes,
    pub value: Bytes,
}

impl Due {
    /// Starts `task` instead, in one commit, so that of several gateways one starts it, once. Says
    /// whether this one did. With too many tasks under way it waits for another time.
    pub async fn start(&self, account: Account<'_>, task: NewTask) -> Result<bool> {
        let started =
            account.change("start what is due", |edit| self.start_once(account, edit, &task));
        match started.await {
            Ok(true) => account.tasks().wake(),
            Ok(false) | Err(Error::Refused(Refusal::TaskTooManyActive { .. })) => return Ok(false),
            Err(Error::Refused(Refusal::AccountNotFound)) => {
                self.forget(account.context).await?;
                return Ok(false);
            }
            Err(error) => return Err(error),
        }
        Ok(true)
    }

    async fn start_once<'a>(
        &self,
        account: Account<'a>,
        mut edit: Edit<'a>,
        task: &NewTask,
    ) -> Result<(Edit<'a>, bool)> {
        let store = &account.context.store;
        let stored = store.get(Space::Main, self.table, &self.key).await;
        if stored.map_err(|error| Error::store("read what is due", error))?.is_none() {
            return Ok((edit, false));
        }
        edit.batch.expect(self.table, self.key.clone(), Some(self.value.clone()));
        edit.batch.delete(self.table, self.key.clone());
        account.tasks().start_with(&mut edit, task.clone()).await?;
        Ok((edit, true))
    }

    pub async fn forget(&self, context: &Context) -> Result<()> {
        let mut batch = Batch::main();
        batch.delete(self.table, self.key.clone());
        let deleted = commit_durably(&*context.store, batch).await;
        deleted.map_err(|error| Error::store("forget what was due", error))
    }
}
