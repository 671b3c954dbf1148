//! What can be done with a contact in its account.

use tokio::try_join;

use super::address::EmailAddress;
use super::contact::{Contact, ContactStatus, NewContact};
use super::contact_record::ContactRecord;
use super::contact_store::Stored;
use super::context::Account;
use super::data_field::Schema;
use super::edit::Edit;
use super::error::{Refusal, Result};
use super::ids::{ContactId, ListId};
use super::membership::{MemberState, Membership};

/// An account's contacts.
///
/// Listings and [`Contacts::get`] leave suppressed contacts out ("Unsubscribed or suppressed
/// contacts will not be retrieved", says the vendor's WSDL); [`Contacts::get_by_address`] finds
/// them with their status. Deleting one is refused as not found, so that an opt-out is never lost.
///
/// More of it: listings in `listing.rs`, lists' members in `members.rs`, opt-outs in `opt_out.rs`.
#[derive(Debug, Clone, Copy)]
pub struct Contacts<'a> {
    pub(super) account: Account<'a>,
}

impl<'a> Contacts<'a> {
    /// Creates the contact, or updates the one that has this address, as clients in the wild
    /// rely on. A suppressed one is refused.
    pub async fn create(self, new: NewContact) -> Result<Contact> {
        let schema = self.account.fields().schema().await?;
        self.account.change("create a contact", |edit| self.create_once(edit, &schema, &new)).await
    }

    async fn create_once(
        self,
        mut edit: Edit<'a>,
        schema: &Schema,
        new: &NewContact,
    ) -> Result<(Edit<'a>, Contact)> {
        let (id, record) = self.put(&mut edit, schema, new).await?;
        Ok((edit, present(schema, id, record)))
    }

    /// Creates or updates the contact that has the address of `new`, unless it is suppressed.
    pub(super) async fn put(
        self,
        edit: &mut Edit<'a>,
        schema: &Schema,
        new: &NewContact,
    ) -> Result<(ContactId, ContactRecord)> {
        let finding = edit.resolve_or_make_room(new.address.as_compared());
        let ((), found) = try_join!(self.ensure_not_suppressed(&new.address), finding)?;
        let Some((id, old)) = found else {
            let mut record = ContactRecord::new(&new.address, self.account.context.clock.now());
            self.merge(edit, None, &mut record, schema, new).await?;
            return Ok((edit.insert_contact(&record)?, record));
        };
        if old.status.suppresses() {
            return Err(Refusal::ContactSuppressed.into());
        }
        let record = self.merged(edit, (id, &old), schema, new).await?;
        edit.update_contact(id, &old, &record)?;
        Ok((id, record))
    }

    /// A stored contact with what `new` says of it. A transactional recipient becomes a subscriber.
    pub(super) async fn merged(
        self,
        edit: &mut Edit<'a>,
        (id, old): (ContactId, &ContactRecord),
        schema: &Schema,
        new: &NewContact,
    ) -> Result<ContactRecord> {
        let mut record = old.clone();
        new.address.as_given().clone_into(&mut record.address);
        record.modified = self.account.context.clock.now();
        record.become_subscriber(record.modified);
        self.merge(edit, Some(id), &mut record, schema, new).await?;
        Ok(record)
    }

    /// Puts what `new` says, but for the address, into the record of `contact`; `None` is one who
    /// is not stored yet.
    async fn merge(
        self,
        edit: &mut Edit<'a>,
        contact: Option<ContactId>,
        record: &mut ContactRecord,
        schema: &Schema,
        new: &NewContact,
    ) -> Result<()> {
        if let Some(external_id) = &new.external_id {
            let holder = edit.resolve_external(external_id).await?.map(|(holder, _)| holder);
            if holder.is_some() && holder != contact {
                return Err(Refusal::ExternalIdInUse.into());
            }
            record.external_id = Some(external_id.clone());
        }
        if let Some(phone) = &new.phone {
            record.phone = Some(phone.trim().to_owned()).filter(|phone| !phone.is_empty());
        }
        Ok(merge_fields(record, schema, new)?)
    }

