//! Unsubscribing, and coming back.

use jiff::Timestamp;

use super::contact::{
    Contact, ContactStatus, NewContact, ResubscribeStatus, Resubscribed, Resubscription,
    SuppressedContact,
};
use super::contact_record::ContactRecord;
use super::contacts::{Contacts, present};
use super::data_field::Schema;
use super::edit::Edit;
use super::error::{Refusal, Result};
use super::ids::{ContactId, ListId};
use super::membership::{MemberState, Membership};

impl<'a> Contacts<'a> {
    /// Unsubscribes from the account. An address that nobody has becomes an unsubscribed contact:
    /// an opt-out must not be lost because it came first. Who is suppressed for a graver reason
    /// keeps that reason and its time.
    pub async fn unsubscribe(self, contact: NewContact) -> Result<SuppressedContact> {
        let schema = self.account.fields().schema().await?;
        self.account
            .change("unsubscribe a contact", |edit| self.unsubscribe_once(edit, &schema, &contact))
            .await
    }

    async fn unsubscribe_once(
        self,
        mut edit: Edit<'a>,
        schema: &Schema,
        contact: &NewContact,
    ) -> Result<(Edit<'a>, SuppressedContact)> {
        let now = self.account.context.clock.now();
        let found = edit.resolve(&[contact.address.as_compared()]).await?.pop().flatten();
        let (id, record) = match found {
            None => {
                let mut record = ContactRecord::new(&contact.address, now);
                record.turn(ContactStatus::Unsubscribed, now, now);
                (edit.insert_contact(&record)?, record)
            }
            Some((id, old)) if !old.status.yields_to(ContactStatus::Unsubscribed) => (id, old),
            Some((id, old)) => {
                let mut record = old.clone();
                record.become_subscriber(now);
                record.turn(ContactStatus::Unsubscribed, now, now);
                self.turn(&mut edit, vec![(id, old, record.clone())]).await?;
                (id, record)
            }
        };
        let (since, reason) = (record.status_since, record.status);
        Ok((edit, SuppressedContact { contact: present(schema, id, record), since, reason }))
    }

    /// Unsubscribes an existing contact from one list, whether or not it is in it.
    pub async fn unsubscribe_from_list(
        self,
        list: ListId,
        contact: NewContact,
    ) -> Result<SuppressedContact> {
        self.account.lists().ensure_writable(list).await?;
        let schema = self.account.fields().schema().await?;
        self.account
            .change("unsubscribe a contact from a list", |edit| {
                self.leave_once(edit, &schema, list, &contact)
            })
            .await
    }

    async fn leave_once(
        self,
        mut edit: Edit<'a>,
        schema: &Schema,
        list: ListId,
        contact: &NewContact,
    ) -> Result<(Edit<'a>, SuppressedContact)> {
        self.account.lists().ensure_writable(list).await?;
        let found = edit.resolve(&[contact.address.as_compared()]).await?.pop().flatten();
        let known = found.filter(|(_, record)| !record.transactional_only);
        let (id, record) = known.ok_or(Refusal::ContactNotFound)?;
        let old = edit.members(list, &[id]).await?.pop().flatten();
        let now = self.account.context.clock.now();
        let member = old.unwrap_or_else(|| Membership::joined(now));
        let since = if member.state == MemberState::Unsubscribed { member.since } else { now };
        if member.state != MemberState::Unsubscribed {
            let left = member.turned(MemberState::Unsubscribed, now);
            edit.set_member(list, id, old, Some(left));
        }
        let contact = present(schema, id, record);
        let reason = ContactStatus::Unsubscribed;
        Ok((edit, SuppressedContact { contact, since, reason }))
    }

    /// Takes an unsubscribed contact back, with its memberships.
    /// [`Refusal::ResubscriptionInvalid`] for one who is subscribed.
    pub async fn resubscribe(self, asked: Resubscription) -> Result<Resubscribed> {
        let schema = self.account.fields().schema().await?;
        self.account
            .change("resubscribe a contact", |edit| {
                self.resubscribe_once(edit, &schema, None, &asked.contact)
            })
            .await
    }

