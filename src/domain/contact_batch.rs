//! Many contacts in one call, each named by its id or by its address.

use std::collections::BTreeMap;

use super::address::EmailAddress;
use super::contact::{Contact, ContactStatus};
use super::contact_record::ContactRecord;
use super::contact_store::Stored;
use super::contacts::{Contacts, present};
use super::edit::Edit;
use super::error::{Refusal, Result};
use super::ids::ContactId;

/// Contacts that one call may name.
pub const BATCH_LIMIT: u32 = 1_000;

/// How a caller names a contact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ContactKey {
    Id(ContactId),
    Address(EmailAddress),
}

impl<'a> Contacts<'a> {
    /// How many contacts there are who are not suppressed.
    pub async fn count(self) -> Result<u32> {
        Ok(self.account.counters().await?.listed)
    }

    /// The contacts of any status that are named, in the same order; `None` for a stranger.
    /// [`Refusal::TooManyRows`] beyond [`BATCH_LIMIT`].
    pub async fn find_many(self, keys: &[ContactKey]) -> Result<Vec<Option<Contact>>> {
        ensure_batch(keys)?;
        let store = self.account.contact_store();
        let (ids, addresses) = apart(keys);
        let by_id = store.load(&ids).await?;
        let by_address = store.resolve(&addresses).await?;
        let schema = self.account.fields().schema().await?;
        let found = together(keys, by_id, by_address).into_iter();
        Ok(found.map(|one| one.map(|(id, record)| present(&schema, id, record))).collect())
    }

    /// Suppresses the contacts that are named and answers them as they are then, in the same
    /// order; `None` for a stranger. Who is suppressed for a graver reason keeps that reason.
    /// [`Refusal::ContactsNotGiven`] without any, [`Refusal::TooManyRows`] beyond [`BATCH_LIMIT`].
    pub async fn suppress_many(self, keys: &[ContactKey]) -> Result<Vec<Option<Contact>>> {
        ensure_batch(keys)?;
        if keys.is_empty() {
            return Err(Refusal::ContactsNotGiven.into());
        }
        let found =
            self.account.change("suppress contacts", |edit| self.suppress_once(edit, keys)).await?;
        let schema = self.account.fields().schema().await?;
        let found = found.into_iter();
        Ok(found.map(|one| one.map(|(id, record)| present(&schema, id, record))).collect())
    }

    async fn suppress_once(
        self,
        mut edit: Edit<'a>,
        keys: &[ContactKey],
    ) -> Result<(Edit<'a>, Vec<Option<Stored>>)> {
        let now = self.account.context.clock.now();
        let (ids, addresses) = apart(keys);
        let by_id = edit.load(&ids).await?;
        let by_address = edit.resolve(&addresses).await?;
        let mut found = together(keys, by_id, by_address);
        // Somebody may be named twice, and is turned once.
        let mut turns = BTreeMap::new();
        for (id, record) in found.iter_mut().flatten() {
            if record.status.yields_to(ContactStatus::Suppressed) {
                let old = record.clone();
                record.turn(ContactStatus::Suppressed, now, now);
                turns.insert(*id, (*id, old, record.clone()));
            }
        }
        self.turn(&mut edit, turns.into_values().collect()).await?;
        Ok((edit, found))
    }
}

fn ensure_batch(keys: &[ContactKey]) -> Result<(), Refusal> {
    let fits = u32::try_from(keys.len()).is_ok_and(|count| count <= BATCH_LIMIT);
    if fits { Ok(()) } else { Err(Refusal::TooManyRows { limit: BATCH_LIMIT }) }
}

/// The ids among the keys, and the addresses as they are compared.
fn apart(keys: &[ContactKey]) -> (Vec<ContactId>, Vec<&str>) {
    let (mut ids, mut addresses) = (Vec::new(), Vec::new());
    for key in keys {
        match key {
            ContactKey::Id(id) => ids.push(*id),
            ContactKey::Address(address) => addresses.push(address.as_compared()),
        }
    }
    (ids, addresses)
}

/// What was found, in the order of the keys. Recipients of transactional mail alone are strangers.
fn together(
    keys: &[ContactKey],
    by_id: Vec<Option<ContactRecord>>,
    by_address: Vec<Option<Stored>>,
) -> Vec<Option<Stored>> {
    let (mut by_id, mut by_address) = (by_id.into_iter(), by_address.into_iter());
    let found = keys.iter().map(|key| match key {
        ContactKey::Id(id) => by_id.next().flatten().map(|record| (*id, record)),
        ContactKey::Address(_) => by_address.next().flatten(),
    });
    found.map(|one| one.filter(|(_, record)| !record.transactional_only)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::check;
    use crate::domain::testing::{account, address, contact, context, list, refusal};

    #[tokio::test]
    async fn contacts_are_found_by_id_and_by_address_in_the_order_of_the_question() {
        let context = context().await;
        let contacts = account(&context, "one").await.contacts();
        let one = contacts.create(contact("a@b.example")).await.unwrap();
        let two = contacts.create(contact("c@b.example")).await.unwrap();
        let keys = [
            ContactKey::Address(address("C@B.example")),
            ContactKey::Id(ContactId(99)),
            ContactKey::Id(one.id),
            ContactKey::Address(address("x@b.example")),
        ];
        let found = contacts.find_many(&keys).await.unwrap();
        let ids: Vec<_> = found.into_iter().map(|one| one.map(|contact| contact.id)).collect();
        assert_eq!(ids, [Some(two.id), None, Some(one.id), None]);
        assert_eq!(contacts.count().await.unwrap(), 2);
    }

    #[tokio::test]
    async fn who_is_suppressed_is_off_every_list_and_counted_once() {
        let context = context().await;
        let account = account(&context, "one").await;
        let contacts = account.contacts();
        let news = list(account, "News").await;
        let one = contacts.add_to_list(news, contact("a@b.example")).await.unwrap();
        let twice = [ContactKey::Id(one.id), ContactKey::Address(address("a@b.example"))];
        let gone = contacts.suppress_many(&twice).await.unwrap();
        let statuses: Vec<_> = gone.into_iter().flatten().map(|contact| contact.status).collect();
        assert_eq!(statuses, [ContactStatus::Suppressed; 2]);
        assert_eq!(account.lists().contact_count(news).await.unwrap(), 0);
        assert_eq!(contacts.count().await.unwrap(), 0);
        let again = contacts.create(contact("a@b.example")).await;
        assert_eq!(refusal(again), Refusal::ContactSuppressed);
        assert_eq!(check::check(&context).await.unwrap(), []);
    }

    #[tokio::test]
    async fn nobody_and_too_many_are_refused() {
        let context = context().await;
        let contacts = account(&context, "one").await.contacts();
        assert_eq!(refusal(contacts.suppress_many(&[]).await), Refusal::ContactsNotGiven);
        let many = vec![ContactKey::Id(ContactId(1)); 1_001];
        let limit = Refusal::TooManyRows { limit: BATCH_LIMIT };
        assert_eq!(refusal(contacts.suppress_many(&many).await), limit);
        assert_eq!(refusal(contacts.find_many(&many).await), limit);
    }
}
