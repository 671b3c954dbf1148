//! Contacts, addresses and members as they are stored, and edits of many of them at once.
//!
//! Single calls and the import pipeline share these: resolve addresses, load what is there, decide,
//! put the changes into one [`Edit`], commit it. Times are kept to the microsecond.

use std::collections::BTreeMap;

use bytes::Bytes;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::address::EmailAddress;
use super::contact::{ContactStatus, EmailType, OptIn};
use super::context::Account;
use super::error::{Refusal, Result};
use super::ids::{AccountId, ContactId, FieldId, ListId};
use super::membership::Membership;
use super::value::FieldValue;
use crate::store::{Batch, Durable, StoreError};

/// Largest stored contact, in bytes: a block with one such contact in it stays within a store's
/// largest value.
pub const MAX_CONTACT_BYTES: usize = 32 * 1024;

/// A contact as it is stored.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContactRecord {
    /// First, so that a scan can tell it without reading the rest.
    pub status: ContactStatus,
    pub opt_in: OptIn,
    pub email_type: EmailType,
    /// Number of the last import that wrote this contact; 0 for none. Imports count from 1.
    pub last_import: u32,
    #[serde(with = "jiff::fmt::serde::timestamp::microsecond::required")]
    pub created: Timestamp,
    #[serde(with = "jiff::fmt::serde::timestamp::microsecond::required")]
    pub modified: Timestamp,
    /// When `status` became what it is.
    #[serde(with = "jiff::fmt::serde::timestamp::microsecond::required")]
    pub status_since: Timestamp,
    /// The address as it was given.
    pub address: String,
    /// Ascending by field; a field without a value is not in it.
    pub fields: Vec<(FieldId, FieldValue)>,
}

impl std::fmt::Debug for ContactRecord {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ContactRecord(redacted)")
    }
}

impl ContactRecord {
    /// A subscribed contact with nothing but an address.
    pub fn new(address: &EmailAddress, now: Timestamp) -> Self {
        Self {
            status: ContactStatus::Subscribed,
            opt_in: OptIn::Unknown,
            email_type: EmailType::Html,
            last_import: 0,
            created: now,
            modified: now,
            status_since: now,
            address: address.as_given().to_owned(),
            fields: Vec::new(),
        }
    }

    /// Sets or, with `None`, clears a field's value.
    pub fn set(&mut self, field: FieldId, value: Option<FieldValue>) {
        let at = self.fields.binary_search_by_key(&field, |(id, _)| *id);
        match (at, value) {
            (Ok(at), Some(value)) => {
                if let Some(slot) = self.fields.get_mut(at) {
                    slot.1 = value;
                }
            }
            (Ok(at), None) => drop(self.fields.remove(at)),
            (Err(at), Some(value)) => self.fields.insert(at, (field, value)),
            (Err(_), None) => {}
        }
    }

    pub fn value(&self, field: FieldId) -> Option<&FieldValue> {
        let at = self.fields.binary_search_by_key(&field, |(id, _)| *id).ok()?;
        self.fields.get(at).map(|(_, value)| value)
    }
}

/// A stored contact with its id.
pub type Stored = (ContactId, ContactRecord);

/// Reads and writes an account's contacts, addresses and members.
#[derive(Debug, Clone, Copy)]
pub struct ContactStore<'a> {
    pub(super) account: Account<'a>,
}

impl ContactStore<'_> {
    /// The contact with this address, whatever its status.
    pub async fn find(&self, address: &EmailAddress) -> Result<Option<Stored>> {
        Ok(self.resolve(&[address.as_compared()]).await?.pop().flatten())
    }

    /// The contacts with these addresses (as compared), in the same order; one pass for all.
    pub async fn resolve(&self, addresses: &[&str]) -> Result<Vec<Option<Stored>>> {
        let _ = addresses;
        Err(Refusal::Unavailable.into())
    }

    /// The contacts with these ids, in the same order.
    pub async fn load(&self, ids: &[ContactId]) -> Result<Vec<Option<ContactRecord>>> {
        let _ = ids;
        Err(Refusal::Unavailable.into())
    }

    /// The memberships of these contacts in `list`, in the same order.
    pub async fn members(
        &self,
        list: ListId,
        ids: &[ContactId],
    ) -> Result<Vec<Option<Membership>>> {
        let _ = (list, ids);
        Err(Refusal::Unavailable.into())
    }

    /// An empty edit on the account's counters as they are now. Take the account's gate first.
    pub async fn edit(&self) -> Result<Edit> {
        Err(Refusal::Unavailable.into())
    }

    /// Commits everything in `edit` or, with [`StoreError::Conflict`], nothing. Release the gate,
    /// then wait for the [`Durable`].
    pub async fn apply(&self, edit: Edit) -> Result<Durable, StoreError> {
        let _ = edit;
        Err(StoreError::Closed)
    }
}

/// Changes of one account that are committed together.
#[derive(Debug)]
pub struct Edit {
    pub account: AccountId,
    /// Further conditions and writes, such as an import's cursor.
    pub batch: Batch,
    contacts: Vec<(ContactId, Option<Bytes>)>,
    members: BTreeMap<ListId, Vec<(ContactId, Option<Membership>)>>,
}

impl Edit {
    /// Adds a contact, its address and its count. [`Refusal::ContactLimit`] when the account is
    /// full, [`Refusal::DataFieldValueTooLong`] past [`MAX_CONTACT_BYTES`]. The caller has resolved
    /// the address.
    pub fn insert_contact(&mut self, record: &ContactRecord) -> Result<ContactId, Refusal> {
        let _ = (record, &mut self.contacts);
        Err(Refusal::Unavailable)
    }

    /// Puts `new` in the place of `old`; counts and the address index follow. Memberships do not:
    /// a change of status goes through [`super::Contacts`].
    pub fn update_contact(
        &mut self,
        id: ContactId,
        old: &ContactRecord,
        new: &ContactRecord,
    ) -> Result<(), Refusal> {
        let _ = (id, old, new);
        Err(Refusal::Unavailable)
    }

    /// Puts a membership in the place of what was there; the list's count follows.
    pub fn set_member(
        &mut self,
        list: ListId,
        contact: ContactId,
        old: Option<Membership>,
        new: Option<Membership>,
    ) {
        let _ = (list, contact, old, new, &mut self.members);
    }

    /// The next import's number; imports count from 1.
    pub fn next_import_number(&mut self) -> u32 {
        0
    }
}
