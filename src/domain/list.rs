//! Lists (address books) and who is in them.

use jiff::Timestamp;

use super::context::Account;
use super::data_field::Visibility;
use super::error::{Refusal, Result};
use super::ids::{CampaignId, ContactId, ListId};
use super::paging::Page;

/// Longest name of a list, in characters.
pub const MAX_NAME_CHARS: usize = 128;

/// The list that holds every contact who is not suppressed; nobody can write to it.
pub const ALL_CONTACTS: ListId = ListId(1);
/// The list for test sends; it exists from the start and is not written through an API.
pub const TEST: ListId = ListId(2);

/// A list as callers see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct List {
    pub id: ListId,
    pub name: String,
    pub visibility: Visibility,
    /// Members who are subscribed, to the list and to the account.
    pub contacts: u32,
    pub created: Timestamp,
    pub modified: Timestamp,
}

/// A list to be created, or what an existing one shall be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewList {
    pub name: String,
    pub visibility: Visibility,
}

/// An account's lists.
#[derive(Debug, Clone, Copy)]
pub struct Lists<'a> {
    pub(super) account: Account<'a>,
}

impl Lists<'_> {
    pub async fn get(&self, id: ListId) -> Result<List> {
        let _ = id;
        Err(Refusal::Unavailable.into())
    }

    pub async fn page(&self, page: Page) -> Result<Vec<List>> {
        let _ = page;
        Err(Refusal::Unavailable.into())
    }

    pub async fn create(&self, new: NewList) -> Result<List> {
        let _ = new;
        Err(Refusal::Unavailable.into())
    }

    pub async fn update(&self, id: ListId, new: NewList) -> Result<List> {
        let _ = (id, new);
        Err(Refusal::Unavailable.into())
    }

    /// Deletes the list, not its contacts. Refused while an unsent campaign or a segment names it.
    pub async fn delete(&self, id: ListId) -> Result<()> {
        let _ = id;
        Err(Refusal::Unavailable.into())
    }

    /// The lists that a contact is subscribed to.
    pub async fn for_contact(&self, contact: ContactId, page: Page) -> Result<Vec<List>> {
        let _ = (contact, page);
        Err(Refusal::Unavailable.into())
    }

    /// The lists that a campaign was ever sent to.
    pub async fn for_campaign(&self, campaign: CampaignId, page: Page) -> Result<Vec<List>> {
        let _ = (campaign, page);
        Err(Refusal::Unavailable.into())
    }

    /// [`List::contacts`] of one list.
    pub async fn contact_count(&self, id: ListId) -> Result<u32> {
        Ok(self.get(id).await?.contacts)
    }
}
