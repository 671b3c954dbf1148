//! Whoever is known: contacts of any status, and recipients who are no subscribers.

use crate::domain::address::EmailAddress;
use crate::domain::bounce::Invalid;
use crate::domain::contact::Contact;
use crate::domain::contacts::{Contacts, present};
use crate::domain::error::{Refusal, Result};
use crate::domain::external_id::ExternalId;
use crate::domain::ids::ContactId;

/// By what somebody is known.
#[derive(Clone, PartialEq, Eq)]
pub enum Who {
    Id(ContactId),
    Address(EmailAddress),
    ExternalId(ExternalId),
}

impl std::fmt::Debug for Who {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Who(redacted)")
    }
}

/// Somebody who is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    pub contact: Contact,
    /// [`Invalid::TransactionalOnly`] is one who is no subscriber.
    pub invalid: Invalid,
}

impl Contacts<'_> {
    /// The contact whatever the status, and also who only got transactional messages.
    /// [`Refusal::ContactNotFound`].
    pub async fn whoever(self, who: &Who) -> Result<Known> {
        let store = self.account.contact_store();
        let found = match who {
            Who::Id(id) => store.load(&[*id]).await?.pop().flatten().map(|record| (*id, record)),
            Who::Address(address) => store.find(address).await?,
            Who::ExternalId(external_id) => store.find_external(external_id).await?,
        };
        let (id, record) = found.ok_or(Refusal::ContactNotFound)?;
        let rules = self.account.settings().await?.bounce_rules;
        let now = self.account.context.clock.now();
        let invalid = Invalid::judge(Some(&record), false, rules, now);
        let schema = self.account.fields().schema().await?;
        Ok(Known { contact: present(&schema, id, record), invalid })
    }
}
