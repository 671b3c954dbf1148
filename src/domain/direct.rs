//! Messages that are sent for themselves, to one or a few addresses: into the outbox.
//!
//! They belong to no template. One may take the content of a campaign, as a program does that has
//! a campaign for each of its occasions; then what happens to it counts for the campaign. Whoever
//! gets one need not be a subscriber.

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::activity::{self, Activity, Delivery, Period, PeriodCounts, What};
use super::address::EmailAddress;
use super::campaign::Written;
use super::contact::EmailType;
use super::contact_store::Stored;
use super::context::Account;
use super::edit::Edit;
use super::error::{Refusal, Result};
use super::ids::{CampaignId, MessageId};
use super::long_text::MAX_TEXT_BYTES;
use super::outbox::{Carbon, CarbonKind, Extras, MAX_LINE_BYTES, Message, Origin, Recipient};
use super::placeholder::Values;
use super::suppression::Suppression;
use super::template::ensure_sendable;

/// A message to be sent.
#[derive(Clone, Default)]
pub struct DirectMail {
    /// At least one.
    pub to: Vec<Mailbox>,
    pub cc: Vec<Mailbox>,
    pub bcc: Vec<Mailbox>,
    pub from_description: String,
    pub from_email: String,
    pub reply_email: String,
    pub subject: String,
    pub html: String,
    pub plain: String,
    /// Leaves out who has opted out, as those are who bounced for good.
    pub heeds_opt_out: bool,
    /// Attachments, tags and metadata; the carbons are made from the recipients.
    pub extras: Extras,
}

/// An address with the name beside it, which is often empty.
#[derive(Clone, PartialEq, Eq)]
pub struct Mailbox {
    pub address: EmailAddress,
    pub name: String,
}

impl From<EmailAddress> for Mailbox {
    fn from(address: EmailAddress) -> Self {
        Self { address, name: String::new() }
    }
}

impl std::fmt::Debug for DirectMail {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DirectMail").field("extras", &self.extras).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for Mailbox {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Mailbox(redacted)")
    }
}

/// What was sent.
#[derive(Clone, PartialEq, Eq)]
pub struct DirectSent {
    pub message: MessageId,
    /// Recipients whose addresses bounced for good or are suppressed everywhere: not written to.
    pub left_out: Vec<EmailAddress>,
}

impl std::fmt::Debug for DirectSent {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DirectSent").field("message", &self.message).finish_non_exhaustive()
    }
}

/// A campaign as one address would get it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prepared {
    pub written: Written,
    pub subject: String,
    pub from_description: String,
    pub html: String,
    pub plain: String,
}

/// An account's direct messages.
#[derive(Debug, Clone, Copy)]
pub struct Direct<'a> {
    account: Account<'a>,
}

impl<'a> Account<'a> {
    pub fn direct(self) -> Direct<'a> {
        Direct { account: self }
    }
}

/// Recipients by address as compared, in their order, and in which header each stands.
type Recipients<'m> = Vec<(CarbonKind, &'m Mailbox)>;

impl<'a> Direct<'a> {
    /// Puts a message into the outbox, as one entry with all its recipients, and records it as sent
    /// to each of them. An unknown address becomes a contact that only gets transactional messages.
    ///
    /// [`Refusal::ParameterInvalid`] without a recipient; [`Refusal::ContactSuppressed`] when
    /// nobody in `to` may be written to; [`Refusal::TextTooLong`],
    /// [`Refusal::AttachmentsTooLarge`].
    pub async fn send(self, mail: &DirectMail) -> Result<DirectSent> {
        self.send_as(mail, None).await
    }

    /// As [`Direct::send`], with the subject, the bodies and the sender's name of a campaign. Its
    /// placeholders are filled with `values` and with what is known of the first recipient. What
    /// `mail` says of these is not looked at.
    pub async fn send_campaign(
        self,
        campaign: CampaignId,
        mail: &DirectMail,
        values: &[(String, String)],
    ) -> Result<DirectSent> {
        let first = mail.to.first().ok_or(Refusal::ParameterInvalid { parameter: "to" })?;
        let prepared = self.prepare(campaign, &first.address, values).await?;
        let mailing = prepared.written.campaign.mailing.ok_or(Refusal::CampaignInvalid)?;
        let chosen = Some(&mail.from_email).filter(|given| !given.is_empty());
        let mail = DirectMail {
            subject: prepared.subject,
            html: prepared.html,
            plain: prepared.plain,
            from_description: prepared.from_description,
            from_email: chosen.cloned().unwrap_or(mailing.from_email),
            reply_email: mailing.reply_email,
            ..mail.clone()
        };
        self.send_as(&mail, Some(campaign)).await
    }

