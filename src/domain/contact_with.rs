//! Contacts with what they consented to and what they chose, written in one commit.

use std::collections::BTreeMap;

use super::address::EmailAddress;
use super::consent::{Consent, NewConsent};
use super::contact::{Contact, NewContact};
use super::contacts::{Contacts, present};
use super::data_field::Schema;
use super::edit::Edit;
use super::error::Result;
use super::ids::ContactId;
use super::preference::Choice;

/// A contact as a caller gives it, with its consents and choices.
#[derive(Debug, Clone)]
pub struct NewContactWith {
    pub contact: NewContact,
    /// Added to those that are recorded already.
    pub consents: Vec<NewConsent>,
    /// Of several choices of one preference the last one counts.
    pub choices: Vec<Choice>,
}

/// A contact with all of its consents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContactWith {
    pub contact: Contact,
    pub consents: Vec<Consent>,
}

impl<'a> Contacts<'a> {
    /// As [`Contacts::create`], refused also as consents and choices are; then nothing is written.
    pub async fn create_with(self, new: NewContactWith) -> Result<Contact> {
        let schema = self.account.fields().schema().await?;
        self.account
            .change("create a contact", |edit| self.create_with_once(edit, &schema, &new))
            .await
    }

    async fn create_with_once(
        self,
        mut edit: Edit<'a>,
        schema: &Schema,
        new: &NewContactWith,
    ) -> Result<(Edit<'a>, Contact)> {
        let (id, record) = self.put(&mut edit, schema, &new.contact).await?;
        self.put_with(&mut edit, id, new).await?;
        Ok((edit, present(schema, id, record)))
    }

    /// As [`Contacts::update`], refused also as consents and choices are; then nothing is written.
    pub async fn update_with(self, id: ContactId, new: NewContactWith) -> Result<Contact> {
        let schema = self.account.fields().schema().await?;
        self.account
            .change("update a contact", |edit| self.update_with_once(edit, &schema, id, &new))
            .await
    }

    async fn update_with_once(
        self,
        edit: Edit<'a>,
        schema: &Schema,
        id: ContactId,
        new: &NewContactWith,
    ) -> Result<(Edit<'a>, Contact)> {
        let (mut edit, contact) = self.update_once(edit, schema, id, &new.contact).await?;
        self.put_with(&mut edit, id, new).await?;
        Ok((edit, contact))
    }

    async fn put_with(
        self,
        edit: &mut Edit<'a>,
        id: ContactId,
        new: &NewContactWith,
    ) -> Result<()> {
        let given = BTreeMap::from([(id, new.consents.clone())]);
        self.account.consents().put(edit, &given).await?;
        self.account.preferences().put_all(edit, id, &new.choices).await
    }

    /// As [`Contacts::get`].
    pub async fn get_with_consents(self, id: ContactId) -> Result<ContactWith> {
        self.with_consents(self.get(id).await?).await
    }

    /// As [`Contacts::get_by_address`].
    pub async fn get_by_address_with_consents(self, address: &EmailAddress) -> Result<ContactWith> {
        self.with_consents(self.get_by_address(address).await?).await
    }

    async fn with_consents(self, contact: Contact) -> Result<ContactWith> {
        let consents = self.account.consents().of_contact(contact.id).await?;
        Ok(ContactWith { contact, consents })
    }
}