    /// Takes back a contact who unsubscribed from the list, from the account, or from both.
    pub async fn resubscribe_to_list(
        self,
        list: ListId,
        asked: Resubscription,
    ) -> Result<Resubscribed> {
        self.account.lists().ensure_writable(list).await?;
        let schema = self.account.fields().schema().await?;
        self.account
            .change("resubscribe a contact to a list", |edit| {
                self.resubscribe_once(edit, &schema, Some(list), &asked.contact)
            })
            .await
    }

    async fn resubscribe_once(
        self,
        mut edit: Edit<'a>,
        schema: &Schema,
        list: Option<ListId>,
        asked: &NewContact,
    ) -> Result<(Edit<'a>, Resubscribed)> {
        let found = edit.resolve(&[asked.address.as_compared()]).await?.pop().flatten();
        let known = found.filter(|(_, old)| !old.transactional_only || old.status.suppresses());
        let (id, old) = known.ok_or(Refusal::ContactNotFound)?;
        let judged = self.account.suppressions().judge(&[asked.address.as_compared()]).await?;
        let answer = |status, contact: Contact| Resubscribed { contact, status };
        if judged.into_iter().flatten().next().is_some() {
            let contact = present(schema, id, old);
            return Ok((edit, answer(ResubscribeStatus::CannotBeUnsuppressed, contact)));
        }
        let member = match list {
            Some(list) => edit.members(list, &[id]).await?.pop().flatten(),
            None => None,
        };
        let left = member.is_some_and(|member| member.state == MemberState::Unsubscribed);
        let status = match old.status {
            ContactStatus::Unsubscribed => ResubscribeStatus::Added,
            ContactStatus::Subscribed if left => ResubscribeStatus::Added,
            ContactStatus::Subscribed => return Err(Refusal::ResubscriptionInvalid.into()),
            ContactStatus::PendingOptIn => ResubscribeStatus::Challenged,
            _ => ResubscribeStatus::CannotBeUnsuppressed,
        };
        if status != ResubscribeStatus::Added {
            return Ok((edit, answer(status, present(schema, id, old))));
        }
        let record = self.taken_back(&mut edit, (id, &old), schema, asked).await?;
        self.turn(&mut edit, vec![(id, old, record.clone())]).await?;
        if let Some(list) = list {
            self.rejoin(&mut edit, list, id, member);
        }
        Ok((edit, answer(status, present(schema, id, record))))
    }

    async fn taken_back(
        self,
        edit: &mut Edit<'a>,
        found: (ContactId, &ContactRecord),
        schema: &Schema,
        asked: &NewContact,
    ) -> Result<ContactRecord> {
        let mut record = self.merged(edit, found, schema, asked).await?;
        if record.status != ContactStatus::Subscribed {
            let now: Timestamp = record.modified;
            record.turn(ContactStatus::Subscribed, now, now);
        }
        Ok(record)
    }