    /// What an address would get of a campaign. [`Refusal::CampaignNotFound`],
    /// [`Refusal::TextTooLong`].
    pub async fn prepare(
        self,
        campaign: CampaignId,
        address: &EmailAddress,
        values: &[(String, String)],
    ) -> Result<Prepared> {
        let written = self.account.campaigns().written(campaign).await?;
        let form = written.campaign.placeholders();
        let schema = self.account.fields().schema().await?;
        let contact = self.account.contact_store().find(address).await?;
        let mut known = contact.map(|(_, record)| Values::of(&record, &schema)).unwrap_or_default();
        known.set(super::placeholder::EMAIL, address.as_given());
        for (name, value) in values {
            known.set(name, value.as_str());
        }
        let mailing = written.campaign.mailing.as_ref().ok_or(Refusal::CampaignInvalid)?;
        let line = |text: &str| form.fill(text, &known, MAX_LINE_BYTES);
        let body = |text: &str| form.fill(text, &known, MAX_TEXT_BYTES);
        let (subject, from_description) =
            (line(&mailing.subject)?, line(&mailing.from_description)?);
        let (html, plain) = (body(&written.html)?, body(&written.plain)?);
        Ok(Prepared { written, subject, from_description, html, plain })
    }

    /// What became of a message to its first recipient: what happened to that address between this
    /// message and the next one. [`Refusal::MessageNotFound`] also when its days are over.
    pub async fn delivery(self, id: MessageId) -> Result<Delivery> {
        let behind = MessageId(id.0.saturating_add(1));
        let newest = self.account.outbox().page(Some(behind), 1).await?.pop();
        let found = newest.filter(|(found, message)| {
            *found == id && matches!(message.origin, Origin::Direct(None))
        });
        let (_, message) = found.ok_or(Refusal::MessageNotFound)?;
        let recipient = message.recipient.ok_or(Refusal::MessageNotFound)?;
        let address = EmailAddress::stored(recipient.address);
        let of = activity::Message::Direct;
        let delivery = self.account.activities().delivery(&address, of, id.0).await?;
        Ok(delivery.ok_or(Refusal::MessageNotFound)?)
    }

    /// Counts of direct messages and of campaigns for occasions together, by period.
    pub async fn periods(self, days: (Date, Date), period: Period) -> Result<Vec<PeriodCounts>> {
        let messages = self.account.campaigns().transactional().await?;
        self.account.activities().periods(&messages, days, period).await
    }

    async fn send_as(self, mail: &DirectMail, campaign: Option<CampaignId>) -> Result<DirectSent> {
        if mail.to.is_empty() {
            return Err(Refusal::ParameterInvalid { parameter: "to" }.into());
        }
        if mail.html.len().max(mail.plain.len()) > MAX_TEXT_BYTES {
            return Err(Refusal::TextTooLong { limit_bytes: MAX_TEXT_BYTES }.into());
        }
        let recipients = mail.recipients();
        self.message(mail, campaign, recipients.clone())?.ensure_storable()?;
        self.account
            .change("send a message", |edit| self.send_once(edit, mail, campaign, &recipients))
            .await
    }

    async fn send_once(
        self,
        mut edit: Edit<'a>,
        mail: &DirectMail,
        campaign: Option<CampaignId>,
        recipients: &Recipients<'_>,
    ) -> Result<(Edit<'a>, DirectSent)> {
        let mut left_out = Vec::new();
        let (mut reached, mut people) = (Recipients::new(), Vec::new());
        let may = self.who_may(&mut edit, recipients, mail.heeds_opt_out).await?;
        for ((kind, mailbox), may) in recipients.iter().zip(may) {
            if !may {
                left_out.push(mailbox.address.clone());
                continue;
            }
            let contacts = self.account.contacts();
            people.push(contacts.recipient(&mut edit, &mailbox.address, None).await?);
            reached.push((*kind, *mailbox));
        }
        let mut message = self.message(mail, campaign, reached.clone())?;
        if let Some(recipient) = &mut message.recipient {
            recipient.contact = people.first().map(|(id, _)| *id);
        }
        let id = self.account.outbox().put(&mut edit, &message)?;
        let activities: Vec<Activity> = reached
            .iter()
            .zip(people)
            .map(|((_, mailbox), person)| sent(&message, campaign, id, (&mailbox.address, person)))
            .collect();
        self.account.activities().record(&mut edit, &activities).await?;
        Ok((edit, DirectSent { message: id, left_out }))
    }

