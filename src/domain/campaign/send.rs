//! Sending: step by step through the account's contacts.

use jiff::Timestamp;

use super::audience::{Fate, Judge};
use super::{Campaign, Campaigns, Mailing, MailingState};
use crate::domain::activity::{self, Activity, What};
use crate::domain::address::EmailAddress;
use crate::domain::contact::EmailType;
use crate::domain::contact_store::Stored;
use crate::domain::edit::Edit;
use crate::domain::error::{Error, Refusal, Result};
use crate::domain::ids::CampaignId;
use crate::domain::jobs::TaskId;
use crate::domain::outbox::{Extras, Message, Origin, Recipients};
use crate::store::tables;

/// Contacts judged in one step: some 50 blocks.
const CONTACTS_AT_ONCE: usize = 2_000;

/// What a step came to.
#[derive(Debug)]
pub enum SendStep<'a> {
    /// Another task sends the campaign, or has sent it.
    Taken,
    /// `sent` more; contacts below `from` are done.
    Some { edit: Box<Edit<'a>>, sent: u64, from: u32 },
    /// The last ones.
    Last { edit: Box<Edit<'a>>, sent: u64 },
}

impl<'a> Campaigns<'a> {
    /// Sends to the contacts from `from` on, as many as one step takes. The caller holds the
    /// account's gate and commits the edit with its own cursor.
    pub(in crate::domain) async fn send_some(
        self,
        mut edit: Edit<'a>,
        id: CampaignId,
        task: TaskId,
        from: u32,
    ) -> Result<SendStep<'a>> {
        let (stored, mut campaign) = self.stored(id).await?;
        let now = self.account.context.clock.now();
        let Some(mut mailing) = campaign.mailing.take().filter(|mailing| mailing.awaits(task))
        else {
            return Ok(SendStep::Taken);
        };
        mailing.state = MailingState::Sending(task.0);
        campaign.sent = campaign.sent.or(Some(now));
        let broken = |error| Error::store("send a campaign", error);
        let contacts = tables::contacts(self.account.id.0);
        let store = &*self.account.context.store;
        let entries =
            contacts.scan_from(store, &tables::contact_entry(from), CONTACTS_AT_ONCE).await;
        let entries = entries.map_err(broken)?;
        let judge = Judge::new(self.account, &campaign.lists, &mailing.audience).await?;
        let judged = judge.judge(&entries).await?;
        let sent = self.record(&mut edit, id, &mut mailing, &judged, now).await?;
        let last = entries.last().and_then(|(key, _)| tables::contact_of_entry(key));
        let next = last.filter(|_| entries.len() == CONTACTS_AT_ONCE);
        if next.is_none() {
            mailing.state = MailingState::Sent;
            let message = outbox_message(id, &mailing, campaign.sent.unwrap_or(now));
            self.account.outbox().put(&mut edit, &message)?;
        }
        campaign.mailing = Some(mailing);
        self.replace(&mut edit.batch, stored, &campaign)?;
        let edit = Box::new(edit);
        Ok(match next {
            Some(last) => SendStep::Some { edit, sent, from: last.saturating_add(1) },
            None => SendStep::Last { edit, sent },
        })
    }

    /// Records what is sent to those who get it, and counts the others.
    async fn record(
        self,
        edit: &mut Edit<'a>,
        id: CampaignId,
        mailing: &mut Mailing,
        judged: &[(Stored, Fate)],
        now: Timestamp,
    ) -> Result<u64> {
        let mut activities = Vec::new();
        for ((contact, record), fate) in judged {
            let wants_plain = record.email_type == EmailType::PlainText;
            mailing.recipients.count(*fate, wants_plain);
            if *fate == Fate::Sent {
                activities.push(Activity {
                    time: now,
                    message: Some(activity::Message::Campaign(id)),
                    what: What::Sent,
                    address: EmailAddress::stored(record.address.clone()),
                    contact: Some(*contact),
                    email_type: record.email_type,
                    tag: 0,
                });
            }
        }
        self.account.activities().record(edit, &activities).await?;
        Ok(u64::try_from(activities.len()).unwrap_or(u64::MAX))
    }

    /// The campaigns that were sent, the newest first: at most `limit` of those that `wanted` says.
    pub async fn sent(
        self,
        limit: usize,
        wanted: impl Fn(&Campaign) -> bool,
    ) -> Result<Vec<Campaign>> {
        const CAMPAIGNS_AT_ONCE: usize = 200;
        let (mut found, mut before) = (Vec::new(), None);
        loop {
            let some = self.page(before, CAMPAIGNS_AT_ONCE).await?;
            let Some(last) = some.last() else { return Ok(found) };
            before = Some(last.id);
            for campaign in some {
                if campaign.sent.is_some() && wanted(&campaign) {
                    found.push(campaign);
                }
                if found.len() >= limit {
                    return Ok(found);
                }
            }
        }
    }

    /// The campaign, if it was sent. [`Refusal::CampaignNotFound`].
    pub async fn get_sent(self, id: CampaignId) -> Result<Campaign> {
        let campaign = self.get(id).await?;
        if campaign.sent.is_none() {
            return Err(Refusal::CampaignNotFound.into());
        }
        Ok(campaign)
    }
}

impl Mailing {
    /// Whether `task` is the one to send it.
    fn awaits(&self, task: TaskId) -> bool {
        match self.state {
            MailingState::Released => true,
            MailingState::Sending(by) => by == task.0,
            MailingState::Draft | MailingState::Sent => false,
        }
    }
}

impl Recipients {
    pub(super) fn count(&mut self, fate: Fate, wants_plain: bool) {
        match fate {
            Fate::Sent => {
                self.sent += 1;
                self.sent_plain += u32::from(wants_plain);
            }
            Fate::GloballySuppressed => self.globally_suppressed += 1,
            Fate::Suppressed => self.suppressed += 1,
            Fate::Withheld => self.withheld += 1,
        }
    }
}

/// Without bodies: they lie with the campaign.
fn outbox_message(id: CampaignId, mailing: &Mailing, time: Timestamp) -> Message {
    Message {
        origin: Origin::Campaign(id, mailing.recipients),
        recipient: None,
        from_description: mailing.from_description.clone(),
        from_email: mailing.from_email.clone(),
        reply_email: mailing.reply_email.clone(),
        subject: mailing.subject.clone(),
        html: String::new(),
        plain: String::new(),
        time,
        extras: Extras::default(),
    }
}