    async fn ensure_not_suppressed(self, address: &EmailAddress) -> Result<()> {
        let judged = self.account.suppressions().judge(&[address.as_compared()]).await?;
        match judged.into_iter().flatten().next() {
            Some(_) => Err(Refusal::ContactSuppressed.into()),
            None => Ok(()),
        }
    }

    /// Updates a contact by id; its address may change to one that no other contact has.
    pub async fn update(self, id: ContactId, new: NewContact) -> Result<Contact> {
        let schema = self.account.fields().schema().await?;
        self.account
            .change("update a contact", |edit| self.update_once(edit, &schema, id, &new))
            .await
    }

    pub(super) async fn update_once(
        self,
        mut edit: Edit<'a>,
        schema: &Schema,
        id: ContactId,
        new: &NewContact,
    ) -> Result<(Edit<'a>, Contact)> {
        let old = listed(&mut edit, id).await?;
        if !old.has_address(new.address.as_compared()) {
            self.ensure_not_suppressed(&new.address).await?;
            let holder = edit.resolve(&[new.address.as_compared()]).await?.pop().flatten();
            match holder {
                Some((_, holder)) if holder.status.suppresses() => {
                    return Err(Refusal::ContactSuppressed.into());
                }
                // Nobody sees it, so nobody could free the address.
                Some((id, holder)) if holder.transactional_only => {
                    edit.delete_contact(id, &holder);
                }
                Some(_) => return Err(Refusal::AddressInUse.into()),
                None => {}
            }
        }
        let record = self.merged(&mut edit, (id, &old), schema, new).await?;
        edit.update_contact(id, &old, &record)?;
        Ok((edit, present(schema, id, record)))
    }

    /// A contact who is not suppressed.
    pub async fn get(self, id: ContactId) -> Result<Contact> {
        let record = self.account.contact_store().load_one(id).await?;
        let record = record.filter(ContactRecord::is_listed).ok_or(Refusal::ContactNotFound)?;
        let schema = self.account.fields().schema().await?;
        Ok(present(&schema, id, record))
    }

    /// A contact of any status.
    pub async fn get_by_address(self, address: &EmailAddress) -> Result<Contact> {
        let (id, record) = self.known(address).await?;
        let schema = self.account.fields().schema().await?;
        Ok(present(&schema, id, record))
    }

    /// The status alone, of a contact of any status.
    pub async fn status_by_address(self, address: &EmailAddress) -> Result<ContactStatus> {
        Ok(self.known(address).await?.1.status)
    }

    /// A contact of any status in the subscriber database.
    async fn known(self, address: &EmailAddress) -> Result<Stored> {
        let found = self.account.contact_store().find(address).await?;
        let known = found.filter(|(_, record)| !record.transactional_only);
        Ok(known.ok_or(Refusal::ContactNotFound)?)
    }

    /// Deletes a contact who is not suppressed, with its memberships.
    pub async fn delete(self, id: ContactId) -> Result<()> {
        self.account.change("delete a contact", |edit| self.delete_once(edit, id)).await
    }

    async fn delete_once(self, mut edit: Edit<'a>, id: ContactId) -> Result<(Edit<'a>, ())> {
        let old = listed(&mut edit, id).await?;
        for list in self.lists_with_members().await? {
            if let Some(member) = edit.members(list, &[id]).await?.pop().flatten() {
                edit.set_member(list, id, Some(member), None);
            }
        }
        edit.delete_contact(id, &old);
        Ok((edit, ()))
    }

