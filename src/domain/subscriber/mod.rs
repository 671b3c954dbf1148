//! One edit of a subscriber that says everything at once: who, what, which lists, in or out.
//!
//! [`Contacts::manage`] adds, updates, opts out or removes a contact in one commit. Whom it is about
//! is told by the address, by an external id, or by both, which then must agree. An opt-out is
//! undone by subscribing again, but for one who asks to heed it; graver reasons stay whatever is
//! asked.

mod identity;
mod known;
mod lists;

pub use known::{Known, Who};

use super::address::EmailAddress;
use super::contact::{Contact, ContactStatus, EmailType, OptIn};
use super::contact_record::ContactRecord;
use super::contact_store::Stored;
use super::contacts::{Contacts, present};
use super::data_field::Schema;
use super::edit::Edit;
use super::error::{Refusal, Result};
use super::external_id::ExternalId;
use super::ids::{ContactId, FieldId, ListId};
use super::value::FieldValue;

/// Everything that one call says of one subscriber.
#[derive(Clone, Default)]
pub struct SubscriberEdit {
    /// With `external_id`, whom it is about. One of the two is needed.
    pub address: Option<EmailAddress>,
    pub external_id: Option<ExternalId>,
    pub new_address: Option<EmailAddress>,
    pub new_external_id: Option<ExternalId>,
    /// `None` keeps what is stored.
    pub email_type: Option<EmailType>,
    /// Fields that are not named keep their values.
    pub values: Vec<(FieldRef, NewValue)>,
    pub lists: ListEdit,
    pub intent: Intent,
}

impl std::fmt::Debug for SubscriberEdit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SubscriberEdit").field("intent", &self.intent).finish_non_exhaustive()
    }
}

/// Which data field a value is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FieldRef {
    /// A text field of this name, which is made when the account has none.
    Made(&'static str),
    /// A field that the account has; a value for one that it has not is passed over.
    Existing(FieldId),
}

/// What becomes of a field's value.
#[derive(Clone, PartialEq, Eq)]
pub enum NewValue {
    Clear,
    /// Read as the field's type wants it.
    Text(String),
}

impl std::fmt::Debug for NewValue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("NewValue(redacted)")
    }
}

/// Which lists the contact is in afterwards. Lists that do not exist, and those that nobody can
/// write to, are passed over.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ListEdit {
    pub join: Vec<ListId>,
    /// Wins over `join`.
    pub leave: Vec<ListId>,
    /// In these and in `join`, and in no others.
    pub only: Option<Vec<ListId>>,
}

/// What the edit is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Intent {
    Subscribe {
        /// A new contact, or one who comes back, is to confirm the subscription first.
        confirm: bool,
        /// Refuse one who is suppressed for whatever reason.
        heed_opt_out: bool,
    },
    /// Unsubscribe from the account; an unknown address becomes an unsubscribed contact.
    OptOut,
    /// Take the contact away, with lists and values. Of one who is suppressed the address stays
    /// with that reason, so that no opt-out is lost.
    Remove,
}

impl Default for Intent {
    fn default() -> Self {
        Self::Subscribe { confirm: false, heed_opt_out: false }
    }
}

/// How an edit ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edited {
    pub outcome: Outcome,
    pub id: ContactId,
    /// As it is now; for a removed contact as it was.
    pub contact: Contact,
    /// Whether the contact begins to be written to: new or come back.
    pub is_welcome: bool,
    /// Lists and fields that were named and do not exist.
    pub passed_over: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    Added,
    Updated,
    Removed,
}

impl<'a> Contacts<'a> {
    /// Brings a subscriber about as `asked` says.
    ///
    /// - [`Refusal::ContactMissing`]: neither an address nor an external id.
    /// - [`Refusal::ContactNotFound`]: nobody has the external id, or nobody has both.
    /// - [`Refusal::ContactSuppressed`]: the store or the account suppresses the new address, or an
    ///   opt-out is to be heeded.
    /// - [`Refusal::AddressInUse`], [`Refusal::ExternalIdInUse`]: somebody else has what is asked for.
    pub async fn manage(self, asked: &SubscriberEdit) -> Result<Edited> {
        self.account.change("edit a subscriber", |edit| self.manage_once(edit, asked)).await
    }

    async fn manage_once(
        self,
        mut edit: Edit<'a>,
        asked: &SubscriberEdit,
    ) -> Result<(Edit<'a>, Edited)> {
        let edited = self.manage_in(&mut edit, asked).await?;
        Ok((edit, edited))
    }