    /// Whether each of some recipients may be written to.
    async fn who_may(
        self,
        edit: &mut Edit<'a>,
        recipients: &Recipients<'_>,
        heeds_opt_out: bool,
    ) -> Result<Vec<bool>> {
        let addresses: Vec<&str> =
            recipients.iter().map(|(_, mailbox)| mailbox.address.as_compared()).collect();
        let suppressed = self.account.suppressions().judge(&addresses).await?;
        let found = edit.resolve(&addresses).await?;
        let judged = suppressed.into_iter().zip(found);
        Ok(judged
            .map(|(suppressed, found)| {
                let bad = found
                    .is_some_and(|(_, record)| ensure_sendable(&record, heeds_opt_out).is_err());
                suppressed != Some(Suppression::Global) && !bad
            })
            .collect())
    }

    /// The message to those who get it. [`Refusal::ContactSuppressed`] when it would be for nobody.
    fn message(
        self,
        mail: &DirectMail,
        campaign: Option<CampaignId>,
        mut recipients: Recipients<'_>,
    ) -> Result<Message> {
        let first = recipients.iter().position(|(kind, _)| *kind == CarbonKind::To);
        let first = first.ok_or(Refusal::ContactSuppressed)?;
        let (_, first) = recipients.remove(first);
        let carbons = recipients.into_iter().map(|(kind, mailbox)| Carbon {
            kind,
            address: mailbox.address.as_given().to_owned(),
            name: mailbox.name.clone(),
        });
        let extras = Extras { carbons: carbons.collect(), ..mail.extras.clone() };
        extras.ensure_storable()?;
        Ok(Message {
            origin: Origin::Direct(campaign),
            recipient: Some(Recipient {
                address: first.address.as_given().to_owned(),
                name: first.name.clone(),
                contact: None,
            }),
            from_description: mail.from_description.clone(),
            from_email: mail.from_email.clone(),
            reply_email: mail.reply_email.clone(),
            subject: mail.subject.clone(),
            html: mail.html.clone(),
            plain: mail.plain.clone(),
            time: self.account.context.clock.now(),
            extras,
        })
    }
}

impl DirectMail {
    /// Everybody once, where they stand first.
    fn recipients(&self) -> Recipients<'_> {
        let mut seen = BTreeSet::new();
        let mut all = Recipients::new();
        for (kind, mailboxes) in
            [(CarbonKind::To, &self.to), (CarbonKind::Cc, &self.cc), (CarbonKind::Bcc, &self.bcc)]
        {
            for mailbox in mailboxes {
                if seen.insert(mailbox.address.as_compared()) {
                    all.push((kind, mailbox));
                }
            }
        }
        all
    }
}

