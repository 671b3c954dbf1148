//! Tags: words that contacts carry.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::context::Account;
use super::edit::Edit;
use super::error::{Error, Refusal, Result};
use super::ids::TagId;
use crate::store::{Entry, KeyRange, Order, Record, Space, StoreError, Table, tables};

/// Longest name of a tag, in characters.
pub const MAX_TAG_CHARS: usize = 100;

/// Tags that one contact may carry. The vendor's number for one row of an import, and so for all.
pub const MAX_TAGS_OF_CONTACT: usize = 10;

/// Tags of one account: read whole wherever names are needed.
pub const MAX_TAGS: usize = 5_000;

/// A tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tag {
    pub id: TagId,
    /// Unique without regard to case.
    pub name: String,
}

/// A tag as it is stored.
#[derive(Debug, Serialize, Deserialize)]
struct TagRecord {
    name: String,
}

impl Record for TagRecord {
    const TABLE: Table = Table::Tag;
    const VERSION: u8 = 1;
}

/// An account's tags.
#[derive(Debug, Clone, Copy)]
pub struct Tags<'a> {
    pub(super) account: Account<'a>,
}

impl<'a> Tags<'a> {
    /// All tags in order of id.
    pub async fn all(self) -> Result<Vec<Tag>> {
        let stored = self.stored().await?.into_iter();
        Ok(stored.map(|(id, _, name)| Tag { id, name }).collect())
    }

    /// The tag of this name, in any case.
    pub async fn named(self, name: &str) -> Result<Option<Tag>> {
        let folded = folded(name);
        Ok(self.all().await?.into_iter().find(|tag| tag.name.to_lowercase() == folded))
    }

    /// Deletes a tag; contacts lose it at once, since an id is never used again.
    pub async fn delete(self, id: TagId) -> Result<()> {
        self.account.change("delete a tag", |edit| self.delete_once(edit, id)).await
    }

    async fn delete_once(self, mut edit: Edit<'a>, id: TagId) -> Result<(Edit<'a>, ())> {
        let found = self.stored().await?.into_iter().find(|(found, _, _)| *found == id);
        let (_, (key, stored), _) = found.ok_or(Refusal::TagNotFound)?;
        edit.batch.expect(Table::Tag, key.clone(), Some(stored));
        edit.batch.delete(Table::Tag, key);
        Ok((edit, ()))
    }

    /// The names of tags, without those that were deleted.
    pub async fn names_of(self, ids: &[TagId]) -> Result<Vec<String>> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let names: BTreeMap<TagId, String> =
            self.all().await?.into_iter().map(|tag| (tag.id, tag.name)).collect();
        Ok(ids.iter().filter_map(|id| names.get(id).cloned()).collect())
    }

    /// The tags that exist, by their folded names: what [`KnownTags::take`] makes new ones from.
    pub(super) async fn known(self) -> Result<KnownTags> {
        let stored = self.stored().await?.into_iter();
        let by_name = stored.map(|(id, _, name)| (folded(&name), id)).collect();
        Ok(KnownTags { account: self.account.id.0, by_name })
    }

    async fn stored(self) -> Result<Vec<(TagId, Entry, String)>> {
        let broken = |error| Error::store("read tags", error);
        let range = KeyRange::prefix(tables::account(self.account.id.0));
        let store = &self.account.context.store;
        let found = store.scan(Space::Main, Table::Tag, range, Order::Ascending, MAX_TAGS);
        let decoded = found.await.map_err(broken)?.into_iter().map(|(key, value)| {
            let id = tables::contact_of_entry(&key).map(TagId);
            let id = id.ok_or_else(|| crate::store::record::damaged(Table::Tag, "a short key"))?;
            let name = TagRecord::decode(&value)?.name;
            Ok((id, (key, value), name))
        });
        decoded.collect::<Result<_, StoreError>>().map_err(broken)
    }
}

/// Tags by name within one change.
#[derive(Debug)]
pub(super) struct KnownTags {
    account: u32,
    by_name: BTreeMap<String, TagId>,
}

impl KnownTags {
    /// The tag of this name, made when there is none. [`Refusal::TagInvalid`] for a name that is
    /// too long or has control characters, and when the account has [`MAX_TAGS`].
    pub fn take(&mut self, edit: &mut Edit<'_>, name: &str) -> Result<TagId> {
        let name = name.trim();
        let folded = folded(name);
        if let Some(id) = self.by_name.get(&folded) {
            return Ok(*id);
        }
        if !is_name(name) || self.by_name.len() >= MAX_TAGS {
            return Err(Refusal::TagInvalid.into());
        }
        let id = edit.next_tag();
        let value = TagRecord { name: name.to_owned() }.encode();
        let value = value.map_err(|error| Error::store("write a tag", error))?;
        edit.batch.put_if_absent(Table::Tag, tables::numbered(self.account, id.0), value);
        self.by_name.insert(folded, id);
        Ok(id)
    }
}

/// Whether a text can be a tag's name.
pub fn is_name(text: &str) -> bool {
    let text = text.trim();
    (1..=MAX_TAG_CHARS).contains(&text.chars().count()) && !text.chars().any(char::is_control)
}

fn folded(name: &str) -> String {
    name.trim().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::testing::{account, context, refusal};

    async fn made(account: Account<'_>, names: &[&str]) -> Result<Vec<TagId>> {
        account
            .change("make tags", |mut edit| async move {
                let mut known = account.tags().known().await?;
                let ids = names.iter().map(|name| known.take(&mut edit, name));
                let ids = ids.collect::<Result<Vec<_>>>()?;
                Ok((edit, ids))
            })
            .await
    }

    #[tokio::test]
    async fn a_tag_is_made_once_whatever_its_case() {
        let context = context().await;
        let account = account(&context, "one").await;
        let ids = made(account, &["Red", " red ", "blue"]).await.unwrap();
        assert_eq!(ids, [TagId(1), TagId(1), TagId(2)]);
        assert_eq!(made(account, &["RED", "green"]).await.unwrap(), [TagId(1), TagId(3)]);
        let names: Vec<String> =
            account.tags().all().await.unwrap().into_iter().map(|tag| tag.name).collect();
        assert_eq!(names, ["Red", "blue", "green"]);
    }

    #[tokio::test]
    async fn a_deleted_tags_id_is_not_used_again() {
        let context = context().await;
        let account = account(&context, "one").await;
        made(account, &["Red"]).await.unwrap();
        account.tags().delete(TagId(1)).await.unwrap();
        assert_eq!(refusal(account.tags().delete(TagId(1)).await), Refusal::TagNotFound);
        assert_eq!(account.tags().names_of(&[TagId(1)]).await.unwrap(), Vec::<String>::new());
        assert_eq!(made(account, &["Red"]).await.unwrap(), [TagId(2)]);
    }

    #[tokio::test]
    async fn what_is_no_name_makes_no_tag() {
        let context = context().await;
        let account = account(&context, "one").await;
        for name in ["", " ", "a\nb", &"x".repeat(101)] {
            assert_eq!(refusal(made(account, &[name]).await), Refusal::TagInvalid, "{name}");
        }
    }
}
