//! Putting many known contacts into lists at once.

use std::collections::{BTreeMap, BTreeSet};

use super::address::EmailAddress;
use super::contact_store::Stored;
use super::edit::Edit;
use super::error::Result;
use super::ids::{ContactId, ListId};
use super::list::Lists;
use super::membership::{MemberState, Membership};

/// Contacts of one commit.
const CONTACTS_AT_ONCE: usize = 1_000;

/// Contacts to be put into lists, told by address or by id.
#[derive(Clone, Default)]
pub struct Members {
    pub addresses: Vec<EmailAddress>,
    pub ids: Vec<ContactId>,
}

/// Without the addresses.
impl std::fmt::Debug for Members {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Members")
            .field("addresses", &self.addresses.len())
            .field("ids", &self.ids.len())
            .finish()
    }
}

impl<'a> Lists<'a> {
    /// Puts contacts into each of `lists`, some thousand in one commit, and answers how many of
    /// them were found. Those that are not known are passed over, and who left a list stays out of
    /// it. A list that does not exist, or that nobody can write to, refuses all.
    pub async fn fill(self, lists: &[ListId], members: &Members) -> Result<usize> {
        let lists: BTreeSet<ListId> = lists.iter().copied().collect();
        for list in &lists {
            self.ensure_writable(*list).await?;
        }
        let mut found = 0;
        for addresses in members.addresses.chunks(CONTACTS_AT_ONCE) {
            let compared: Vec<&str> = addresses.iter().map(EmailAddress::as_compared).collect();
            let filled = self.account.change("fill lists", async |mut edit: Edit<'a>| {
                let stored = edit.resolve(&compared).await?;
                self.join(edit, &lists, stored.into_iter().flatten()).await
            });
            found += filled.await?;
        }
        for ids in members.ids.chunks(CONTACTS_AT_ONCE) {
            let filled = self.account.change("fill lists", async |mut edit: Edit<'a>| {
                let records = edit.load(ids).await?;
                let stored = ids.iter().copied().zip(records);
                let stored = stored.filter_map(|(id, record)| Some((id, record?)));
                self.join(edit, &lists, stored).await
            });
            found += filled.await?;
        }
        Ok(found)
    }

    async fn join(
        self,
        mut edit: Edit<'a>,
        lists: &BTreeSet<ListId>,
        contacts: impl Iterator<Item = Stored>,
    ) -> Result<(Edit<'a>, usize)> {
        let now = self.account.context.clock.now();
        let joining = |(id, record): Stored| {
            let suppressed = record.status.suppresses();
            let state = if suppressed { MemberState::Suspended } else { MemberState::Active };
            (id, Membership { state, ..Membership::joined(now) })
        };
        // By id, so that one who is named twice joins once.
        let joining: BTreeMap<ContactId, Membership> =
            contacts.filter(|(_, record)| !record.transactional_only).map(joining).collect();
        let ids: Vec<ContactId> = joining.keys().copied().collect();
        for list in lists {
            let members = edit.members(*list, &ids).await?;
            let new = joining.iter().zip(members).filter(|(_, member)| member.is_none());
            for ((id, member), _) in new {
                edit.set_member(*list, *id, None, Some(*member));
            }
        }
        Ok((edit, ids.len()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Refusal;
    use crate::domain::list::TEST;
    use crate::domain::testing::{account, address, contact, context, list, refusal};

    #[tokio::test]
    async fn known_contacts_join_by_address_or_id_once_and_others_are_passed_over() {
        let context = context().await;
        let account = account(&context, "one").await;
        let (news, shop) = (list(account, "News").await, list(account, "Shop").await);
        let ann = account.contacts().create(contact("ann@b.example")).await.unwrap().id;
        account.contacts().add_to_list(news, contact("bob@b.example")).await.unwrap();
        let members = Members {
            addresses: ["ANN@b.example", "ann@b.example", "bob@b.example", "nobody@b.example"]
                .map(address)
                .to_vec(),
            ids: vec![ann, ContactId(99)],
        };
        assert_eq!(account.lists().fill(&[news, shop, news], &members).await.unwrap(), 3);
        assert_eq!(account.lists().contact_count(news).await.unwrap(), 2);
        assert_eq!(account.lists().contact_count(shop).await.unwrap(), 2);
    }

    #[tokio::test]
    async fn who_left_a_list_stays_out_and_who_is_suppressed_is_not_counted() {
        let context = context().await;
        let account = account(&context, "one").await;
        let news = list(account, "News").await;
        account.contacts().add_to_list(news, contact("ann@b.example")).await.unwrap();
        account.contacts().unsubscribe_from_list(news, contact("ann@b.example")).await.unwrap();
        account.contacts().unsubscribe(contact("bob@b.example")).await.unwrap();
        let addresses = ["ann@b.example", "bob@b.example"].map(address).to_vec();
        let members = Members { addresses, ids: Vec::new() };
        assert_eq!(account.lists().fill(&[news], &members).await.unwrap(), 2);
        assert_eq!(account.lists().contact_count(news).await.unwrap(), 0);
    }

    #[tokio::test]
    async fn more_contacts_than_one_commit_takes_join_all_the_same() {
        let context = context().await;
        let account = account(&context, "one").await;
        let news = list(account, "News").await;
        crate::domain::demo::fill(account).await.unwrap();
        let ids = (1..=2_500).map(ContactId).collect();
        let members = Members { addresses: Vec::new(), ids };
        assert_eq!(account.lists().fill(&[news], &members).await.unwrap(), 1_000);
        assert_eq!(account.lists().contact_count(news).await.unwrap(), 920);
    }

    #[tokio::test]
    async fn a_list_that_cannot_be_written_to_refuses_all() {
        let context = context().await;
        let account = account(&context, "one").await;
        let news = list(account, "News").await;
        let ann = account.contacts().create(contact("ann@b.example")).await.unwrap().id;
        let members = Members { addresses: Vec::new(), ids: vec![ann] };
        let refused = account.lists().fill(&[news, ListId(99)], &members).await;
        assert_eq!(refusal(refused), Refusal::ListNotFound);
        let refused = account.lists().fill(&[news, TEST], &members).await;
        assert_eq!(refusal(refused), Refusal::ListNotWritable);
        assert_eq!(account.lists().contact_count(news).await.unwrap(), 0);
    }
}
