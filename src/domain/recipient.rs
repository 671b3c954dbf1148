//! Recipients of transactional messages, who need not be subscribers.

use super::address::EmailAddress;
use super::contact_record::ContactRecord;
use super::contact_store::Stored;
use super::contacts::Contacts;
use super::edit::Edit;
use super::error::{Refusal, Result};
use super::external_id::ExternalId;

impl<'a> Contacts<'a> {
    /// The contact with this address, whatever its status; an address that nobody has becomes one
    /// with [`ContactRecord::transactional_only`].
    ///
    /// An external id is given to who has none yet. One that another contact has, or that is not
    /// the contact's own, is [`Refusal::ExternalIdInUse`].
    pub async fn recipient(
        self,
        edit: &mut Edit<'a>,
        address: &EmailAddress,
        external_id: Option<&ExternalId>,
    ) -> Result<Stored> {
        let found = edit.resolve(&[address.as_compared()]).await?.pop().flatten();
        if let Some(external_id) = external_id {
            let holder = edit.resolve_external(external_id).await?.map(|(holder, _)| holder);
            let own = found.as_ref().map(|(id, _)| *id);
            let has_other = found.as_ref().is_some_and(|(_, record)| {
                record.external_id.as_ref().is_some_and(|own| own != external_id)
            });
            if (holder.is_some() && holder != own) || has_other {
                return Err(Refusal::ExternalIdInUse.into());
            }
        }
        let Some((id, old)) = found else {
            let mut record = ContactRecord::new(address, self.account.context.clock.now());
            record.transactional_only = true;
            record.external_id = external_id.cloned();
            return Ok((edit.insert_contact(&record)?, record));
        };
        if old.external_id.is_some() || external_id.is_none() {
            return Ok((id, old));
        }
        let record = ContactRecord { external_id: external_id.cloned(), ..old.clone() };
        edit.update_contact(id, &old, &record)?;
        Ok((id, record))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::testing::{account, address, contact, context, list, noon, refusal};
    use crate::domain::{Account, ContactId, Filter, NewContact, Page, Rules};

    async fn recipient(
        account: Account<'_>,
        text: &str,
        external_id: Option<&str>,
    ) -> Result<Stored> {
        let address = address(text);
        let external_id = external_id.map(|id| ExternalId::parse(id).unwrap());
        account
            .change("test", async |mut edit| {
                let contacts = account.contacts();
                let made = contacts.recipient(&mut edit, &address, external_id.as_ref()).await?;
                Ok((edit, made))
            })
            .await
    }

    async fn clean(account: Account<'_>) {
        assert_eq!(crate::domain::check::check(account.context).await.unwrap(), []);
    }

    #[tokio::test]
    async fn a_transactional_recipient_is_in_no_listing_and_no_count() {
        let context = context().await;
        let account = account(&context, "one").await;
        let (id, _) = recipient(account, "a@b.example", None).await.unwrap();
        assert_eq!(recipient(account, "A@b.example", None).await.unwrap().0, id);
        let contacts = account.contacts();
        assert_eq!(contacts.page(Filter::All, Page::first()).await.unwrap(), []);
        assert_eq!(
            account.lists().contact_count(crate::domain::list::ALL_CONTACTS).await.unwrap(),
            0
        );
        assert_eq!(refusal(contacts.get(id).await), Refusal::ContactNotFound);
        let by_address = contacts.get_by_address(&address("a@b.example")).await;
        assert_eq!(refusal(by_address), Refusal::ContactNotFound);
        assert_eq!(refusal(contacts.delete(id).await), Refusal::ContactNotFound);
        let segment = account.segments().define("All", Rules::All(vec![])).await.unwrap();
        account.segments().refresh(segment.id).await.unwrap();
        crate::domain::refresh::refresh_pending(&context).await.unwrap();
        assert_eq!(account.segments().page(Page::first()).await.unwrap()[0].contacts, 0);
        clean(account).await;
    }

    #[tokio::test]
    async fn a_transactional_recipient_who_subscribes_is_a_contact_like_others() {
        let context = context().await;
        let account = account(&context, "one").await;
        let contacts = account.contacts();
        let news = list(account, "News").await;
        let (a, _) = recipient(account, "a@b.example", Some("A-1")).await.unwrap();
        recipient(account, "b@b.example", None).await.unwrap();
        let joined = contacts.add_to_list(news, contact("a@b.example")).await.unwrap();
        assert_eq!(joined.id, a);
        contacts.unsubscribe(contact("b@b.example")).await.unwrap();
        let gone = contacts.unsubscribed_since(noon(), Page::first()).await.unwrap();
        assert_eq!(gone.len(), 1);
        assert_eq!(contacts.page(Filter::All, Page::first()).await.unwrap(), [joined]);
        clean(account).await;
    }

    #[tokio::test]
    async fn a_contact_can_take_the_address_of_a_transactional_recipient() {
        let context = context().await;
        let account = account(&context, "one").await;
        recipient(account, "a@b.example", Some("A-1")).await.unwrap();
        let bob = account.contacts().create(contact("bob@b.example")).await.unwrap();
        account.contacts().update(bob.id, contact("a@b.example")).await.unwrap();
        let (id, record) = recipient(account, "a@b.example", Some("A-1")).await.unwrap();
        assert_eq!((id, record.transactional_only), (bob.id, false));
        clean(account).await;
    }

    #[tokio::test]
    async fn an_external_id_belongs_to_one_contact() {
        let context = context().await;
        let account = account(&context, "one").await;
        let external_id = |id: &str| Some(ExternalId::parse(id).unwrap());
        let with =
            |text: &str, id: &str| NewContact { external_id: external_id(id), ..contact(text) };
        let contacts = account.contacts();
        let ann = contacts.create(with("ann@b.example", " A-1 ")).await.unwrap();
        assert_eq!(ann.external_id, external_id("A-1"));
        let taken = contacts.create(with("bob@b.example", "A-1")).await;
        assert_eq!(refusal(taken), Refusal::ExternalIdInUse);
        let taken = recipient(account, "bob@b.example", Some("A-1")).await;
        assert_eq!(refusal(taken), Refusal::ExternalIdInUse);
        let other = recipient(account, "ann@b.example", Some("B-2")).await;
        assert_eq!(refusal(other), Refusal::ExternalIdInUse);
        contacts.update(ann.id, with("ann@b.example", "B-2")).await.unwrap();
        let bob = contacts.create(with("bob@b.example", "A-1")).await.unwrap();
        let found = account.contact_store().find_external(&external_id("A-1").unwrap()).await;
        assert_eq!(found.unwrap().map(|(id, _)| id), Some(bob.id));
        contacts.delete(bob.id).await.unwrap();
        let found = account.contact_store().find_external(&external_id("A-1").unwrap()).await;
        assert!(found.unwrap().is_none());
        assert_eq!(ann.id, ContactId(1));
        clean(account).await;
    }
}
