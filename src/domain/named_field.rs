//! Data fields under a name of their maker's own spelling, and their place on a contact's card.
//!
//! Names are told apart by case here: `Age` and `age` are two fields. Other callers know each by
//! the name that [`super::custom_field`] makes of it.

use serde::{Deserialize, Serialize};

use super::custom_field::{FieldDisplay, MAX_LABEL_CHARS, free_name};
use super::data_field::{DataField, DataFields, Schema, Visibility, limit, put};
use super::edit::Edit;
use super::error::{Error, Refusal, Result};
use super::ids::FieldId;
use super::value::FieldKind;
use crate::store::{Record as _, Table, tables};

/// How a field stands on a contact's card.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct FieldCard {
    /// What people read instead of the name.
    pub public_name: Option<String>,
    pub is_hidden: bool,
    /// Counts from 1; `None` is the field's place in the order of creation.
    pub position: Option<u32>,
    /// A text of several lines.
    pub has_lines: bool,
}

/// A field to be made under a name that is told apart by case.
#[derive(Debug, Clone)]
pub struct NewNamedField {
    /// A Latin letter, then letters, digits and `_`.
    pub name: String,
    pub kind: FieldKind,
    pub card: FieldCard,
}

/// What becomes of a field. `None` keeps what is stored.
#[derive(Debug, Clone, Default)]
pub struct FieldChange {
    /// As [`NewNamedField::name`].
    pub name: Option<String>,
    pub public_name: Option<String>,
    pub is_hidden: Option<bool>,
    pub position: Option<u32>,
}

impl Schema {
    /// The field whose maker called it exactly `name`.
    pub fn labeled(&self, name: &str) -> Option<&DataField> {
        self.fields().iter().find(|field| field.label() == name)
    }
}

impl<'a> DataFields<'a> {
    /// Makes a field. [`Refusal::DataFieldInvalid`], [`Refusal::DataFieldInUse`],
    /// [`Refusal::DataFieldLimit`].
    pub async fn create_named(self, new: NewNamedField) -> Result<DataField> {
        ensure_name(&new.name)?;
        ensure_public_name(new.card.public_name.as_deref())?;
        self.account.change("create a named field", |edit| self.create_named_once(edit, &new)).await
    }

    async fn create_named_once(
        self,
        mut edit: Edit<'a>,
        new: &NewNamedField,
    ) -> Result<(Edit<'a>, DataField)> {
        let schema = self.schema().await?;
        if schema.labeled(&new.name).is_some() {
            return Err(Refusal::DataFieldInUse.into());
        }
        if schema.fields().len() >= limit(self.account) {
            return Err(Refusal::DataFieldLimit.into());
        }
        let name = free_name(&new.name, &schema)?;
        let label = (name.as_str() != new.name).then(|| new.name.clone());
        let display = FieldDisplay { label, card: new.card.clone(), ..FieldDisplay::default() };
        let field = DataField {
            id: edit.next_field()?,
            name,
            kind: new.kind,
            visibility: Visibility::Private,
            default: None,
            display,
        };
        put(self.account, &mut edit.batch, &field)?;
        Ok((edit, field))
    }

    /// Changes how a field is called and shown; values and the name for other callers stay.
    ///
    /// [`Refusal::DataFieldNotFound`], [`Refusal::DataFieldInvalid`], [`Refusal::DataFieldInUse`].
    pub async fn change(self, id: FieldId, change: &FieldChange) -> Result<DataField> {
        if let Some(name) = &change.name {
            ensure_name(name)?;
        }
        ensure_public_name(change.public_name.as_deref())?;
        self.account.change("change a data field", |edit| self.change_once(edit, id, change)).await
    }

