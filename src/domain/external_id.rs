//! External ids: what another system calls a contact, and the index from them to contacts.

use serde::{Deserialize, Serialize};

use super::address::EmailAddress;
use super::contact_store::{ContactStore, Stored};
use super::contacts::Contacts;
use super::error::{Error, Refusal, Result};
use super::holders::read;
use crate::store::Table;

/// Longest external id, in characters, as Empower documents it.
pub const MAX_EXTERNAL_ID_CHARS: usize = 64;

/// What another system calls a contact. Compared as it is, but for white space around it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ExternalId(String);

impl ExternalId {
    /// At least one and at most [`MAX_EXTERNAL_ID_CHARS`] characters, none of them a control.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        let text = text.trim();
        let fits = !text.is_empty()
            && text.chars().count() <= MAX_EXTERNAL_ID_CHARS
            && !text.chars().any(char::is_control);
        if !fits {
            return Err(Refusal::ParameterInvalid { parameter: "external id" });
        }
        Ok(Self(text.to_owned()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for ExternalId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ExternalId(redacted)")
    }
}

impl ContactStore<'_> {
    /// The contact with this external id, whatever its status.
    pub async fn find_external(&self, id: &ExternalId) -> Result<Option<Stored>> {
        let account = self.account;
        let store = &*account.context.store;
        let found = read(store, Table::ExternalId, account.id, id.as_str())
            .await
            .map_err(|error| Error::store("look up an external id", error))?;
        let Some(contact) = found else { return Ok(None) };
        let record = self.load(&[contact]).await?.pop().flatten();
        Ok(record.map(|record| (contact, record)))
    }
}

impl Contacts<'_> {
    /// The address of the contact with this external id, whatever its status. With `address` both
    /// must match.
    pub async fn address_of(
        self,
        address: Option<&EmailAddress>,
        external_id: &ExternalId,
    ) -> Result<Option<EmailAddress>> {
        let found = self.account.contact_store().find_external(external_id).await?;
        let found = found.map(|(_, record)| EmailAddress::stored(record.address));
        let matches = |found: &EmailAddress| {
            address.is_none_or(|address| address.as_compared() == found.as_compared())
        };
        Ok(found.filter(matches))
    }
}
