//! How many people there are.

use super::{People, PeopleFilter, Person, Wanted};
use crate::domain::error::Result;
use crate::domain::ids::{ContactId, ListId, TagId};

/// Who is counted.
#[derive(Clone, Default)]
pub struct Counted {
    /// By phone numbers instead of addresses.
    pub phones: bool,
    pub tag: Option<TagId>,
    /// Only addresses, or numbers, that hold this, without regard to case.
    pub search: Option<String>,
}

impl std::fmt::Debug for Counted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Counted").field("phones", &self.phones).finish_non_exhaustive()
    }
}

impl Counted {
    fn counts(&self, list: ListId, person: &Person, is_member: bool) -> bool {
        let text = match (self.phones, &person.record.mobile) {
            (false, _) if is_member => &person.record.address,
            (true, Some(mobile)) if mobile.is_in(list) => mobile.number(),
            _ => return false,
        };
        let search = self.search.as_ref().map(|search| search.to_lowercase());
        search.is_none_or(|search| text.to_lowercase().contains(&search))
    }
}

impl People<'_> {
    /// People of any kind, those who only get transactional messages among them.
    pub async fn total(self) -> Result<u32> {
        Ok(self.account.counters().await?.contacts)
    }

    /// Subscribed members of a list, by their addresses or their numbers. Without further
    /// conditions on addresses it is the list's own count; else it reads all contacts.
    /// [`crate::domain::Refusal::ListNotFound`].
    pub async fn count(self, list: ListId, counted: &Counted) -> Result<u64> {
        let of_list = self.account.lists().get(list).await?.contacts;
        if !counted.phones && counted.tag.is_none() && counted.search.is_none() {
            return Ok(u64::from(of_list));
        }
        let filter = PeopleFilter { list: Some(list), tag: counted.tag, ..PeopleFilter::default() };
        let (mut count, mut from) = (0, Some(ContactId(0)));
        while let Some(start) = from {
            let (people, next) = self.read(&filter, Wanted::default(), start).await?;
            let ids: Vec<ContactId> = people.iter().map(|person| person.id).collect();
            let members = self.account.contact_store().members(list, &ids).await?;
            for (person, member) in people.iter().zip(members) {
                let is_member =
                    member.is_some_and(crate::domain::membership::Membership::is_active);
                count += u64::from(counted.counts(list, person, is_member));
            }
            from = next;
        }
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::testing::{account, contact, context, list};

    #[tokio::test]
    async fn members_are_counted_by_what_their_addresses_hold() {
        let context = context().await;
        let account = account(&context, "one").await;
        let news = list(account, "News").await;
        for address in ["ann@b.example", "bob@b.example", "ann@c.example"] {
            account.contacts().add_to_list(news, contact(address)).await.unwrap();
        }
        account.contacts().create(contact("ann@d.example")).await.unwrap();
        account.contacts().unsubscribe(contact("ann@c.example")).await.unwrap();
        let count = async |counted: Counted| account.people().count(news, &counted).await.unwrap();
        let search = |text: &str| Counted { search: Some(text.to_owned()), ..Counted::default() };
        assert_eq!(count(Counted::default()).await, 2);
        assert_eq!(count(search("ANN@")).await, 1);
        assert_eq!(count(search("@b.")).await, 2);
        assert_eq!(count(Counted { phones: true, ..Counted::default() }).await, 0);
        assert_eq!(count(Counted { tag: Some(TagId(7)), ..Counted::default() }).await, 0);
        assert_eq!(account.people().total().await.unwrap(), 4);
    }
}
