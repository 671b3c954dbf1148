//! What can be done with contacts.

use jiff::Timestamp;

use super::address::EmailAddress;
use super::contact::{
    Contact, ContactStatus, NewContact, Resubscribed, Resubscription, SuppressedContact,
};
use super::context::Account;
use super::error::{Refusal, Result};
use super::ids::{ContactId, ListId};
use super::paging::{Filter, Page};

/// An account's contacts.
///
/// Listings and [`Contacts::get`] leave suppressed contacts out ("Unsubscribed or suppressed
/// contacts will not be retrieved", says the vendor's WSDL); [`Contacts::get_by_address`] finds
/// them with their status. Deleting one is refused as not found, so that an opt-out is never lost.
#[derive(Debug, Clone, Copy)]
pub struct Contacts<'a> {
    pub(super) account: Account<'a>,
}

impl Contacts<'_> {
    /// Creates the contact, or updates the one that has this address, as clients in the wild
    /// rely on. A suppressed one is refused.
    pub async fn create(&self, new: NewContact) -> Result<Contact> {
        let _ = new;
        Err(Refusal::Unavailable.into())
    }

    /// Updates a contact by id; its address may change to one that no other contact has.
    pub async fn update(&self, id: ContactId, new: NewContact) -> Result<Contact> {
        let _ = (id, new);
        Err(Refusal::Unavailable.into())
    }

    /// A contact who is not suppressed.
    pub async fn get(&self, id: ContactId) -> Result<Contact> {
        let _ = id;
        Err(Refusal::Unavailable.into())
    }

    /// A contact of any status.
    pub async fn get_by_address(&self, address: &EmailAddress) -> Result<Contact> {
        let _ = address;
        Err(Refusal::Unavailable.into())
    }

    /// The status alone, of a contact of any status.
    pub async fn status_by_address(&self, address: &EmailAddress) -> Result<ContactStatus> {
        Ok(self.get_by_address(address).await?.status)
    }

    pub async fn page(&self, filter: Filter, page: Page) -> Result<Vec<Contact>> {
        let _ = (filter, page);
        Err(Refusal::Unavailable.into())
    }

    pub async fn page_in_list(
        &self,
        list: ListId,
        filter: Filter,
        page: Page,
    ) -> Result<Vec<Contact>> {
        let _ = (list, filter, page);
        Err(Refusal::Unavailable.into())
    }

    /// [`Contacts::create`], then joins the list.
    pub async fn add_to_list(&self, list: ListId, new: NewContact) -> Result<Contact> {
        let _ = (list, new);
        Err(Refusal::Unavailable.into())
    }

    /// Deletes a contact who is not suppressed, with its memberships.
    pub async fn delete(&self, id: ContactId) -> Result<()> {
        let _ = id;
        Err(Refusal::Unavailable.into())
    }

    /// Takes a subscribed member off the list.
    pub async fn remove_from_list(&self, list: ListId, id: ContactId) -> Result<()> {
        let _ = (list, id);
        Err(Refusal::Unavailable.into())
    }

    /// Takes those of `ids` off the list who are on it; others are passed over.
    pub async fn remove_many_from_list(&self, list: ListId, ids: &[ContactId]) -> Result<()> {
        let _ = (list, ids);
        Err(Refusal::Unavailable.into())
    }

    /// Takes everybody off the list; who unsubscribed from it stays unsubscribed.
    pub async fn empty_list(&self, list: ListId) -> Result<()> {
        let _ = list;
        Err(Refusal::Unavailable.into())
    }

    /// Unsubscribes from the account. An address that nobody has becomes an unsubscribed contact:
    /// an opt-out must not be lost because it came first.
    pub async fn unsubscribe(&self, contact: NewContact) -> Result<SuppressedContact> {
        let _ = contact;
        Err(Refusal::Unavailable.into())
    }

    /// Unsubscribes an existing contact from one list, whether or not it is in it.
    pub async fn unsubscribe_from_list(
        &self,
        list: ListId,
        contact: NewContact,
    ) -> Result<SuppressedContact> {
        let _ = (list, contact);
        Err(Refusal::Unavailable.into())
    }

    /// Takes an unsubscribed contact back. [`Refusal::ResubscriptionInvalid`] for one who is
    /// subscribed.
    pub async fn resubscribe(&self, asked: Resubscription) -> Result<Resubscribed> {
        let _ = asked;
        Err(Refusal::Unavailable.into())
    }

    /// [`Contacts::resubscribe`] where needed, then joins the list again.
    pub async fn resubscribe_to_list(
        &self,
        list: ListId,
        asked: Resubscription,
    ) -> Result<Resubscribed> {
        let _ = (list, asked);
        Err(Refusal::Unavailable.into())
    }

    /// Contacts suppressed for any reason, unsubscribed ones among them.
    pub async fn suppressed_since(
        &self,
        since: Timestamp,
        page: Page,
    ) -> Result<Vec<SuppressedContact>> {
        let _ = (since, page);
        Err(Refusal::Unavailable.into())
    }

    /// Contacts unsubscribed from the account.
    pub async fn unsubscribed_since(
        &self,
        since: Timestamp,
        page: Page,
    ) -> Result<Vec<SuppressedContact>> {
        let _ = (since, page);
        Err(Refusal::Unavailable.into())
    }

    /// Contacts unsubscribed from one list.
    pub async fn unsubscribed_in_list_since(
        &self,
        list: ListId,
        since: Timestamp,
        page: Page,
    ) -> Result<Vec<SuppressedContact>> {
        let _ = (list, since, page);
        Err(Refusal::Unavailable.into())
    }
}
