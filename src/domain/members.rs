//! Who is in a list: joining it and being taken off.

use super::contact::{Contact, NewContact};
use super::contacts::{Contacts, listed, present};
use super::data_field::Schema;
use super::edit::Edit;
use super::error::{Error, Refusal, Result};
use super::ids::{ContactId, ListId};
use super::listing::members;
use super::membership::{MemberState, Membership};
use crate::store::tables;

/// Members taken off a list in one batch: some 50 blocks.
const MEMBERS_AT_ONCE: usize = 20_000;

impl<'a> Contacts<'a> {
    /// [`Contacts::create`], then joins the list. Who unsubscribed from the list is refused.
    pub async fn add_to_list(self, list: ListId, new: NewContact) -> Result<Contact> {
        self.account.lists().ensure_writable(list).await?;
        let schema = self.account.fields().schema().await?;
        self.account
            .change("add a contact to a list", |edit| self.add_once(edit, &schema, list, &new))
            .await
    }

    async fn add_once(
        self,
        mut edit: Edit<'a>,
        schema: &Schema,
        list: ListId,
        new: &NewContact,
    ) -> Result<(Edit<'a>, Contact)> {
        self.account.lists().ensure_writable(list).await?;
        let (id, record) = self.put(&mut edit, schema, new).await?;
        let old = edit.members(list, &[id]).await?.pop().flatten();
        let now = self.account.context.clock.now();
        match old.map(|member| member.state) {
            Some(MemberState::Active) => {}
            Some(MemberState::Unsubscribed) => {
                return Err(Refusal::ContactSuppressedForList.into());
            }
            Some(MemberState::Suspended) | None => {
                let joined = old.map(|member| member.turned(MemberState::Active, now));
                let joined = joined.unwrap_or_else(|| Membership::joined(now));
                edit.set_member(list, id, old, Some(joined));
            }
        }
        Ok((edit, present(schema, id, record)))
    }

    /// Takes a subscribed member off the list.
    pub async fn remove_from_list(self, list: ListId, id: ContactId) -> Result<()> {
        self.account
            .change("remove a contact from a list", |edit| self.remove_once(edit, list, id))
            .await
    }

    async fn remove_once(
        self,
        mut edit: Edit<'a>,
        list: ListId,
        id: ContactId,
    ) -> Result<(Edit<'a>, ())> {
        self.account.lists().ensure_writable(list).await?;
        listed(&mut edit, id).await?;
        let old = edit.members(list, &[id]).await?.pop().flatten();
        let old = old.filter(|member| member.is_active()).ok_or(Refusal::ContactNotFound)?;
        edit.set_member(list, id, Some(old), None);
        Ok((edit, ()))
    }

    /// Takes those of `ids` off the list who are on it; others are passed over.
    pub async fn remove_many_from_list(self, list: ListId, ids: &[ContactId]) -> Result<()> {
        if ids.is_empty() {
            return Err(Refusal::ContactsNotGiven.into());
        }
        for some in ids.chunks(MEMBERS_AT_ONCE) {
            self.account
                .change("remove contacts from a list", |edit| self.remove_some(edit, list, some))
                .await?;
        }
        Ok(())
    }

    /// Takes members off who did not unsubscribe.
    async fn remove_some(
        self,
        mut edit: Edit<'a>,
        list: ListId,
        ids: &[ContactId],
    ) -> Result<(Edit<'a>, ())> {
        self.account.lists().ensure_writable(list).await?;
        let mut ids = ids.to_vec();
        ids.sort_unstable();
        ids.dedup();
        let old = edit.members(list, &ids).await?;
        for (id, member) in ids.into_iter().zip(old) {
            if member.is_some_and(|member| member.state != MemberState::Unsubscribed) {
                edit.set_member(list, id, member, None);
            }
        }
        Ok((edit, ()))
    }

    /// Takes everybody off the list; who unsubscribed from it stays unsubscribed.
    pub async fn empty_list(self, list: ListId) -> Result<()> {
        self.account.lists().ensure_writable(list).await?;
        let broken = |error| Error::store("list members", error);
        let store = &*self.account.context.store;
        let mut walk = tables::members(self.account.id.0, list.0).walk();
        let mut some: Vec<ContactId> = Vec::new();
        loop {
            let entries = walk.next_entries(store).await.map_err(broken)?;
            let at_end = entries.is_none();
            let found = members(&entries.unwrap_or_default()).map_err(broken)?;
            some.extend(found.into_iter().map(|(id, _)| id));
            if !some.is_empty() && (at_end || some.len() >= MEMBERS_AT_ONCE) {
                let ids = std::mem::take(&mut some);
                self.remove_many_from_list(list, &ids).await?;
            }
            if at_end {
                return Ok(());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::testing::{account, contact, context, list, refusal};
    use crate::domain::{Filter, Page};

    #[tokio::test]
    async fn who_is_taken_off_a_list_stays_a_contact() {
        let context = context().await;
        let account = account(&context, "one").await;
        let contacts = account.contacts();
        let news = list(account, "News").await;
        let ann = contacts.add_to_list(news, contact("a@b.example")).await.unwrap();
        contacts.remove_from_list(news, ann.id).await.unwrap();
        assert_eq!(account.lists().contact_count(news).await.unwrap(), 0);
        assert_eq!(contacts.get(ann.id).await.unwrap(), ann);
        let again = contacts.remove_from_list(news, ann.id).await;
        assert_eq!(refusal(again), Refusal::ContactNotFound);
        let nowhere = contacts.remove_from_list(ListId(99), ann.id).await;
        assert_eq!(refusal(nowhere), Refusal::ListNotFound);
    }

    #[tokio::test]
    async fn taking_many_off_passes_over_strangers_but_wants_at_least_one() {
        let context = context().await;
        let account = account(&context, "one").await;
        let contacts = account.contacts();
        let news = list(account, "News").await;
        let mut ids = vec![ContactId(77), ContactId(1), ContactId(1)];
        for name in ["a", "b", "c"] {
            let new = contact(&format!("{name}@b.example"));
            ids.push(contacts.add_to_list(news, new).await.unwrap().id);
        }
        ids.pop();
        contacts.remove_many_from_list(news, &ids).await.unwrap();
        let left = contacts.page_in_list(news, Filter::All, Page::first()).await.unwrap();
        assert_eq!(left.iter().map(|one| one.id).collect::<Vec<_>>(), [ContactId(3)]);
        let nobody = contacts.remove_many_from_list(news, &[]).await;
        assert_eq!(refusal(nobody), Refusal::ContactsNotGiven);
    }

    #[tokio::test]
    async fn an_emptied_list_still_knows_who_left_it() {
        let context = context().await;
        let account = account(&context, "one").await;
        let contacts = account.contacts();
        let news = list(account, "News").await;
        for number in 0..1_500 {
            let new = contact(&format!("c{number}@b.example"));
            contacts.add_to_list(news, new).await.unwrap();
        }
        contacts.unsubscribe_from_list(news, contact("c7@b.example")).await.unwrap();
        contacts.empty_list(news).await.unwrap();
        assert_eq!(account.lists().contact_count(news).await.unwrap(), 0);
        let back = contacts.add_to_list(news, contact("c7@b.example")).await;
        assert_eq!(refusal(back), Refusal::ContactSuppressedForList);
        contacts.add_to_list(news, contact("c8@b.example")).await.unwrap();
        assert_eq!(crate::domain::check::check(&context).await.unwrap(), []);
    }
}