fn sent(
    message: &Message,
    campaign: Option<CampaignId>,
    id: MessageId,
    (address, (contact, _)): (&EmailAddress, Stored),
) -> Activity {
    let of = campaign.map_or(activity::Message::Direct, activity::Message::Campaign);
    let is_plain = message.html.is_empty();
    Activity {
        time: message.time,
        message: Some(of),
        what: What::Sent,
        address: address.clone(),
        contact: Some(contact),
        email_type: if is_plain { EmailType::PlainText } else { EmailType::Html },
        tag: id.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::activity::Message as Of;
    use crate::domain::campaign::NewMailing;
    use crate::domain::outbox::Attachment;
    use crate::domain::placeholder::Placeholders;
    use crate::domain::testing::{account, address, context, refusal, with_field};
    use crate::domain::{Event, Filter, Page};

    fn mailbox(text: &str) -> Mailbox {
        address(text).into()
    }

    async fn sent_of(account: Account<'_>, message: Of) -> u64 {
        account.activities().stats(message, None, None).await.unwrap().total().sent
    }

    #[tokio::test]
    async fn a_message_to_many_is_one_entry_and_recorded_for_each_of_them_once() {
        let context = context().await;
        let account = account(&context, "one").await;
        let attachment = Attachment::new("a.txt".to_owned(), "text/plain".to_owned(), "Hi".into());
        let mail = DirectMail {
            to: vec![mailbox("a@b.example"), mailbox("b@b.example"), mailbox("A@b.example")],
            bcc: vec![mailbox("c@b.example")],
            subject: "Order".to_owned(),
            plain: "Hi".to_owned(),
            extras: Extras { attachments: vec![attachment.clone()], ..Extras::default() },
            ..DirectMail::default()
        };
        let done = account.direct().send(&mail).await.unwrap();
        assert_eq!(done.left_out, []);
        let message = account.outbox().get(done.message).await.unwrap();
        assert_eq!((message.origin, message.plain.as_str()), (Origin::Direct(None), "Hi"));
        assert_eq!(message.extras.attachments, [attachment]);
        let others = message.extras.carbons.iter().map(|one| (one.kind, one.address.as_str()));
        let others: Vec<_> = others.collect();
        assert_eq!(others, [(CarbonKind::To, "b@b.example"), (CarbonKind::Bcc, "c@b.example")]);
        assert_eq!(sent_of(account, Of::Direct).await, 3);
        let contacts = account.contacts().page(Filter::All, Page::first()).await.unwrap();
        assert!(contacts.is_empty(), "recipients are no subscribers");
        assert_eq!(crate::domain::check::check(&context).await.unwrap(), []);
    }

    #[tokio::test]
    async fn whoever_bounced_for_good_is_left_out_and_alone_refused() {
        let context = context().await;
        let account = account(&context, "one").await;
        let line = r#"{"account":"one","type":"bounced","class":"hard","email":"a@b.example"}"#;
        context.events().record(&Event::from_json(line).unwrap()).await.unwrap();
        let mail = DirectMail { to: vec![mailbox("a@b.example")], ..DirectMail::default() };
        assert_eq!(refusal(account.direct().send(&mail).await), Refusal::ContactSuppressed);
        let mail = DirectMail { to: vec![mailbox("a@b.example"), mailbox("b@b.example")], ..mail };
        let done = account.direct().send(&mail).await.unwrap();
        assert_eq!(done.left_out, [address("a@b.example")]);
        let recipient = account.outbox().get(done.message).await.unwrap().recipient.unwrap();
        assert_eq!(recipient.address, "b@b.example");
        let nobody = account.direct().send(&DirectMail::default()).await;
        assert_eq!(refusal(nobody), Refusal::ParameterInvalid { parameter: "to" });
    }

    #[tokio::test]
    async fn a_campaigns_content_is_filled_for_the_first_recipient_and_counted_for_the_campaign() {
        let context = context().await;
        let account = account(&context, "one").await;
        account.contacts().create(with_field("a@b.example", "FIRSTNAME", "Ann")).await.unwrap();
        let new = NewMailing {
            subject: "Order @NUMBER@".to_owned(),
            html: "<p>@FIRSTNAME@ @EMAIL@ @NOTHING@</p>".to_owned(),
            placeholders: Placeholders::AtSigns,
            ..NewMailing::default()
        };
        let campaign = account.campaigns().compose(&new).await.unwrap().campaign.id;
        let mail = DirectMail { to: vec![mailbox("a@b.example")], ..DirectMail::default() };
        let values = [("number".to_owned(), "7".to_owned())];
        let done = account.direct().send_campaign(campaign, &mail, &values).await.unwrap();
        let message = account.outbox().get(done.message).await.unwrap();
        assert_eq!(message.subject, "Order 7");
        assert_eq!(message.html, "<p>Ann a@b.example </p>");
        assert_eq!(sent_of(account, Of::Campaign(campaign)).await, 1);
        assert_eq!(sent_of(account, Of::Direct).await, 0);
        account.campaigns().delete(campaign).await.unwrap();
        assert_eq!(account.outbox().get(done.message).await.unwrap().subject, "Order 7");
    }
}