    /// Turns contacts' statuses from `at` on; their memberships are suspended or active again.
    pub(super) async fn turn(
        self,
        edit: &mut Edit<'a>,
        turns: Vec<(ContactId, ContactRecord, ContactRecord)>,
    ) -> Result<()> {
        let crossing: Vec<(ContactId, bool)> = turns
            .iter()
            .map(|(id, old, new)| (*id, old.status.suppresses(), new.status.suppresses()))
            .filter(|(_, before, after)| before != after)
            .map(|(id, _, after)| (id, after))
            .collect();
        for (id, old, new) in turns {
            edit.update_contact(id, &old, &new)?;
        }
        if crossing.is_empty() {
            return Ok(());
        }
        let ids: Vec<ContactId> = crossing.iter().map(|(id, _)| *id).collect();
        for list in self.lists_with_members().await? {
            let members = edit.members(list, &ids).await?;
            for ((id, suppressed), member) in crossing.iter().zip(members) {
                let turned = member.and_then(|member| self.suspended(member, *suppressed));
                if turned.is_some() {
                    edit.set_member(list, *id, member, turned);
                }
            }
        }
        Ok(())
    }

    /// What a membership becomes when its contact is suppressed or is so no more; `None` for one
    /// that stays as it is.
    fn suspended(self, member: Membership, suppressed: bool) -> Option<Membership> {
        let now = self.account.context.clock.now();
        match (member.state, suppressed) {
            (MemberState::Active, true) => Some(member.turned(MemberState::Suspended, now)),
            (MemberState::Suspended, false) => Some(member.turned(MemberState::Active, now)),
            _ => None,
        }
    }

    pub(super) async fn lists_with_members(self) -> Result<Vec<ListId>> {
        let lists = self.account.lists().all().await?;
        Ok(lists.into_iter().map(|list| list.id).collect())
    }
}

/// The stored contact, if it is not suppressed.
pub(super) async fn listed(edit: &mut Edit<'_>, id: ContactId) -> Result<ContactRecord> {
    let record = edit.load(&[id]).await?.pop().flatten();
    let listed = record.filter(ContactRecord::is_listed);
    Ok(listed.ok_or(Refusal::ContactNotFound)?)
}

fn merge_fields(
    record: &mut ContactRecord,
    schema: &Schema,
    new: &NewContact,
) -> Result<(), Refusal> {
    record.opt_in = new.opt_in.unwrap_or(record.opt_in);
    record.email_type = new.email_type.unwrap_or(record.email_type);
    for (name, value) in &new.fields {
        let field = schema.named(name).ok_or(Refusal::DataFieldNotFound)?;
        let value = match value.clone() {
            Some(value) => value.fit(field.kind)?,
            None => None,
        };
        record.set(field.id, value);
    }
    Ok(())
}