    async fn change_once(
        self,
        mut edit: Edit<'a>,
        id: FieldId,
        change: &FieldChange,
    ) -> Result<(Edit<'a>, DataField)> {
        let schema = self.schema().await?;
        let mut field = schema.by_id(id).ok_or(Refusal::DataFieldNotFound)?.clone();
        if let Some(name) = &change.name {
            if schema.labeled(name).is_some_and(|other| other.id != id) {
                return Err(Refusal::DataFieldInUse.into());
            }
            field.display.label = (field.name.as_str() != name).then(|| name.clone());
        }
        let card = &mut field.display.card;
        if let Some(public_name) = &change.public_name {
            card.public_name = Some(public_name.clone());
        }
        card.is_hidden = change.is_hidden.unwrap_or(card.is_hidden);
        card.position = change.position.or(card.position);
        let value = field.encode().map_err(|error| Error::store("write a data field", error))?;
        let key = tables::named(self.account.id.0, field.name.as_str());
        edit.batch.put(Table::DataField, key, value);
        Ok((edit, field))
    }
}

fn ensure_name(name: &str) -> Result<(), Refusal> {
    let fits = name.len() <= MAX_LABEL_CHARS
        && name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    if fits { Ok(()) } else { Err(Refusal::DataFieldInvalid) }
}

fn ensure_public_name(name: Option<&str>) -> Result<(), Refusal> {
    let fits =
        |name: &str| name.chars().count() <= MAX_LABEL_CHARS && !name.chars().any(char::is_control);
    if name.is_none_or(fits) { Ok(()) } else { Err(Refusal::DataFieldInvalid) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::testing::{account, context, refusal};

    fn new(name: &str) -> NewNamedField {
        NewNamedField { name: name.to_owned(), kind: FieldKind::Text, card: FieldCard::default() }
    }

    #[tokio::test]
    async fn names_differ_by_case_and_each_is_found_by_its_own() {
        let context = context().await;
        let fields = account(&context, "one").await.fields();
        let one = fields.create_named(new("Age")).await.unwrap();
        let other = fields.create_named(new("age")).await.unwrap();
        assert_eq!((one.name.as_str(), one.label()), ("AGE", "Age"));
        assert_eq!((other.name.as_str(), other.label()), ("AGE_2", "age"));
        assert_eq!(refusal(fields.create_named(new("Age")).await), Refusal::DataFieldInUse);
        assert_eq!(refusal(fields.create_named(new("GENDER")).await), Refusal::DataFieldInUse);
        let schema = fields.schema().await.unwrap();
        assert_eq!(schema.labeled("age").map(|field| field.id), Some(other.id));
        assert_eq!(schema.labeled("aGe"), None);
        for name in ["", "1st", "first name", "_a", "\u{c4}ge", &"x".repeat(151)] {
            let refused = fields.create_named(new(name)).await;
            assert_eq!(refusal(refused), Refusal::DataFieldInvalid, "{name}");
        }
    }

    #[tokio::test]
    async fn a_field_is_renamed_for_its_maker_only() {
        let context = context().await;
        let fields = account(&context, "one").await.fields();
        let made = fields.create_named(new("Age")).await.unwrap();
        fields.create_named(new("Size")).await.unwrap();
        let change = FieldChange {
            name: Some("Years".to_owned()),
            public_name: Some("Your age".to_owned()),
            is_hidden: Some(true),
            position: Some(7),
        };
        let changed = fields.change(made.id, &change).await.unwrap();
        assert_eq!((changed.name.as_str(), changed.label()), ("AGE", "Years"));
        assert_eq!(fields.get(made.id).await.unwrap(), changed);
        let kept = fields.change(made.id, &FieldChange::default()).await.unwrap();
        assert_eq!(kept, changed);
        let taken = FieldChange { name: Some("Size".to_owned()), ..FieldChange::default() };
        assert_eq!(refusal(fields.change(made.id, &taken).await), Refusal::DataFieldInUse);
        let gone = fields.change(FieldId(99), &change).await;
        assert_eq!(refusal(gone), Refusal::DataFieldNotFound);
    }
}
