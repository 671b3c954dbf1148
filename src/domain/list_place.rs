//! Where a list stands among the others: its category, and what it is for.

use serde::{Deserialize, Serialize};

use super::data_field::Visibility;
use super::edit::Edit;
use super::error::{Refusal, Result};
use super::ids::{CategoryId, ListId};
use super::list::{List, ListRecord, Lists, NewList, checked, ensure_free, is_reserved, limit};
use crate::store::Table;

/// Longest name of a list that has a place, in characters.
const MAX_NAME_CHARS: usize = 150;

/// A list's category and purpose.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ListPlace {
    pub category: Option<CategoryId>,
    /// For test sends.
    pub is_test: bool,
}

/// What of a list shall change; `None` stays as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ListChange {
    pub name: Option<String>,
    pub visibility: Option<Visibility>,
    /// `Some(None)` takes the list out of its category.
    pub category: Option<Option<CategoryId>>,
    pub is_test: Option<bool>,
}

impl<'a> Lists<'a> {
    /// Lists in alphabetical order without regard to case, without the two that nobody made.
    pub async fn alphabetical(self) -> Result<Vec<List>> {
        let mut lists = self.all().await?;
        lists.retain(|list| !is_reserved(list.id));
        lists.sort_by_cached_key(|list| (list.name.to_lowercase(), list.id));
        Ok(lists)
    }

    /// Creates a list in a category. Its name need be new within the category only, unlike with
    /// [`Self::create`].
    pub async fn create_at(self, new: NewList, place: ListPlace) -> Result<List> {
        let new = checked(&new, MAX_NAME_CHARS)?;
        self.account.change("create a list", |edit| self.create_at_once(edit, &new, place)).await
    }

    async fn create_at_once(
        self,
        mut edit: Edit<'a>,
        new: &NewList,
        place: ListPlace,
    ) -> Result<(Edit<'a>, List)> {
        let lists = self.records().await?;
        if lists.len() >= limit(self.account) {
            return Err(Refusal::ListLimit.into());
        }
        self.hold_place(&mut edit, lists, &new.name, place.category, None).await?;
        let id = edit.next_list();
        let mut record = ListRecord::new(new.clone(), self.account.context.clock.now());
        record.place = place;
        self.put(&mut edit.batch, id, &record)?;
        Ok((edit, record.seen(id)))
    }

    /// Renames or moves a list, or changes what it is for.
    pub async fn revise(self, id: ListId, change: &ListChange) -> Result<List> {
        self.account.change("revise a list", |edit| self.revise_once(edit, id, change)).await
    }

    async fn revise_once(
        self,
        mut edit: Edit<'a>,
        id: ListId,
        change: &ListChange,
    ) -> Result<(Edit<'a>, List)> {
        let (stored, mut record) = self.record(id).await?;
        if is_reserved(id) {
            return Err(Refusal::ListNotWritable.into());
        }
        let name = change.name.clone().unwrap_or_else(|| record.name.clone());
        let visibility = change.visibility.unwrap_or(record.visibility);
        let new = checked(&NewList { name, visibility }, MAX_NAME_CHARS)?;
        let category = change.category.unwrap_or(record.place.category);
        if new.name != record.name || category != record.place.category {
            let lists = self.records().await?;
            self.hold_place(&mut edit, lists, &new.name, category, Some(id)).await?;
        }
        record.name = new.name;
        record.visibility = visibility;
        record.place =
            ListPlace { category, is_test: change.is_test.unwrap_or(record.place.is_test) };
        record.modified = self.account.context.clock.now();
        edit.batch.expect(Table::List, stored.0, Some(stored.1));
        self.put(&mut edit.batch, id, &record)?;
        Ok((edit, record.seen(id)))
    }

    /// Lets a list be in `category` under `name`, if no other one there has it.
    async fn hold_place(
        self,
        edit: &mut Edit<'a>,
        mut lists: Vec<(ListId, ListRecord)>,
        name: &str,
        category: Option<CategoryId>,
        but: Option<ListId>,
    ) -> Result<()> {
        if let Some(category) = category {
            self.account.categories().hold(category, edit).await?;
        }
        lists.retain(|(id, record)| record.place.category == category || is_reserved(*id));
        Ok(ensure_free(&lists, name, but)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::list::TEST;
    use crate::domain::testing::{account, contact, context, list, refusal};

    fn new(name: &str) -> NewList {
        NewList { name: name.to_owned(), visibility: Visibility::Private }
    }

    fn within(category: CategoryId) -> ListPlace {
        ListPlace { category: Some(category), is_test: false }
    }

    #[tokio::test]
    async fn a_name_need_be_new_within_its_category_only() {
        let context = context().await;
        let account = account(&context, "one").await;
        let (lists, categories) = (account.lists(), account.categories());
        let shoes = categories.create("Shoes").await.unwrap().id;
        let red = lists.create_at(new("Red"), within(shoes)).await.unwrap();
        let again = lists.create_at(new("RED"), within(shoes)).await;
        assert_eq!(refusal(again), Refusal::ListNameInUse);
        let other = lists.create_at(new("Red"), ListPlace::default()).await.unwrap();
        let into_shoes = ListChange { category: Some(Some(shoes)), ..ListChange::default() };
        assert_eq!(refusal(lists.revise(other.id, &into_shoes).await), Refusal::ListNameInUse);
        assert_eq!(refusal(lists.create(new("red")).await), Refusal::ListNameInUse);
        let reserved = lists.create_at(new("All contacts"), within(shoes)).await;
        assert_eq!(refusal(reserved), Refusal::ListNameInUse);
        let nowhere = lists.create_at(new("Blue"), within(CategoryId(99))).await;
        assert_eq!(refusal(nowhere), Refusal::CategoryNotFound);
        let names: Vec<_> = lists.alphabetical().await.unwrap();
        assert_eq!(names.iter().map(|list| list.id).collect::<Vec<_>>(), [red.id, other.id]);
    }

    #[tokio::test]
    async fn a_change_leaves_alone_what_it_does_not_name_and_members_stay() {
        let context = context().await;
        let account = account(&context, "one").await;
        let lists = account.lists();
        let news = list(account, "News").await;
        account.contacts().add_to_list(news, contact("a@b.example")).await.unwrap();
        let shoes = account.categories().create("Shoes").await.unwrap().id;
        let change = ListChange {
            category: Some(Some(shoes)),
            visibility: Some(Visibility::Public),
            is_test: Some(true),
            name: None,
        };
        lists.revise(news, &change).await.unwrap();
        let rename = ListChange { name: Some(" Boots ".to_owned()), ..ListChange::default() };
        let renamed = lists.revise(news, &rename).await.unwrap();
        assert_eq!((renamed.name.as_str(), renamed.visibility), ("Boots", Visibility::Public));
        assert_eq!((renamed.category, renamed.is_test), (Some(shoes), true));
        let out = ListChange { category: Some(None), ..ListChange::default() };
        lists.revise(news, &out).await.unwrap();
        let seen = lists.get(news).await.unwrap();
        assert_eq!((seen.category, seen.contacts), (None, 1));
    }

    #[tokio::test]
    async fn the_first_two_lists_are_not_revised() {
        let context = context().await;
        let lists = account(&context, "one").await.lists();
        let refused = lists.revise(TEST, &ListChange::default()).await;
        assert_eq!(refusal(refused), Refusal::ListNotWritable);
        let refused = lists.revise(ListId(99), &ListChange::default()).await;
        assert_eq!(refusal(refused), Refusal::ListNotFound);
    }
}