/// A stored contact as callers see it.
pub(super) fn present(schema: &Schema, id: ContactId, record: ContactRecord) -> Contact {
    let fields = schema
        .fields()
        .iter()
        .map(|field| {
            let value = record.value(field.id).or(field.default.as_ref());
            (field.name.clone(), value.cloned())
        })
        .collect();
    let ContactRecord { status, opt_in, email_type, created, modified, address, .. } = record;
    let ContactRecord { external_id, phone, .. } = record;
    let address = EmailAddress::stored(address);
    Contact {
        id,
        address,
        opt_in,
        email_type,
        status,
        external_id,
        phone,
        fields,
        created,
        modified,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::testing::{account, address, contact, context, list, refusal, with_field};
    use crate::domain::{FieldValue, Filter, Page};

    #[tokio::test]
    async fn a_created_contact_is_found_by_id_and_by_address_in_any_case() {
        let context = context().await;
        let contacts = account(&context, "one").await.contacts();
        let created = contacts.create(contact("Ann@Example.org")).await.unwrap();
        assert_eq!(created.address.as_given(), "Ann@Example.org");
        assert_eq!(contacts.get(created.id).await.unwrap(), created);
        let found = contacts.get_by_address(&address(" ann@EXAMPLE.org ")).await.unwrap();
        assert_eq!(found, created);
    }

    #[tokio::test]
    async fn creating_an_existing_address_updates_its_contact() {
        let context = context().await;
        let contacts = account(&context, "one").await.contacts();
        let first = contacts.create(with_field("a@b.example", "firstname", "Ann")).await.unwrap();
        let again = with_field("A@b.example", "LASTNAME", "Bell");
        let second = contacts.create(again).await.unwrap();
        assert_eq!(second.id, first.id);
        let values: Vec<_> = second.fields.iter().filter_map(|(_, value)| value.clone()).collect();
        let text = |text: &str| FieldValue::Text(text.to_owned());
        assert_eq!(values, [text("Ann"), text("Bell")]);
        assert_eq!(contacts.page(Filter::All, Page::first()).await.unwrap().len(), 1);
    }

    #[tokio::test]
    async fn a_field_that_does_not_exist_is_refused_and_nothing_is_written() {
        let context = context().await;
        let contacts = account(&context, "one").await.contacts();
        let refused = contacts.create(with_field("a@b.example", "SHOE", "42")).await;
        assert_eq!(refusal(refused), Refusal::DataFieldNotFound);
        let found = contacts.get_by_address(&address("a@b.example")).await;
        assert_eq!(refusal(found), Refusal::ContactNotFound);
    }

    #[tokio::test]
    async fn an_address_can_change_to_one_that_nobody_has() {
        let context = context().await;
        let contacts = account(&context, "one").await.contacts();
        let ann = contacts.create(contact("ann@b.example")).await.unwrap();
        contacts.create(contact("bob@b.example")).await.unwrap();
        let taken = contacts.update(ann.id, contact("bob@b.example")).await;
        assert_eq!(refusal(taken), Refusal::AddressInUse);
        let moved = contacts.update(ann.id, contact("anna@b.example")).await.unwrap();
        assert_eq!(contacts.get_by_address(&address("anna@b.example")).await.unwrap(), moved);
        let gone = contacts.get_by_address(&address("ann@b.example")).await;
        assert_eq!(refusal(gone), Refusal::ContactNotFound);
    }

    #[tokio::test]
    async fn an_unsubscribed_contact_is_found_by_address_only_and_cannot_be_written_or_deleted() {
        let context = context().await;
        let contacts = account(&context, "one").await.contacts();
        let ann = contacts.create(contact("ann@b.example")).await.unwrap();
        contacts.unsubscribe(contact("ann@b.example")).await.unwrap();
        assert_eq!(refusal(contacts.get(ann.id).await), Refusal::ContactNotFound);
        assert_eq!(refusal(contacts.delete(ann.id).await), Refusal::ContactNotFound);
        let again = contacts.create(contact("ann@b.example")).await;
        assert_eq!(refusal(again), Refusal::ContactSuppressed);
        let found = contacts.get_by_address(&address("ann@b.example")).await.unwrap();
        assert_eq!(found.status, ContactStatus::Unsubscribed);
    }

    #[tokio::test]
    async fn a_deleted_contact_leaves_its_lists_and_its_address_free() {
        let context = context().await;
        let account = account(&context, "one").await;
        let list = list(account, "News").await;
        let ann = account.contacts().add_to_list(list, contact("ann@b.example")).await.unwrap();
        assert_eq!(account.lists().contact_count(list).await.unwrap(), 1);
        account.contacts().delete(ann.id).await.unwrap();
        assert_eq!(account.lists().contact_count(list).await.unwrap(), 0);
        let again = account.contacts().create(contact("ann@b.example")).await.unwrap();
        assert_ne!(again.id, ann.id, "an id is never used again");
    }

    /// Faces box these: a future that is not `Send` must not get so far.
    #[test]
    fn calls_can_be_sent_between_threads() {
        fn is_send(_: &impl Send) {}
        fn all(contacts: Contacts<'_>, new: &NewContact) {
            is_send(&contacts.create(new.clone()));
            is_send(&contacts.add_to_list(ListId(3), new.clone()));
            is_send(&contacts.page(Filter::All, Page::first()));
            is_send(&contacts.empty_list(ListId(3)));
            is_send(&contacts.account.lists().delete(ListId(3)));
            is_send(&contacts.account.context.events().record_many(&[]));
        }
        let _: fn(Contacts<'_>, &NewContact) = all;
    }
}
