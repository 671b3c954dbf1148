//! What a person is known by.

use super::People;
use crate::domain::address::EmailAddress;
use crate::domain::contact_store::Stored;
use crate::domain::error::{Error, Result};
use crate::domain::holders;
use crate::domain::ids::ContactId;
use crate::domain::list::List;
use crate::domain::membership::Membership;
use crate::domain::phone::Phone;
use crate::store::Table;

/// What a person is known by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Identity {
    Address(EmailAddress),
    Phone(Phone),
}

impl People<'_> {
    /// The contact who is known by an address or a number; not one whom only messages of templates
    /// know.
    pub async fn find(self, identity: &Identity) -> Result<Option<Stored>> {
        let found = match identity {
            Identity::Address(address) => self.account.contact_store().find(address).await?,
            Identity::Phone(phone) => self.holder(phone).await?,
        };
        let is_known = |(_, one): &Stored| !one.transactional_only || one.mobile.is_some();
        Ok(found.filter(is_known))
    }

    /// The lists that a contact's address is a member of in whatever state, in order of id.
    pub async fn lists_of(self, contact: ContactId) -> Result<Vec<(List, Membership)>> {
        let mut found = Vec::new();
        for (id, record) in self.account.lists().records().await? {
            let member = self.account.contact_store().members(id, &[contact]).await?.pop();
            if let Some(member) = member.flatten() {
                found.push((record.seen(id), member));
            }
        }
        Ok(found)
    }

    async fn holder(self, phone: &Phone) -> Result<Option<Stored>> {
        let account = self.account;
        let store = &*account.context.store;
        let holder = holders::read(store, Table::Phone, account.id, phone.as_str()).await;
        let holder = holder.map_err(|error| Error::store("look up a phone number", error))?;
        let Some(id) = holder else { return Ok(None) };
        let record = account.contact_store().load(&[id]).await?.pop().flatten();
        Ok(record.map(|record| (id, record)))
    }
}
