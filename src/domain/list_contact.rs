//! Contacts of a list who are recognized by what they have, and changed or made.

use super::address::EmailAddress;
use super::contact::{Contact, NewContact};
use super::contacts::{Contacts, present};
use super::error::{Refusal, Result};
use super::ids::{ContactId, ListId};
use super::phone::Phone;
use super::rules::Rules;
use super::search::Sought;
use super::value::FieldValue;

/// By what somebody is recognized: all of it has to fit.
#[derive(Clone, Default)]
pub struct Likeness {
    pub address: Option<EmailAddress>,
    /// Numbers are compared as numbers, however they are stored.
    pub phone: Option<Phone>,
    pub rules: Vec<Rules>,
}

/// What becomes of somebody. As in [`NewContact`], `None` keeps what is stored.
#[derive(Clone, Default)]
pub struct ContactChange {
    pub address: Option<EmailAddress>,
    pub phone: Option<String>,
    /// By field name; `None` clears the value.
    pub fields: Vec<(String, Option<FieldValue>)>,
}

impl std::fmt::Debug for Likeness {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Likeness(redacted)")
    }
}

impl std::fmt::Debug for ContactChange {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ContactChange(redacted)")
    }
}

impl Contacts<'_> {
    /// A contact by id, whatever its status; `None` also for one who only gets transactional
    /// messages.
    pub async fn of_any_status(self, id: ContactId) -> Result<Option<Contact>> {
        let record = self.account.contact_store().load(&[id]).await?.pop().flatten();
        let Some(record) = record.filter(|record| !record.transactional_only) else {
            return Ok(None);
        };
        let schema = self.account.fields().schema().await?;
        Ok(Some(present(&schema, id, record)))
    }

    /// Who in a list is like this and not suppressed: of several, who came first.
    pub async fn find_in_list(self, list: ListId, like: &Likeness) -> Result<Option<Contact>> {
        self.account.lists().get(list).await?;
        let mut rules = vec![Rules::InList(list)];
        let address = like.address.as_ref();
        rules.extend(address.map(|address| Rules::Address(address.as_compared().to_owned())));
        rules.extend(like.rules.iter().cloned());
        let mut search = self.search(Sought::new(Rules::All(rules))).await?;
        loop {
            let some = search.next(self.account.context).await?;
            if some.is_empty() {
                return Ok(None);
            }
            let mut some = some.into_iter().map(|found| found.contact);
            if let Some(contact) = some.find(|contact| like.has_phone_of(contact)) {
                return Ok(Some(contact));
            }
        }
    }

    /// Changes who in a list is like `like`; refuses with `ContactNotFound` when nobody is.
    pub async fn change_in_list(
        self,
        list: ListId,
        like: &Likeness,
        change: ContactChange,
    ) -> Result<Contact> {
        let found = self.find_in_list(list, like).await?.ok_or(Refusal::ContactNotFound)?;
        self.update(found.id, change.of(found.address)).await
    }

    /// Changes who in a list is like `like`, or makes a contact there, which needs an address.
    /// Without a likeness the address alone decides.
    pub async fn put_in_list(
        self,
        list: ListId,
        like: Option<&Likeness>,
        change: ContactChange,
    ) -> Result<Contact> {
        self.account.lists().ensure_writable(list).await?;
        if let Some(like) = like
            && let Some(found) = self.find_in_list(list, like).await?
        {
            return self.update(found.id, change.of(found.address)).await;
        }
        let address = change.address.clone().ok_or(Refusal::ContactMissing)?;
        self.add_to_list(list, change.of(address)).await
    }
}

impl Likeness {
    fn has_phone_of(&self, contact: &Contact) -> bool {
        let Some(phone) = &self.phone else { return true };
        contact.phone.as_deref().and_then(Phone::judge).as_ref() == Some(phone)
    }
}

impl ContactChange {
    /// The change of a contact with this address, unless it gets another one.
    fn of(self, address: EmailAddress) -> NewContact {
        let Self { address: new, phone, fields } = self;
        NewContact { phone, fields, ..NewContact::new(new.unwrap_or(address)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::testing::{account, address, context, list, refusal, with_field};
    use crate::domain::{FieldName, FieldTest};

    fn named(first: &str) -> Likeness {
        let name = FieldName::parse("FIRSTNAME").unwrap();
        let test = FieldTest::Equals(FieldValue::Text(first.to_owned()));
        Likeness { rules: vec![Rules::Field { name, test }], ..Likeness::default() }
    }

    #[tokio::test]
    async fn somebody_is_recognized_by_fields_address_and_phone_within_the_list() {
        let context = context().await;
        let account = account(&context, "one").await;
        let (news, other) = (list(account, "News").await, list(account, "Other").await);
        let contacts = account.contacts();
        let ann = NewContact {
            phone: Some("+353 87 123 4567".to_owned()),
            ..with_field("ann@b.example", "FIRSTNAME", "Ann")
        };
        let ann = contacts.add_to_list(news, ann).await.unwrap();
        contacts.add_to_list(other, with_field("bob@b.example", "FIRSTNAME", "Bob")).await.unwrap();
        let like = Likeness {
            address: Some(address("ANN@b.example")),
            phone: Some(Phone::parse("+353871234567").unwrap()),
            ..named("ann")
        };
        assert_eq!(contacts.find_in_list(news, &like).await.unwrap().unwrap().id, ann.id);
        assert!(contacts.find_in_list(other, &like).await.unwrap().is_none());
        assert!(contacts.find_in_list(news, &named("Bob")).await.unwrap().is_none());
        let wrong = Likeness { phone: Some(Phone::parse("+353871234568").unwrap()), ..like };
        assert!(contacts.find_in_list(news, &wrong).await.unwrap().is_none());
    }

    #[tokio::test]
    async fn who_is_recognized_changes_and_who_is_not_is_made_from_an_address() {
        let context = context().await;
        let account = account(&context, "one").await;
        let news = list(account, "News").await;
        let contacts = account.contacts();
        let change = |email: Option<&str>, first: &str| ContactChange {
            address: email.map(address),
            phone: None,
            fields: vec![("FIRSTNAME".to_owned(), Some(FieldValue::Text(first.to_owned())))],
        };
        let missing = contacts.put_in_list(news, Some(&named("Ann")), change(None, "Ann")).await;
        assert_eq!(refusal(missing), Refusal::ContactMissing);
        let new = change(Some("ann@b.example"), "Ann");
        let ann = contacts.put_in_list(news, Some(&named("Ann")), new).await.unwrap();
        let moved = change(Some("anna@b.example"), "Anna");
        let moved = contacts.put_in_list(news, Some(&named("Ann")), moved).await.unwrap();
        assert_eq!((moved.id, moved.address.as_given()), (ann.id, "anna@b.example"));
        let kept = contacts.change_in_list(news, &named("Anna"), change(None, "A")).await.unwrap();
        assert_eq!((kept.id, kept.address.as_given()), (ann.id, "anna@b.example"));
        let nobody = contacts.change_in_list(news, &named("Ann"), change(None, "A")).await;
        assert_eq!(refusal(nobody), Refusal::ContactNotFound);
        assert_eq!(account.lists().contact_count(news).await.unwrap(), 1);
    }
}
