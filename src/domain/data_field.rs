//! Data fields: the typed columns that an account keeps for each contact.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::context::Account;
use super::counters::Counters;
use super::custom_field::FieldDisplay;
use super::edit::Edit;
use super::error::{Error, Refusal, Result};
use super::ids::{FieldId, SegmentId};
use super::value::{FieldKind, FieldValue};
use crate::store::{Batch, KeyRange, Order, Record, Space, StoreError, Table, tables};

/// Longest name of a data field, in characters.
pub const MAX_NAME_CHARS: usize = 20;

/// The name of a data field: kept in upper case, compared without regard to case.
///
/// A letter, then letters, digits, `_` and `-`; at most 20 characters, all ASCII. `EMAIL` and
/// `EMAILTYPE` are columns of every import file and name no field.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct FieldName(String);

impl FieldName {
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        let name = text.trim().to_ascii_uppercase();
        let fits = name.len() <= MAX_NAME_CHARS
            && name.starts_with(|c: char| c.is_ascii_alphabetic())
            && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
        let reserved = ["EMAIL", "EMAILTYPE", "OPTINTYPE"].contains(&name.as_str());
        if fits && !reserved { Ok(Self(name)) } else { Err(Refusal::DataFieldInvalid) }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for FieldName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Who may see a data field or a list on public pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Visibility {
    Private,
    Public,
}

/// A data field of an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DataField {
    pub id: FieldId,
    pub name: FieldName,
    pub kind: FieldKind,
    pub visibility: Visibility,
    /// What a contact has that was given no value.
    pub default: Option<FieldValue>,
    #[serde(default)]
    pub display: FieldDisplay,
}

/// A data field to be created.
#[derive(Debug, Clone)]
pub struct NewDataField {
    pub name: String,
    pub kind: FieldKind,
    pub visibility: Visibility,
    pub default: Option<FieldValue>,
}

/// What still uses a data field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dependency {
    Segment(SegmentId),
}

/// How deleting a data field ended: it stays as long as something uses it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DependencyResult {
    pub dependencies: Vec<Dependency>,
    pub deleted: bool,
}

/// The account's data fields at one moment, by name and by id.
#[derive(Debug, Clone, Default)]
pub struct Schema {
    fields: Vec<DataField>,
    by_name: BTreeMap<String, usize>,
}

impl Schema {
    pub fn new(fields: Vec<DataField>) -> Self {
        let by_name = fields
            .iter()
            .enumerate()
            .map(|(at, field)| (field.name.as_str().to_owned(), at))
            .collect();
        Self { fields, by_name }
    }

    /// In the order of their creation.
    pub fn fields(&self) -> &[DataField] {
        &self.fields
    }

    /// The field with this id.
    pub fn by_id(&self, id: FieldId) -> Option<&DataField> {
        self.fields.iter().find(|field| field.id == id)
    }

    /// The field with this label, else the one with this label or name in any case.
    pub fn called(&self, name: &str) -> Option<&DataField> {
        let name = name.trim();
        let folded = name.to_lowercase();
        let mut exact = self.fields.iter().filter(|field| field.label() == name);
        let mut like = self.fields.iter().filter(|field| field.label().to_lowercase() == folded);
        exact.next().or_else(|| like.next()).or_else(|| self.named(name))
    }

    /// The field called `name`, in any case.
    pub fn named(&self, name: &str) -> Option<&DataField> {
        self.fields.get(*self.by_name.get(&name.trim().to_ascii_uppercase())?)
    }
}

/// The fields that every account has from the start, all of them texts.
pub const FIRST_FIELDS: [&str; 5] = ["FIRSTNAME", "LASTNAME", "FULLNAME", "GENDER", "POSTCODE"];

impl Record for DataField {
    const TABLE: Table = Table::DataField;
    const VERSION: u8 = 1;
}

/// An account's data fields.
#[derive(Debug, Clone, Copy)]
pub struct DataFields<'a> {
    pub(super) account: Account<'a>,
}

