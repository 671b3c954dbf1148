//! What events make of one address.

use jiff::Timestamp;

use super::{Event, EventKind};
use crate::domain::account_settings::BounceRules;
use crate::domain::activity::{Activity, Message};
use crate::domain::address::EmailAddress;
use crate::domain::contact::EmailType;
use crate::domain::contact_record::ContactRecord;
use crate::domain::contact_store::Stored;
use crate::domain::edit::Edit;
use crate::domain::error::Refusal;
use crate::domain::ids::ContactId;

/// An address, its contact before some events and behind them.
#[derive(Debug)]
pub struct Person {
    address: EmailAddress,
    before: Option<Stored>,
    after: Option<ContactRecord>,
    id: Option<ContactId>,
}

/// A contact with what it was and what it becomes.
pub type Turn = (ContactId, ContactRecord, ContactRecord);

impl Person {
    pub fn new(address: EmailAddress, before: Option<Stored>) -> Self {
        let after = before.as_ref().map(|(_, record)| record.clone());
        let id = before.as_ref().map(|(id, _)| *id);
        Self { address, before, after, id }
    }

    /// Takes the next event.
    ///
    /// An address that nobody has becomes a contact when the event is about a template's message
    /// or a direct one, a transactional recipient, or when it suppresses, so that a later import refuses it. That a
    /// campaign's message arrived makes nobody a subscriber.
    pub fn take(&mut self, event: &Event, rules: BounceRules, now: Timestamp) {
        let at = event.time.unwrap_or(now);
        let of_template = matches!(event.message, Some(Message::Template(_) | Message::Direct));
        if self.after.is_none() && (of_template || event.kind.status().is_some()) {
            let mut record = ContactRecord::new(&self.address, now);
            record.transactional_only = of_template;
            self.after = Some(record);
        }
        let Some(record) = &mut self.after else { return };
        match (&event.kind, event.kind.status()) {
            (EventKind::Bounced { class, .. }, _) => record.bounce(*class, rules, at, now),
            (_, Some(status)) => record.turn_to_graver(status, at, now),
            (_, None) => record.arrive(at, now),
        }
    }

    /// Puts a new contact into `edit`, and says what becomes of one who is stored.
    pub fn write(&mut self, edit: &mut Edit<'_>) -> Result<Option<Turn>, Refusal> {
        let Some(after) = &self.after else { return Ok(None) };
        let Some((id, before)) = &self.before else {
            self.id = Some(edit.insert_contact(after)?);
            return Ok(None);
        };
        if before == after {
            return Ok(None);
        }
        // Refused for this one alone rather than for all that are turned with it.
        after.encode()?;
        Ok(Some((*id, before.clone(), after.clone())))
    }

    /// What is kept of an event that was taken.
    pub fn activity(&self, event: &Event, now: Timestamp) -> Option<Activity> {
        Some(Activity {
            time: event.time.unwrap_or(now),
            message: event.message,
            what: event.kind.what()?,
            address: self.address.clone(),
            contact: self.id,
            email_type: self.after.as_ref().map_or(EmailType::Html, |record| record.email_type),
            tag: event.key.tag(),
        })
    }
}
