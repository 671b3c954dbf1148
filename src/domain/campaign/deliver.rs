//! A send, step by step: through the account's contacts, or through those whom it names.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::audience::{Fate, Judge};
use super::{CampaignSend, Campaigns, Mailing, SendState, SendStep, Written};
use crate::domain::activity::{self, Activity, What};
use crate::domain::address::EmailAddress;
use crate::domain::contact::EmailType;
use crate::domain::contact_store::Stored;
use crate::domain::edit::Edit;
use crate::domain::error::{Error, Refusal, Result};
use crate::domain::ids::{ContactId, MessageId, SendId};
use crate::domain::jobs::TaskId;
use crate::domain::long_text::MAX_TEXT_BYTES;
use crate::domain::outbox::{Extras, MAX_LINE_BYTES, Message, Origin, Recipient};
use crate::domain::placeholder::Values;
use crate::store::{Entry, tables};

/// Contacts judged in one step. Each gets an outbox entry, written with the step's commit.
const CONTACTS_AT_ONCE: usize = 1_000;

/// Most values of an outbox entry, in bytes; with more, its bodies are stored filled.
const MAX_VALUES_BYTES: usize = 16 * 1024;

impl<'a> Campaigns<'a> {
    /// Sends to the contacts from `from` on, as many as one step takes. The caller holds the
    /// account's gate and commits the edit with its own cursor.
    pub(in crate::domain) async fn deliver_some(
        self,
        mut edit: Edit<'a>,
        id: SendId,
        task: TaskId,
        from: u32,
    ) -> Result<SendStep<'a>> {
        let (stored, mut send) = match self.stored_send(id).await {
            Err(Error::Refused(Refusal::SendNotFound)) => return Ok(SendStep::Taken),
            stored => stored?,
        };
        if !send.awaits(task) {
            return Ok(SendStep::Taken);
        }
        let written = self.written(send.campaign).await?;
        let (old, mut campaign) = self.stored(send.campaign).await?;
        let now = self.account.context.clock.now();
        send.state = SendState::Sending(task.0);
        campaign.begin(&send, now);
        let judge = Judge::new(self.account, &send.to.lists, &send.audience()).await?;
        let judge = judge.and(&send.to.contacts).tagged(send.to.tag);
        let (entries, next) = self.next_contacts(&send, from).await?;
        let judged = judge.judge(&entries).await?;
        let sheet = Sheet::new(&written, &judge, now)?;
        let sent = self.deliver(&mut edit, &mut send, &sheet, judged).await?;
        if next.is_none() {
            send.state = SendState::Sent;
            campaign.end(&send);
        }
        self.replace(&mut edit.batch, old, &campaign)?;
        self.replace_send(&mut edit.batch, stored, &send)?;
        let edit = Box::new(edit);
        Ok(match next {
            Some(from) => SendStep::Some { edit, sent, from },
            None => SendStep::Last { edit, sent },
        })
    }

    /// The stored contacts to look at next, and where those behind them begin.
    async fn next_contacts(
        self,
        send: &CampaignSend,
        from: u32,
    ) -> Result<(Vec<Entry>, Option<u32>)> {
        let broken = |error| Error::store("read an audience", error);
        let store = &*self.account.context.store;
        let contacts = tables::contacts(self.account.id.0);
        if !send.to.names_contacts_only() {
            let start = tables::contact_entry(from);
            let entries = contacts.scan_from(store, &start, CONTACTS_AT_ONCE).await;
            let entries = entries.map_err(broken)?;
            let last = entries.last().and_then(|(key, _)| tables::contact_of_entry(key));
            let next = last.filter(|_| entries.len() == CONTACTS_AT_ONCE);
            return Ok((entries, next.map(|last| last.saturating_add(1))));
        }
        let named = send.to.contacts.iter().filter(|contact| contact.0 >= from);
        let some: Vec<ContactId> = named.take(CONTACTS_AT_ONCE).copied().collect();
        let keys: Vec<_> = some.iter().map(|contact| tables::contact_entry(contact.0)).collect();
        let values = contacts.get_many(store, &keys).await.map_err(broken)?;
        let found = keys.into_iter().zip(values);
        let entries = found.filter_map(|(key, value)| Some((key, value?))).collect();
        let next = some.last().filter(|_| some.len() == CONTACTS_AT_ONCE);
        Ok((entries, next.map(|last| last.0.saturating_add(1))))
    }

    /// Puts a message into the outbox for each who gets it, records it, and counts all.
    async fn deliver(
        self,
        edit: &mut Edit<'a>,
        send: &mut CampaignSend,
        sheet: &Sheet<'_>,
        judged: Vec<(Stored, Fate)>,
    ) -> Result<u64> {
        let mut activities = Vec::new();
        for (contact, fate) in judged {
            let wants_plain = contact.1.email_type == EmailType::PlainText;
            send.recipients.count(fate, wants_plain);
            if fate != Fate::Sent {
                continue;
            }
            let (message, values) = sheet.message(&contact);
            let message = self.account.outbox().put_with(edit, &message, values)?;
            activities.push(sheet.activity(contact, message));
        }
        self.account.activities().record(edit, &activities).await?;
        Ok(u64::try_from(activities.len()).unwrap_or(u64::MAX))
    }
}