impl<'a> DataFields<'a> {
    /// In the order of their creation.
    pub async fn all(self) -> Result<Vec<DataField>> {
        let broken = |error| Error::store("read data fields", error);
        let range = KeyRange::prefix(tables::account(self.account.id.0));
        let store = &self.account.context.store;
        let found = store
            .scan(Space::Main, Table::DataField, range, Order::Ascending, usize::MAX)
            .await
            .map_err(broken)?;
        let mut fields: Vec<DataField> = found
            .iter()
            .map(|(_, value)| DataField::decode(value))
            .collect::<Result<_, StoreError>>()
            .map_err(broken)?;
        fields.sort_by_key(|field| field.id);
        Ok(fields)
    }

    /// All of them, ready to be looked up by name.
    pub async fn schema(self) -> Result<Arc<Schema>> {
        let key = tables::account(self.account.id.0);
        let read = async { Ok(Schema::new(self.all().await?)) };
        self.account.context.remembered(Table::DataField, &key, read).await
    }

    /// Creates a field. A default is held against the field's type as any value is.
    pub async fn create(self, new: NewDataField) -> Result<DataField> {
        self.account.change("create a data field", |edit| self.create_once(edit, &new)).await
    }

    async fn create_once(
        self,
        mut edit: Edit<'a>,
        new: &NewDataField,
    ) -> Result<(Edit<'a>, DataField)> {
        let name = FieldName::parse(&new.name)?;
        let schema = self.schema().await?;
        if schema.named(name.as_str()).is_some() {
            return Err(Refusal::DataFieldInUse.into());
        }
        if schema.fields().len() >= limit(self.account) {
            return Err(Refusal::DataFieldLimit.into());
        }
        let default = match new.default.clone() {
            Some(value) => value.fit(new.kind).map_err(|_| Refusal::DataFieldInvalid)?,
            None => None,
        };
        let NewDataField { kind, visibility, .. } = *new;
        let display = FieldDisplay::default();
        let field = DataField { id: edit.next_field()?, name, kind, visibility, default, display };
        put(self.account, &mut edit.batch, &field)?;
        Ok((edit, field))
    }

    /// The schema with the fields called `names`; those that are missing are made by `edit`, as
    /// private texts.
    pub(super) async fn with_texts(
        self,
        edit: &mut Edit<'a>,
        names: impl IntoIterator<Item = &str>,
    ) -> Result<Schema> {
        let mut schema = Schema::clone(&*self.schema().await?);
        for name in names {
            if schema.named(name).is_some() {
                continue;
            }
            if schema.fields.len() >= limit(self.account) {
                return Err(Refusal::DataFieldLimit.into());
            }
            let field = DataField {
                id: edit.next_field()?,
                name: FieldName::parse(name)?,
                kind: FieldKind::Text,
                visibility: Visibility::Private,
                default: None,
                display: FieldDisplay::default(),
            };
            put(self.account, &mut edit.batch, &field)?;
            schema.by_name.insert(field.name.as_str().to_owned(), schema.fields.len());
            schema.fields.push(field);
        }
        Ok(schema)
    }

    /// Deletes the field called `name`, in any case, unless a segment's rules use it. Values that
    /// contacts have for it are not seen any more; a new field of that name starts without any.
    pub async fn delete(self, name: &str) -> Result<DependencyResult> {
        self.account.change("delete a data field", |edit| self.delete_once(edit, name)).await
    }

    async fn delete_once(
        self,
        mut edit: Edit<'a>,
        name: &str,
    ) -> Result<(Edit<'a>, DependencyResult)> {
        let schema = self.schema().await?;
        let field = schema.named(name).ok_or(Refusal::DataFieldNotFound)?;
        let segments = self.account.segments().over_field(&field.name).await?;
        let dependencies: Vec<Dependency> = segments.into_iter().map(Dependency::Segment).collect();
        let deleted = dependencies.is_empty();
        if deleted {
            let key = tables::named(self.account.id.0, field.name.as_str());
            edit.batch.delete(Table::DataField, key);
        }
        Ok((edit, DependencyResult { dependencies, deleted }))
    }
}