    /// Joins the list again. A suspended membership is active again already, by [`Contacts::turn`].
    fn rejoin(self, edit: &mut Edit<'a>, list: ListId, id: ContactId, old: Option<Membership>) {
        let now = self.account.context.clock.now();
        let joined = match old {
            None => Membership::joined(now),
            Some(left) if left.state == MemberState::Unsubscribed => {
                left.turned(MemberState::Active, now)
            }
            Some(_) => return,
        };
        edit.set_member(list, id, old, Some(joined));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::testing::{account, address, contact, context, list, refusal, with_field};
    use crate::domain::{Event, FieldValue, Page};

    fn asked(address: &str) -> Resubscription {
        Resubscription { contact: contact(address) }
    }

    #[tokio::test]
    async fn an_opt_out_of_an_unknown_address_is_remembered() {
        let context = context().await;
        let contacts = account(&context, "one").await.contacts();
        let gone = contacts.unsubscribe(contact("a@b.example")).await.unwrap();
        assert_eq!(gone.reason, ContactStatus::Unsubscribed);
        let created = contacts.create(contact("a@b.example")).await;
        assert_eq!(refusal(created), Refusal::ContactSuppressed);
    }

    #[tokio::test]
    async fn who_comes_back_is_in_the_same_lists_with_the_new_values() {
        let context = context().await;
        let account = account(&context, "one").await;
        let contacts = account.contacts();
        let news = list(account, "News").await;
        contacts.add_to_list(news, contact("a@b.example")).await.unwrap();
        contacts.unsubscribe(contact("a@b.example")).await.unwrap();
        assert_eq!(account.lists().contact_count(news).await.unwrap(), 0);
        let back = Resubscription { contact: with_field("a@b.example", "FIRSTNAME", "Ann") };
        let back = contacts.resubscribe(back).await.unwrap();
        assert_eq!(back.status, ResubscribeStatus::Added);
        assert_eq!(back.contact.status, ContactStatus::Subscribed);
        let first = back.contact.fields.first().and_then(|(_, value)| value.clone());
        assert_eq!(first, Some(FieldValue::Text("Ann".to_owned())));
        assert_eq!(account.lists().contact_count(news).await.unwrap(), 1);
    }

    #[tokio::test]
    async fn who_left_a_list_can_only_come_back_by_resubscribing_to_it() {
        let context = context().await;
        let account = account(&context, "one").await;
        let contacts = account.contacts();
        let news = list(account, "News").await;
        contacts.add_to_list(news, contact("a@b.example")).await.unwrap();
        contacts.unsubscribe_from_list(news, contact("a@b.example")).await.unwrap();
        let added = contacts.add_to_list(news, contact("a@b.example")).await;
        assert_eq!(refusal(added), Refusal::ContactSuppressedForList);
        let since = Timestamp::MIN;
        let page = Page::first();
        let left = contacts.unsubscribed_in_list_since(news, since, page).await.unwrap();
        assert_eq!(left.len(), 1);
        contacts.resubscribe_to_list(news, asked("a@b.example")).await.unwrap();
        assert_eq!(account.lists().contact_count(news).await.unwrap(), 1);
        let again = contacts.resubscribe_to_list(news, asked("a@b.example")).await;
        assert_eq!(refusal(again), Refusal::ResubscriptionInvalid);
    }

    #[tokio::test]
    async fn resubscribing_to_a_list_counts_a_suspended_member_once() {
        let context = context().await;
        let account = account(&context, "one").await;
        let contacts = account.contacts();
        let news = list(account, "News").await;
        contacts.add_to_list(news, contact("a@b.example")).await.unwrap();
        contacts.unsubscribe(contact("a@b.example")).await.unwrap();
        contacts.resubscribe_to_list(news, asked("a@b.example")).await.unwrap();
        assert_eq!(account.lists().contact_count(news).await.unwrap(), 1);
        assert_eq!(crate::domain::check::check(&context).await.unwrap(), []);
    }

    #[tokio::test]
    async fn who_bounced_cannot_come_back_and_who_is_pending_is_challenged() {
        let context = context().await;
        let account = account(&context, "one").await;
        for (kind, status) in [
            ("bounced", ResubscribeStatus::CannotBeUnsuppressed),
            ("pending_optin", ResubscribeStatus::Challenged),
            ("complained", ResubscribeStatus::CannotBeUnsuppressed),
            ("unsubscribed", ResubscribeStatus::Added),
        ] {
            let class = if kind == "bounced" { r#""hard""# } else { "null" };
            let line = format!(
                r#"{{"account":"one","type":"{kind}","class":{class},"email":"{kind}@b.example"}}"#
            );
            context.events().record(&Event::from_json(&line).unwrap()).await.unwrap();
            let address = format!("{kind}@b.example");
            let back = account.contacts().resubscribe(asked(&address)).await.unwrap();
            assert_eq!(back.status, status, "{kind}");
        }
    }

    #[tokio::test]
    async fn a_graver_reason_outlives_an_opt_out() {
        let context = context().await;
        let contacts = account(&context, "one").await.contacts();
        let line = r#"{"account":"one","type":"bounced","class":"hard","email":"a@b.example"}"#;
        context.events().record(&Event::from_json(line).unwrap()).await.unwrap();
        let gone = contacts.unsubscribe(contact("a@b.example")).await.unwrap();
        assert_eq!(gone.reason, ContactStatus::HardBounced);
        let status = contacts.status_by_address(&address("a@b.example")).await.unwrap();
        assert_eq!(status, ContactStatus::HardBounced);
    }
}