impl CampaignSend {
    /// Whether `task` is the one to send it.
    fn awaits(&self, task: TaskId) -> bool {
        match self.state {
            SendState::Waiting => true,
            SendState::Sending(by) => by == task.0,
            SendState::Sent | SendState::Cancelled => false,
        }
    }

    fn audience(&self) -> super::Audience {
        super::Audience { segments: self.to.segments.clone(), ..super::Audience::default() }
    }
}

impl super::Campaign {
    fn end(&mut self, send: &CampaignSend) {
        self.pending.retain(|pending| pending.id != send.id);
        if let Some(mailing) = &mut self.mailing {
            mailing.recipients += send.recipients;
        }
    }
}

/// What makes the messages of a send.
struct Sheet<'w> {
    written: &'w Written,
    mailing: &'w Mailing,
    judge: &'w Judge<'w>,
    /// The names that its bodies ask for.
    names: BTreeSet<String>,
    now: Timestamp,
}

impl<'w> Sheet<'w> {
    /// [`Refusal::CampaignInvalid`] for a campaign without content.
    fn new(written: &'w Written, judge: &'w Judge<'w>, now: Timestamp) -> Result<Self> {
        let mailing = written.campaign.mailing.as_ref().ok_or(Refusal::CampaignInvalid)?;
        let form = written.campaign.placeholders();
        let mut names = form.names(&written.html);
        names.extend(form.names(&written.plain));
        Ok(Self { written, mailing, judge, names, now })
    }

    /// One recipient's message, and what its bodies are filled with later.
    fn message(&self, (id, record): &Stored) -> (Message, Values) {
        let form = self.written.campaign.placeholders();
        let values = Values::of(record, self.judge.schema());
        // A line that would grow too long stays as it was written.
        let line = |text: &str| {
            form.fill(text, &values, MAX_LINE_BYTES).unwrap_or_else(|_| text.to_owned())
        };
        let mailing = self.mailing;
        let mut message = Message {
            origin: Origin::CampaignMessage(self.written.campaign.id),
            recipient: Some(Recipient {
                address: record.address.clone(),
                name: String::new(),
                contact: Some(*id),
            }),
            from_description: line(&mailing.from_description),
            from_email: mailing.from_email.clone(),
            reply_email: mailing.reply_email.clone(),
            subject: line(&mailing.subject),
            html: String::new(),
            plain: String::new(),
            time: self.now,
            extras: Extras { tags: mailing.tags.clone(), ..Extras::default() },
        };
        let kept = values.only(&self.names);
        if kept.bytes() <= MAX_VALUES_BYTES {
            return (message, kept);
        }
        let body =
            |text: &str| form.fill(text, &kept, MAX_TEXT_BYTES).unwrap_or_else(|_| text.to_owned());
        (message.html, message.plain) = (body(&self.written.html), body(&self.written.plain));
        (message, Values::default())
    }

    fn activity(&self, (contact, record): Stored, message: MessageId) -> Activity {
        Activity {
            time: self.now,
            message: Some(activity::Message::Campaign(self.written.campaign.id)),
            what: What::Sent,
            address: EmailAddress::stored(record.address),
            contact: Some(contact),
            email_type: record.email_type,
            tag: message.0,
        }
    }
}
