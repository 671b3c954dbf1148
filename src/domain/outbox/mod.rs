//! What would have been sent: kept to be looked at and exported for some days.
//!
//! Nothing here goes anywhere. A transactional or welcome message has an entry of its own, with
//! what its recipient would have got. A campaign that is drafted and released has one for all its
//! recipients, with their numbers; one that is sent has one for each, see [`super::campaign`].

mod eml;
mod extras;
mod record;
mod retention;
#[cfg(test)]
mod tests;

use jiff::Timestamp;

use super::context::Account;
use super::edit::Edit;
use super::error::{Error, Refusal, Result};
use super::ids::{CampaignId, ContactId, EmailMessageId, MessageId, TemplateId};
use super::long_text::{MAX_TEXT_BYTES, TextRef};
use super::placeholder::Values;
use super::template::Edition;
use crate::store::{Entry, KeyRange, Order, Record as _, Space, StoreError, Table, tables};
pub use eml::eml;
pub use extras::{Attachment, Carbon, CarbonKind, Extras, MAX_ATTACHMENTS_BYTES};
use record::OutboxRecord;
pub use retention::{run_retention, sweep};

/// What an entry was made from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    Template(TemplateId, Edition),
    /// Of a campaign, for all its recipients.
    Campaign(CampaignId, Recipients),
    /// Of a campaign, for this recipient.
    CampaignMessage(CampaignId),
    /// A message for itself; with the campaign whose content it took, if it did.
    Direct(Option<CampaignId>),
}

/// How many a campaign was for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct Recipients {
    pub sent: u32,
    /// Of those, the ones who want plain text.
    pub sent_plain: u32,
    /// On the store-wide suppression list.
    pub globally_suppressed: u32,
    /// Unsubscribed, bounced or otherwise suppressed in this account.
    pub suppressed: u32,
    /// Waiting for their opt-in, or bounced softly of late.
    pub withheld: u32,
}

impl std::ops::AddAssign for Recipients {
    fn add_assign(&mut self, other: Self) {
        self.sent += other.sent;
        self.sent_plain += other.sent_plain;
        self.globally_suppressed += other.globally_suppressed;
        self.suppressed += other.suppressed;
        self.withheld += other.withheld;
    }
}

/// A message as it is put into the outbox.
#[derive(Clone, PartialEq, Eq)]
pub struct Message {
    pub origin: Origin,
    /// Nobody in particular for a campaign.
    pub recipient: Option<Recipient>,
    pub from_description: String,
    pub from_email: String,
    pub reply_email: String,
    pub subject: String,
    /// Empty where the recipient would not have got it.
    pub html: String,
    pub plain: String,
    /// When it was sent, or is to be.
    pub time: Timestamp,
    pub extras: Extras,
}

/// Whom a message is for.
#[derive(Clone, PartialEq, Eq)]
pub struct Recipient {
    /// As it was given.
    pub address: String,
    /// The name beside the address; often empty.
    pub name: String,
    /// `None` for a test message, which makes nobody a contact.
    pub contact: Option<ContactId>,
}

impl std::fmt::Debug for Message {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Message").field("origin", &self.origin).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for Recipient {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Recipient(redacted)")
    }
}

/// An account's outbox.
#[derive(Debug, Clone, Copy)]
pub struct Outbox<'a> {
    account: Account<'a>,
}

impl<'a> Account<'a> {
    pub fn outbox(self) -> Outbox<'a> {
        Outbox { account: self }
    }
}

impl<'a> Outbox<'a> {
    /// Puts a message into the outbox with `edit`.
    pub(super) fn put(self, edit: &mut Edit<'a>, message: &Message) -> Result<MessageId> {
        self.put_with(edit, message, Values::default())
    }

    /// As [`Outbox::put`], of a campaign's message to one recipient: its bodies are the campaign's,
    /// filled with `values` when they are asked for.
    pub(super) fn put_with(
        self,
        edit: &mut Edit<'a>,
        message: &Message,
        values: Values,
    ) -> Result<MessageId> {
        let id = MessageId(edit.next_message());
        let html = TextRef::write(edit, &message.html);
        let plain = TextRef::write(edit, &message.plain);
        let files = message.extras.write(edit);
        let record = OutboxRecord::new(message, html, plain, (files, values));
        let value = record.encode().map_err(|error| Error::store("write a message", error))?;
        edit.batch.put(Table::Outbox, tables::numbered(self.account.id.0, id.0), value);
        Ok(id)
    }

