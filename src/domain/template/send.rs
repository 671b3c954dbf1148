//! Sending a template to one address: into the outbox.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::smarty::{self, Surroundings, Value};
use super::{Edition, Purpose, Template, Templates, Version};
use crate::domain::activity::{self, Activity, What};
use crate::domain::address::EmailAddress;
use crate::domain::contact::{ContactStatus, EmailType};
use crate::domain::contact_record::ContactRecord;
use crate::domain::contact_store::Stored;
use crate::domain::edit::Edit;
use crate::domain::error::{Refusal, Result};
use crate::domain::external_id::ExternalId;
use crate::domain::ids::{ContactId, MessageId, TemplateId};
use crate::domain::long_text::MAX_TEXT_BYTES;
use crate::domain::outbox::{Extras, Message, Origin, Recipient};
use crate::domain::suppression::Suppression;

/// Which bodies a recipient gets.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Preference {
    /// Both, as alternatives.
    #[default]
    Mime,
    Html,
    Plain,
}

/// A message to one address.
#[derive(Clone)]
pub struct Send {
    pub template: TemplateId,
    pub edition: Edition,
    pub address: EmailAddress,
    /// With it the contact must be the address's; one who has none yet gets it.
    pub external_id: Option<ExternalId>,
    /// The name beside the address.
    pub name: Option<String>,
    /// Instead of the template's own.
    pub subject: Option<String>,
    pub from_description: Option<String>,
    pub from_email: Option<String>,
    pub reply_email: Option<String>,
    pub preference: Preference,
    /// Refuse one who has opted out.
    pub heeds_opt_out: bool,
    /// Subscribe one who only got transactional messages so far, or nothing.
    pub subscribes: bool,
    /// By name, in any case.
    pub variables: Vec<(String, Value)>,
    /// Where dates are shown.
    pub zone: TimeZone,
}

impl std::fmt::Debug for Send {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Send").field("template", &self.template).finish_non_exhaustive()
    }
}

impl Send {
    /// The live version with nothing special.
    pub fn new(template: TemplateId, address: EmailAddress) -> Self {
        Self {
            template,
            edition: Edition::Live,
            address,
            external_id: None,
            name: None,
            subject: None,
            from_description: None,
            from_email: None,
            reply_email: None,
            preference: Preference::Mime,
            heeds_opt_out: false,
            subscribes: false,
            variables: Vec::new(),
            zone: TimeZone::UTC,
        }
    }
}

/// What was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sent {
    pub message: MessageId,
    /// `None` for a test, which makes nobody a contact.
    pub contact: Option<ContactId>,
}

impl<'a> Templates<'a> {
    /// Renders a transactional template and puts the message into the outbox.
    ///
    /// The live version is recorded as sent, and an unknown address becomes a contact that only
    /// gets transactional messages. The test version leaves no trace but its outbox entry.
    ///
    /// [`Refusal::TemplateNotFound`], [`Refusal::TemplateInactive`], [`Refusal::TextTooLong`];
    /// [`Refusal::RecipientInvalid`] for an address that bounced for good,
    /// [`Refusal::ContactSuppressed`] for one on the store-wide list or one who has opted out and
    /// is to be heeded, [`Refusal::ExternalIdInUse`].
    pub async fn send(self, send: &Send) -> Result<Sent> {
        let template = self.get(send.template, send.edition).await?;
        if template.head.purpose != Purpose::Transactional {
            return Err(Refusal::TemplateNotFound.into());
        }
        if !template.head.active {
            return Err(Refusal::TemplateInactive.into());
        }
        let now = self.account.context.clock.now();
        let message = self.rendered(send, &template, now)?;
        self.account.change("send a message", |edit| self.send_once(edit, send, &message)).await
    }

