//! A contact as it is stored.

use bytes::Bytes;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::address::EmailAddress;
use super::contact::{ContactStatus, EmailType, OptIn};
use super::error::Refusal;
use super::ids::FieldId;
use super::value::FieldValue;
use crate::store::record::{damaged, split_version};
use crate::store::{StoreError, Table};

/// Largest stored contact, in bytes: a block with one such contact in it stays well within a
/// store's largest value. With 250 fields of ordinary length a contact has about 8 KiB.
pub const MAX_CONTACT_BYTES: usize = 32 * 1024;

/// The format of an entry: postcard cannot tell one form from another, so a byte in front does.
const VERSION: u8 = 1;

/// A contact as it is stored. Times are kept to the microsecond.
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

    /// The status from `at` on.
    pub fn turn(&mut self, status: ContactStatus, at: Timestamp, now: Timestamp) {
        self.status = status;
        self.status_since = at;
        self.modified = now;
    }

    /// The stored form. [`Refusal::DataFieldValueTooLong`] past [`MAX_CONTACT_BYTES`].
    pub fn encode(&self) -> Result<Bytes, Refusal> {
        let mut bytes = Vec::with_capacity(48 + self.address.len() + self.fields.len() * 16);
        bytes.push(VERSION);
        // Writing to a vector cannot fail, and every part has a form in postcard.
        let bytes = postcard::to_extend(self, bytes).map_err(|_| Refusal::DataFieldValueTooLong)?;
        if bytes.len() > MAX_CONTACT_BYTES {
            return Err(Refusal::DataFieldValueTooLong);
        }
        Ok(bytes.into())
    }

    pub fn decode(bytes: &[u8]) -> Result<Self, StoreError> {
        let body = body(bytes)?;
        postcard::from_bytes(body).map_err(|error| damaged(Table::Contact, &error.to_string()))
    }

    /// The status in a stored contact, without a look at the rest.
    pub fn status_of(bytes: &[u8]) -> Result<ContactStatus, StoreError> {
        let (status, _) = postcard::take_from_bytes(body(bytes)?)
            .map_err(|error| damaged(Table::Contact, &error.to_string()))?;
        Ok(status)
    }

    /// Whether this contact has the address that is compared as `compared`.
    pub fn has_address(&self, compared: &str) -> bool {
        if self.address.is_ascii() {
            return self.address.eq_ignore_ascii_case(compared);
        }
        self.address.to_lowercase() == compared
    }
}

fn body(bytes: &[u8]) -> Result<&[u8], StoreError> {
    let (version, body) = split_version(Table::Contact, VERSION, bytes)?;
    match version {
        VERSION => Ok(body),
        _ => Err(damaged(Table::Contact, "a contact has a format that never was")),
    }
}