    /// At most `limit` messages below `before`, the newest first, without their bodies.
    pub async fn page(
        self,
        before: Option<MessageId>,
        limit: usize,
    ) -> Result<Vec<(MessageId, Message)>> {
        let start = tables::account(self.account.id.0);
        let mut range = KeyRange::prefix(start);
        if let Some(before) = before {
            range.end = Some(tables::numbered(self.account.id.0, before.0));
        }
        let found = self.entries(range, Order::Descending, limit).await?;
        Ok(found.into_iter().map(|(id, record)| (id, record.seen())).collect())
    }

    /// One message with its bodies. [`Refusal::MessageNotFound`] also when its days are over.
    pub async fn get(self, id: MessageId) -> Result<Message> {
        let broken = |error| Error::store("read a message", error);
        let key = tables::numbered(self.account.id.0, id.0);
        let stored = self.account.context.store.get(Space::Main, Table::Outbox, &key).await;
        let stored = stored.map_err(broken)?.ok_or(Refusal::MessageNotFound)?;
        let record = OutboxRecord::decode(&stored).map_err(broken)?;
        let (html, plain, files) = (record.html, record.plain, record.files());
        let (values, mut message) = (record.values.clone(), record.seen());
        let gone = || Refusal::MessageNotFound;
        let is_stored = html.bytes() + plain.bytes() > 0;
        match message.origin {
            Origin::Campaign(campaign, _) | Origin::CampaignMessage(campaign) if !is_stored => {
                self.fill_from(&mut message, campaign, &values).await?;
                return Ok(message);
            }
            _ => {}
        }
        for (attachment, file) in message.extras.attachments.iter_mut().zip(files) {
            let content = file.read_bytes(self.account).await.map_err(broken)?;
            attachment.content = content.ok_or_else(gone)?.into();
        }
        message.html = html.read(self.account).await.map_err(broken)?.ok_or_else(gone)?;
        message.plain = plain.read(self.account).await.map_err(broken)?.ok_or_else(gone)?;
        Ok(message)
    }

    /// Takes the bodies of a campaign, as its recipient got them.
    async fn fill_from(
        self,
        message: &mut Message,
        campaign: CampaignId,
        values: &Values,
    ) -> Result<()> {
        let written = self.account.campaigns().written(campaign).await;
        let written = match written {
            Err(Error::Refused(Refusal::CampaignNotFound)) => {
                return Err(Refusal::MessageNotFound.into());
            }
            written => written?,
        };
        (message.html, message.plain) = (written.html, written.plain);
        let made_from = written.campaign.mailing.as_ref().and_then(|mailing| mailing.message);
        if let Some(made_from) = made_from {
            message.extras.attachments = self.files_of(made_from).await?;
        }
        if let Origin::CampaignMessage(_) = message.origin {
            let form = written.campaign.placeholders();
            message.html = form.fill(&message.html, values, MAX_TEXT_BYTES)?;
            message.plain = form.fill(&message.plain, values, MAX_TEXT_BYTES)?;
        }
        Ok(())
    }

    /// The files of a message that a campaign was made from; none when it was deleted.
    async fn files_of(self, id: EmailMessageId) -> Result<Vec<Attachment>> {
        let messages = self.account.email_messages();
        let message = match messages.get(id).await {
            Err(Error::Refused(Refusal::MessageNotFound)) => return Ok(Vec::new()),
            message => message?,
        };
        let files = messages.files(&message).await?.into_iter();
        Ok(files.map(|file| Attachment::new(file.name, String::new(), file.content)).collect())
    }

    async fn entries(
        self,
        range: KeyRange,
        order: Order,
        limit: usize,
    ) -> Result<Vec<(MessageId, OutboxRecord)>> {
        let broken = |error| Error::store("list the outbox", error);
        let store = &self.account.context.store;
        let found = store.scan(Space::Main, Table::Outbox, range, order, limit);
        let read = |(key, value): &Entry| {
            let id = key.last_chunk().copied().map(u32::from_be_bytes);
            let id = id.ok_or_else(|| StoreError::Damaged { what: "an outbox key".to_owned() })?;
            Ok((MessageId(id), OutboxRecord::decode(value)?))
        };
        found.await.map_err(broken)?.iter().map(read).collect::<Result<_, _>>().map_err(broken)
    }
}

impl Message {
    /// Refuses what does not fit into a stored record. The bodies are bounded by who renders them.
    pub(super) fn ensure_storable(&self) -> Result<()> {
        let recipient = self.recipient.as_ref();
        let texts = [
            &self.from_description,
            &self.from_email,
            &self.reply_email,
            &self.subject,
            recipient.map_or(&self.subject, |recipient| &recipient.name),
        ];
        if texts.iter().any(|text| text.len() > MAX_LINE_BYTES) {
            return Err(Refusal::TextTooLong { limit_bytes: MAX_LINE_BYTES }.into());
        }
        Ok(())
    }
}

/// Longest rendered subject, name or address, in bytes.
pub const MAX_LINE_BYTES: usize = 8 * 1024;
