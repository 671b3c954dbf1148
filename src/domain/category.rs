//! Categories: named sets of lists, shown together on public pages.

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use super::context::Account;
use super::edit::Edit;
use super::error::{Error, Refusal, Result};
use super::ids::CategoryId;
use crate::store::{Entry, KeyRange, Order, Record, Space, StoreError, Table, tables};

/// Longest name of a category, in characters.
const MAX_NAME_CHARS: usize = 150;

/// A category of lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Category {
    pub id: CategoryId,
    /// Unique without regard to case.
    pub name: String,
    pub choice: Choice,
    /// Its place among the categories; places of removed ones stay empty.
    pub order: u32,
}

/// How lists of a category are chosen on a public page.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Choice {
    /// Any number of them: checkboxes.
    #[default]
    Any,
}

/// A category as it is stored.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct CategoryRecord {
    name: String,
    #[serde(default)]
    choice: Choice,
    order: u32,
    /// How often a list was put in. Keeps a removal from passing one that is being put in.
    #[serde(default)]
    placed: u32,
}

impl Record for CategoryRecord {
    const TABLE: Table = Table::Category;
    const VERSION: u8 = 1;
}

impl CategoryRecord {
    fn seen(self, id: CategoryId) -> Category {
        let Self { name, choice, order, placed: _ } = self;
        Category { id, name, choice, order }
    }
}

/// An account's categories.
#[derive(Debug, Clone, Copy)]
pub struct Categories<'a> {
    pub(super) account: Account<'a>,
}

impl<'a> Categories<'a> {
    /// In order of id, which is the order of their places too.
    pub async fn all(self) -> Result<Vec<Category>> {
        let broken = |error| Error::store("read categories", error);
        let range = KeyRange::prefix(tables::account(self.account.id.0));
        let store = &self.account.context.store;
        let found = store
            .scan(Space::Main, Table::Category, range, Order::Ascending, usize::MAX)
            .await
            .map_err(broken)?;
        let seen = found.into_iter().map(|(key, value)| {
            let id = tables::contact_of_entry(&key).map_or(CategoryId(0), CategoryId);
            Ok(CategoryRecord::decode(&value)?.seen(id))
        });
        seen.collect::<Result<_, StoreError>>().map_err(broken)
    }

    pub async fn create(self, name: &str) -> Result<Category> {
        let name = checked(name)?;
        self.account.change("create a category", |edit| self.create_once(edit, &name)).await
    }

    async fn create_once(self, mut edit: Edit<'a>, name: &str) -> Result<(Edit<'a>, Category)> {
        let all = self.all().await?;
        ensure_free(&all, name, None)?;
        let limit = usize::try_from(self.account.context.limits.lists_per_account);
        if all.len() >= limit.unwrap_or(usize::MAX) {
            return Err(Refusal::ListLimit.into());
        }
        let order = all.iter().map(|category| category.order).max().unwrap_or(0).saturating_add(1);
        let id = edit.next_category();
        let record =
            CategoryRecord { name: name.to_owned(), choice: Choice::Any, order, placed: 0 };
        edit.batch.put_if_absent(Table::Category, self.key(id), encoded(&record)?);
        Ok((edit, record.seen(id)))
    }

    pub async fn rename(self, id: CategoryId, name: &str) -> Result<Category> {
        let name = checked(name)?;
        self.account.change("rename a category", |edit| self.rename_once(edit, id, &name)).await
    }

    async fn rename_once(
        self,
        mut edit: Edit<'a>,
        id: CategoryId,
        name: &str,
    ) -> Result<(Edit<'a>, Category)> {
        let ((key, stored), mut record) = self.record(id).await?;
        ensure_free(&self.all().await?, name, Some(id))?;
        name.clone_into(&mut record.name);
        edit.batch.replace(Table::Category, key, Some(stored), encoded(&record)?);
        Ok((edit, record.seen(id)))
    }

    /// Removes a category; [`Refusal::CategoryInUse`] while a list is in it.
    pub async fn remove(self, id: CategoryId) -> Result<()> {
        self.account.change("remove a category", |edit| self.remove_once(edit, id)).await
    }