    /// [`Contacts::manage`] as a part of an edit.
    pub async fn manage_in(self, edit: &mut Edit<'a>, asked: &SubscriberEdit) -> Result<Edited> {
        let found = self.identify(edit, asked).await?;
        if asked.intent == Intent::Remove {
            return self.remove(edit, found.ok_or(Refusal::ContactNotFound)?).await;
        }
        let made = asked.values.iter().filter_map(|(field, _)| match field {
            FieldRef::Made(name) => Some(*name),
            FieldRef::Existing(_) => None,
        });
        let schema = self.account.fields().with_texts(edit, made).await?;
        let old = found.as_ref().map(|(_, old)| old);
        let mut record = self.renamed(edit, found.as_ref(), asked).await?;
        let unknown_fields = set_values(&mut record, &schema, asked)?;
        self.turn_as_asked(&mut record, old, asked.intent).await?;
        let id = match &found {
            Some((id, old)) => {
                edit.update_contact(*id, old, &record)?;
                *id
            }
            None => edit.insert_contact(&record)?,
        };
        let unknown_lists = self.edit_lists(edit, (id, old, &record), &asked.lists).await?;
        let was_listed = old.is_some_and(ContactRecord::is_listed);
        let was_subscriber = old.is_some_and(|old| !old.transactional_only);
        Ok(Edited {
            outcome: if was_subscriber { Outcome::Updated } else { Outcome::Added },
            id,
            is_welcome: !was_listed && record.status == ContactStatus::Subscribed,
            contact: present(&schema, id, record),
            passed_over: unknown_fields + unknown_lists,
        })
    }

    /// The status that `intent` leads to.
    async fn turn_as_asked(
        self,
        record: &mut ContactRecord,
        old: Option<&ContactRecord>,
        intent: Intent,
    ) -> Result<()> {
        let now = self.account.context.clock.now();
        let (confirm, heed_opt_out) = match intent {
            Intent::Subscribe { confirm, heed_opt_out } => (confirm, heed_opt_out),
            Intent::OptOut | Intent::Remove => {
                if record.status.yields_to(ContactStatus::Unsubscribed) {
                    record.turn(ContactStatus::Unsubscribed, now, now);
                }
                return Ok(());
            }
        };
        if heed_opt_out && record.status.suppresses() {
            return Err(Refusal::ContactSuppressed.into());
        }
        let is_new = old.is_none_or(|old| old.transactional_only);
        let begins = record.status == ContactStatus::Unsubscribed
            || is_new && record.status == ContactStatus::Subscribed;
        if !begins {
            return Ok(());
        }
        let compared = super::address::compared(&record.address);
        let judged = self.account.suppressions().judge(&[&*compared]).await?;
        if judged.into_iter().flatten().next().is_some() {
            return Err(Refusal::ContactSuppressed.into());
        }
        let status = if confirm { ContactStatus::PendingOptIn } else { ContactStatus::Subscribed };
        if confirm {
            record.opt_in = OptIn::Double;
        }
        if record.status != status {
            record.turn(status, now, now);
        }
        Ok(())
    }

    /// Takes the contact away; one who is suppressed keeps the address and the reason.
    async fn remove(self, edit: &mut Edit<'a>, found: Stored) -> Result<Edited> {
        let (id, old) = found;
        for list in self.lists_with_members().await? {
            if let Some(member) = edit.members(list, &[id]).await?.pop().flatten() {
                edit.set_member(list, id, Some(member), None);
            }
        }
        if old.status.suppresses() {
            edit.update_contact(id, &old, &self.bare(&old))?;
            edit.forget(id);
        } else {
            edit.delete_contact(id, &old);
        }
        let schema = self.account.fields().schema().await?;
        let contact = present(&schema, id, old);
        let outcome = Outcome::Removed;
        Ok(Edited { outcome, id, contact, is_welcome: false, passed_over: 0 })
    }

    /// What has to stay of a suppressed contact.
    pub(super) fn bare(self, old: &ContactRecord) -> ContactRecord {
        ContactRecord {
            fields: Vec::new(),
            external_id: None,
            phone: None,
            modified: self.account.context.clock.now(),
            ..old.clone()
        }
    }
}

/// Sets the values; answers how many are for fields that do not exist.
fn set_values(
    record: &mut ContactRecord,
    schema: &Schema,
    asked: &SubscriberEdit,
) -> Result<usize, Refusal> {
    record.email_type = asked.email_type.unwrap_or(record.email_type);
    let mut passed_over = 0;
    for (field, value) in &asked.values {
        let field = match field {
            FieldRef::Made(name) => schema.named(name),
            FieldRef::Existing(id) => schema.by_id(*id),
        };
        let Some(field) = field else {
            passed_over += 1;
            continue;
        };
        let value = match value {
            NewValue::Clear => None,
            NewValue::Text(text) => FieldValue::parse(field.kind, text)?,
        };
        record.set(field.id, value);
    }
    Ok(passed_over)
}

#[cfg(test)]
mod tests;