/// Writes the fields that a new account starts with.
pub(super) fn put_first_fields(
    account: Account<'_>,
    batch: &mut Batch,
    counters: &mut Counters,
) -> Result<()> {
    for name in FIRST_FIELDS {
        let field = DataField {
            id: FieldId(counters.next_field),
            name: FieldName(name.to_owned()),
            kind: FieldKind::Text,
            visibility: Visibility::Private,
            default: None,
            display: FieldDisplay::default(),
        };
        counters.next_field = counters.next_field.saturating_add(1);
        put(account, batch, &field)?;
    }
    Ok(())
}

/// Writes a new field.
pub(super) fn put(account: Account<'_>, batch: &mut Batch, field: &DataField) -> Result<()> {
    let value = field.encode().map_err(|error| Error::store("write a data field", error))?;
    let key = tables::named(account.id.0, field.name.as_str());
    batch.put_if_absent(Table::DataField, key, value);
    Ok(())
}

/// Fields that an account may have.
pub(super) fn limit(account: Account<'_>) -> usize {
    usize::from(account.context.limits.data_fields_per_account)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::testing::{account, contact, context, refusal};
    use crate::domain::{Decimal, FieldTest, Rules};

    fn new(name: &str, kind: FieldKind, default: Option<FieldValue>) -> NewDataField {
        NewDataField { name: name.to_owned(), kind, visibility: Visibility::Public, default }
    }

    #[tokio::test]
    async fn five_fields_exist_from_the_start() {
        let context = context().await;
        let fields = account(&context, "one").await.fields().all().await.unwrap();
        let names: Vec<_> = fields.iter().map(|field| field.name.as_str()).collect();
        assert_eq!(names, FIRST_FIELDS);
    }

    #[tokio::test]
    async fn a_default_is_typed_and_shows_where_a_contact_has_no_value() {
        let context = context().await;
        let account = account(&context, "one").await;
        let text = |text: &str| Some(FieldValue::Text(text.to_owned()));
        let wrong = account.fields().create(new("AGE", FieldKind::Number, text("old"))).await;
        assert_eq!(refusal(wrong), Refusal::DataFieldInvalid);
        let age = account.fields().create(new("Age", FieldKind::Number, text("18.50"))).await;
        let age = age.unwrap();
        let default = Some(FieldValue::Number(Decimal::parse("18.50").unwrap()));
        assert_eq!((age.name.as_str(), &age.default), ("AGE", &default));
        assert_eq!(account.fields().all().await.unwrap().pop().unwrap(), age);
        let ann = account.contacts().create(contact("a@b.example")).await.unwrap();
        assert_eq!(ann.fields.last().unwrap(), &(age.name, default));
    }

    #[tokio::test]
    async fn a_name_that_is_taken_or_malformed_is_refused() {
        let context = context().await;
        let fields = account(&context, "one").await.fields();
        let taken = fields.create(new("FirstName", FieldKind::Text, None)).await;
        assert_eq!(refusal(taken), Refusal::DataFieldInUse);
        for name in ["", "1ST", "WITH SPACE", "EMAIL", "ÄGE", "A23456789012345678901"] {
            let refused = fields.create(new(name, FieldKind::Text, None)).await;
            assert_eq!(refusal(refused), Refusal::DataFieldInvalid, "{name}");
        }
    }

    #[tokio::test]
    async fn a_field_that_a_segment_uses_stays_until_then() {
        let context = context().await;
        let account = account(&context, "one").await;
        let name = FieldName::parse("gender").unwrap();
        let rules = Rules::Field { name, test: FieldTest::IsSet };
        let segment = account.segments().define("Known", rules).await.unwrap();
        let result = account.fields().delete("Gender").await.unwrap();
        assert_eq!(result.dependencies, [Dependency::Segment(segment.id)]);
        assert!(!result.deleted);
        assert!(account.fields().delete("postcode").await.unwrap().deleted);
        let again = account.fields().delete("postcode").await;
        assert_eq!(refusal(again), Refusal::DataFieldNotFound);
        assert_eq!(account.fields().all().await.unwrap().len(), 4);
    }
}