    async fn remove_once(self, mut edit: Edit<'a>, id: CategoryId) -> Result<(Edit<'a>, ())> {
        let ((key, stored), _) = self.record(id).await?;
        let lists = self.account.lists().all().await?;
        if lists.iter().any(|list| list.category == Some(id)) {
            return Err(Refusal::CategoryInUse.into());
        }
        edit.batch.expect(Table::Category, key.clone(), Some(stored));
        edit.batch.delete(Table::Category, key);
        Ok((edit, ()))
    }

    /// Lets `edit`, which puts a list in the category, be committed only while the category exists.
    pub(super) async fn hold(self, id: CategoryId, edit: &mut Edit<'a>) -> Result<()> {
        let ((key, stored), mut record) = self.record(id).await?;
        record.placed = record.placed.wrapping_add(1);
        edit.batch.replace(Table::Category, key, Some(stored), encoded(&record)?);
        Ok(())
    }

    async fn record(self, id: CategoryId) -> Result<(Entry, CategoryRecord)> {
        let broken = |error| Error::store("read a category", error);
        let key = self.key(id);
        let stored = self.account.context.store.get(Space::Main, Table::Category, &key);
        let stored = stored.await.map_err(broken)?.ok_or(Refusal::CategoryNotFound)?;
        let record = CategoryRecord::decode(&stored).map_err(broken)?;
        Ok(((key, stored), record))
    }

    fn key(self, id: CategoryId) -> Bytes {
        tables::numbered(self.account.id.0, id.0)
    }
}

fn encoded(record: &CategoryRecord) -> Result<Bytes> {
    record.encode().map_err(|error| Error::store("write a category", error))
}

fn checked(name: &str) -> Result<String, Refusal> {
    let name = name.trim();
    let fits =
        (1..=MAX_NAME_CHARS).contains(&name.chars().count()) && !name.chars().any(char::is_control);
    if fits { Ok(name.to_owned()) } else { Err(Refusal::CategoryInvalid) }
}

fn ensure_free(all: &[Category], name: &str, but: Option<CategoryId>) -> Result<(), Refusal> {
    let folded = name.to_lowercase();
    let mut others = all.iter().filter(|category| Some(category.id) != but);
    if others.any(|category| category.name.to_lowercase() == folded) {
        return Err(Refusal::CategoryNameInUse);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::testing::{account, context, refusal};
    use crate::domain::{ListPlace, NewList, Visibility};

    #[tokio::test]
    async fn a_name_is_taken_in_any_case() {
        let context = context().await;
        let categories = account(&context, "one").await.categories();
        let shoes = categories.create(" Shoes ").await.unwrap();
        assert_eq!((shoes.name.as_str(), shoes.order), ("Shoes", 1));
        assert_eq!(refusal(categories.create("SHOES").await), Refusal::CategoryNameInUse);
        assert_eq!(refusal(categories.create(" ").await), Refusal::CategoryInvalid);
        let hats = categories.create("Hats").await.unwrap();
        let taken = categories.rename(hats.id, "shoes").await;
        assert_eq!(refusal(taken), Refusal::CategoryNameInUse);
        assert_eq!(categories.rename(shoes.id, "shoes").await.unwrap().name, "shoes");
        let unknown = categories.rename(CategoryId(99), "x").await;
        assert_eq!(refusal(unknown), Refusal::CategoryNotFound);
    }

    #[tokio::test]
    async fn a_category_is_removed_only_when_no_list_is_in_it_and_its_id_never_comes_back() {
        let context = context().await;
        let account = account(&context, "one").await;
        let categories = account.categories();
        let shoes = categories.create("Shoes").await.unwrap();
        let new = NewList { name: "Boots".to_owned(), visibility: Visibility::Public };
        let place = ListPlace { category: Some(shoes.id), ..ListPlace::default() };
        let boots = account.lists().create_at(new, place).await.unwrap();
        assert_eq!(refusal(categories.remove(shoes.id).await), Refusal::CategoryInUse);
        account.lists().delete(boots.id).await.unwrap();
        categories.remove(shoes.id).await.unwrap();
        assert_eq!(refusal(categories.remove(shoes.id).await), Refusal::CategoryNotFound);
        assert_ne!(categories.create("Shoes").await.unwrap().id, shoes.id);
    }
}
