//! Members of a list who are named by their addresses.

use super::People;
use crate::domain::address::EmailAddress;
use crate::domain::error::Result;
use crate::domain::ids::{ContactId, ListId, TagId};
use crate::domain::membership::Membership;

/// Addresses looked up together.
const ADDRESSES_AT_ONCE: usize = 500;

impl People<'_> {
    /// The subscribed members of a list with one of these addresses and, where it says so, a tag;
    /// ascending, each once. Others are left out.
    pub async fn members_among(
        self,
        list: ListId,
        tag: Option<TagId>,
        addresses: &[EmailAddress],
    ) -> Result<Vec<ContactId>> {
        let store = self.account.contact_store();
        let mut chosen = Vec::new();
        for some in addresses.chunks(ADDRESSES_AT_ONCE) {
            let compared: Vec<&str> = some.iter().map(EmailAddress::as_compared).collect();
            let found = store.resolve(&compared).await?.into_iter().flatten();
            let tagged =
                found.filter(|(_, record)| tag.is_none_or(|tag| record.tags.contains(&tag)));
            let ids: Vec<ContactId> = tagged.map(|(id, _)| id).collect();
            let members = store.members(list, &ids).await?;
            let is_in = |member: Option<Membership>| member.is_some_and(Membership::is_active);
            let members = ids.into_iter().zip(members).filter(|(_, member)| is_in(*member));
            chosen.extend(members.map(|(id, _)| id));
        }
        chosen.sort_unstable();
        chosen.dedup();
        Ok(chosen)
    }
}