    /// Puts the welcome message for `trigger`, or the default one for none, into the outbox of one
    /// who has subscribed. `None` when the account has no such message, or may not send it.
    pub async fn send_welcome(
        self,
        address: &EmailAddress,
        trigger: Option<&str>,
        variables: Vec<(String, Value)>,
        zone: TimeZone,
    ) -> Result<Option<Sent>> {
        let Some(id) = self.welcome(trigger).await? else { return Ok(None) };
        let template = self.get(id, Edition::Live).await?;
        let Purpose::Welcome(welcome) = &template.head.purpose else { return Ok(None) };
        let delay = SignedDuration::from_hours(i64::from(welcome.delay_hours));
        let now = self.account.context.clock.now();
        let due = now.checked_add(delay).unwrap_or(now);
        let send = Send { heeds_opt_out: true, variables, zone, ..Send::new(id, address.clone()) };
        let message = self.rendered(&send, &template, due)?;
        let sent = self
            .account
            .change("send a welcome message", |edit| self.send_once(edit, &send, &message));
        match sent.await {
            Ok(sent) => Ok(Some(sent)),
            Err(crate::domain::Error::Refused(
                Refusal::RecipientInvalid | Refusal::ContactSuppressed,
            )) => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn rendered(self, send: &Send, template: &Template, time: Timestamp) -> Result<Message> {
        let mut surroundings =
            Surroundings::new(self.account.context.clock.now(), send.zone.clone());
        for (name, value) in &send.variables {
            surroundings.assign(name, value.clone());
        }
        let too_long = |_| Refusal::TextTooLong { limit_bytes: MAX_TEXT_BYTES };
        let render = |text: &str| smarty::render(text, &surroundings).map_err(too_long);
        let Version { subject, from_description, from_email, reply_email, html, plain, .. } =
            &template.version;
        let line = |over: &Option<String>, own: &str| render(over.as_deref().unwrap_or(own));
        let message = Message {
            origin: Origin::Template(template.head.id, send.edition),
            recipient: Some(Recipient {
                address: send.address.as_given().to_owned(),
                name: send.name.clone().unwrap_or_default(),
                contact: None,
            }),
            subject: line(&send.subject, subject)?,
            from_description: line(&send.from_description, from_description)?,
            from_email: line(&send.from_email, from_email)?,
            reply_email: line(&send.reply_email, reply_email)?,
            html: if send.preference == Preference::Plain { String::new() } else { render(html)? },
            plain: if send.preference == Preference::Html { String::new() } else { render(plain)? },
            time,
            extras: Extras::default(),
        };
        message.ensure_storable()?;
        Ok(message)
    }

    async fn send_once(
        self,
        mut edit: Edit<'a>,
        send: &Send,
        message: &Message,
    ) -> Result<(Edit<'a>, Sent)> {
        let compared = [send.address.as_compared()];
        let suppressed = self.account.suppressions().judge(&compared).await?;
        if suppressed.first() == Some(&Some(Suppression::Global)) {
            return Err(Refusal::ContactSuppressed.into());
        }
        let known = edit.resolve(&compared).await?.pop().flatten();
        if let Some((_, record)) = &known {
            ensure_sendable(record, send.heeds_opt_out)?;
        }
        if send.edition == Edition::Test {
            let message = self.account.outbox().put(&mut edit, message)?;
            return Ok((edit, Sent { message, contact: None }));
        }
        let contact = self.recipient(&mut edit, send).await?.0;
        let mut message = message.clone();
        if let Some(recipient) = &mut message.recipient {
            recipient.contact = Some(contact);
        }
        let id = self.account.outbox().put(&mut edit, &message)?;
        let activity = Activity {
            time: message.time,
            message: Some(activity::Message::Template(send.template)),
            what: What::Sent,
            address: send.address.clone(),
            contact: Some(contact),
            email_type: if message.html.is_empty() {
                EmailType::PlainText
            } else {
                EmailType::Html
            },
            tag: id.0,
        };
        self.account.activities().record(&mut edit, &[activity]).await?;
        Ok((edit, Sent { message: id, contact: Some(contact) }))
    }

    async fn recipient(self, edit: &mut Edit<'a>, send: &Send) -> Result<Stored> {
        let contacts = self.account.contacts();
        let (id, old) = contacts.recipient(edit, &send.address, send.external_id.as_ref()).await?;
        if !send.subscribes || !old.transactional_only || old.status.suppresses() {
            return Ok((id, old));
        }
        let mut record = old.clone();
        record.transactional_only = false;
        record.turn(old.status, old.status_since, self.account.context.clock.now());
        edit.update_contact(id, &old, &record)?;
        Ok((id, record))
    }
}

/// Bounced for good stays bounced for good, whatever else is asked.
pub(in crate::domain) fn ensure_sendable(
    record: &ContactRecord,
    heeds_opt_out: bool,
) -> Result<(), Refusal> {
    let is_bad = matches!(record.status, ContactStatus::HardBounced | ContactStatus::NoMxRecord);
    if record.hard_bounced || is_bad {
        return Err(Refusal::RecipientInvalid);
    }
    let soft = record.status == ContactStatus::SoftBounced;
    if heeds_opt_out && record.status.suppresses() && !soft {
        return Err(Refusal::ContactSuppressed);
    }
    if record.status == ContactStatus::SharedSuppression {
        return Err(Refusal::ContactSuppressed);
    }
    Ok(())
}
