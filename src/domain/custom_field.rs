//! Data fields as people see them: under a free name, with a format.

use serde::{Deserialize, Serialize};

use super::data_field::{
    DataField, DataFields, DependencyResult, FieldName, MAX_NAME_CHARS, Schema, Visibility, limit,
    put,
};
use super::display::{DateFormat, NumberFormat};
use super::edit::Edit;
use super::error::{Refusal, Result};
use super::ids::FieldId;
use super::named_field::FieldCard;
use super::value::{FieldKind, FieldValue};

/// Longest label and longest friendly tag, in characters.
pub(super) const MAX_LABEL_CHARS: usize = 150;

/// How a data field and its values are shown to people.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct FieldDisplay {
    /// Its name as its maker wrote it; `None` shows [`DataField::name`].
    pub label: Option<String>,
    pub form: FieldForm,
    /// What stands for the field in messages.
    pub friendly_tag: Option<String>,
    pub card: FieldCard,
}

/// What a field's values look like.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum FieldForm {
    /// As the field's type goes.
    #[default]
    Plain,
    /// A text that is a postal code.
    PostalCode,
    Date(DateFormat),
    Number(NumberFormat),
}

impl FieldForm {
    /// The type of a data field with this form, for a plain one a text.
    fn kind(self) -> FieldKind {
        match self {
            Self::Plain | Self::PostalCode => FieldKind::Text,
            Self::Date(_) => FieldKind::Date,
            Self::Number(_) => FieldKind::Number,
        }
    }
}

/// A custom field to be made.
#[derive(Debug, Clone)]
pub struct NewCustomField {
    /// Unique without regard to case; free but for control characters.
    pub label: String,
    pub form: FieldForm,
    /// Public fields are shown on public pages.
    pub visibility: Visibility,
    pub friendly_tag: Option<String>,
    /// Text of what a contact has that was given no value.
    pub default: Option<String>,
}

impl DataField {
    /// The name that its maker gave it.
    pub fn label(&self) -> &str {
        self.display.label.as_deref().unwrap_or(self.name.as_str())
    }
}

impl<'a> DataFields<'a> {
    /// The field with this id.
    pub async fn get(self, id: FieldId) -> Result<DataField> {
        let found = self.all().await?.into_iter().find(|field| field.id == id);
        Ok(found.ok_or(Refusal::DataFieldNotFound)?)
    }

    /// Makes a field under a free label. Its name, by which other callers know it, is made of what
    /// of the label a name may hold, with a number behind it where that is taken.
    pub async fn create_custom(self, new: NewCustomField) -> Result<DataField> {
        let new = checked(new)?;
        self.account
            .change("create a custom field", |edit| self.create_custom_once(edit, &new))
            .await
    }

    async fn create_custom_once(
        self,
        mut edit: Edit<'a>,
        new: &NewCustomField,
    ) -> Result<(Edit<'a>, DataField)> {
        let schema = self.schema().await?;
        let folded = new.label.to_lowercase();
        if schema.fields().iter().any(|field| field.label().to_lowercase() == folded) {
            return Err(Refusal::DataFieldInUse.into());
        }
        if schema.fields().len() >= limit(self.account) {
            return Err(Refusal::DataFieldLimit.into());
        }
        let kind = new.form.kind();
        let default = match &new.default {
            Some(text) => FieldValue::parse(kind, text).map_err(|_| Refusal::DataFieldInvalid)?,
            None => None,
        };
        let name = free_name(&new.label, &schema)?;
        let label = (name.as_str() != new.label).then(|| new.label.clone());
        let friendly_tag = new.friendly_tag.clone();
        let display =
            FieldDisplay { label, form: new.form, friendly_tag, card: FieldCard::default() };
        let visibility = new.visibility;
        let field = DataField { id: edit.next_field()?, name, kind, visibility, default, display };
        put(self.account, &mut edit.batch, &field)?;
        Ok((edit, field))
    }

    /// The name of the field that [`Schema::called`] finds; without one a private text is made.
    pub async fn called_or_made(self, label: &str) -> Result<FieldName> {
        if let Some(field) = self.schema().await?.called(label) {
            return Ok(field.name.clone());
        }
        let new = NewCustomField {
            label: label.to_owned(),
            form: FieldForm::Plain,
            visibility: Visibility::Private,
            friendly_tag: None,
            default: None,
        };
        Ok(self.create_custom(new).await?.name)
    }

    /// Deletes the field with this id as [`Self::delete`] does.
    pub async fn delete_by_id(self, id: FieldId) -> Result<DependencyResult> {
        let field = self.get(id).await?;
        self.delete(field.name.as_str()).await
    }
}

fn checked(mut new: NewCustomField) -> Result<NewCustomField, Refusal> {
    let fits = |text: &str| {
        (1..=MAX_LABEL_CHARS).contains(&text.chars().count()) && !text.chars().any(char::is_control)
    };
    new.label = String::from(new.label.trim());
    let has_good_tag = new.friendly_tag.as_deref().is_none_or(fits);
    if fits(&new.label) && has_good_tag { Ok(new) } else { Err(Refusal::DataFieldInvalid) }
}

/// A name that no field of `schema` has: `T-shirt size` becomes `T-SHIRT_SIZE`.
pub(super) fn free_name(label: &str, schema: &Schema) -> Result<FieldName, Refusal> {
    let allowed = |c: char| if c.is_ascii_alphanumeric() || c == '-' { c } else { '_' };
    let mut base: String = label.chars().map(allowed).collect();
    if !base.starts_with(|c: char| c.is_ascii_alphabetic()) {
        base.insert_str(0, "F_");
    }
    let numbered = (2..u16::MAX).map(|number| format!("_{number}"));
    for tail in std::iter::once(String::new()).chain(numbered) {
        let kept = MAX_NAME_CHARS.saturating_sub(tail.len());
        let name: String = base.chars().take(kept).chain(tail.chars()).collect();
        // A name that is reserved, as `EMAIL` is, is taken too.
        if let Ok(name) = FieldName::parse(&name)
            && schema.named(name.as_str()).is_none()
        {
            return Ok(name);
        }
    }
    Err(Refusal::DataFieldInvalid)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::display::Separators;
    use crate::domain::testing::{account, contact, context, refusal};
    use crate::domain::{Decimal, NewDataField};

    fn new(label: &str, form: FieldForm) -> NewCustomField {
        let label = label.to_owned();
        let visibility = Visibility::Private;
        NewCustomField { label, form, visibility, friendly_tag: None, default: None }
    }

    #[tokio::test]
    async fn a_label_is_free_and_the_name_is_made_of_it() {
        let context = context().await;
        let fields = account(&context, "one").await.fields();
        for (label, name) in [
            ("T-shirt size", "T-SHIRT_SIZE"),
            ("T-shirt, size", "T-SHIRT__SIZE"),
            ("T shirt size!", "T_SHIRT_SIZE_"),
            ("2nd name", "F_2ND_NAME"),
            ("Gr\u{f6}\u{df}e", "GR__E"),
            ("Email", "EMAIL_2"),
            ("a label that is longer than a name", "A_LABEL_THAT_IS_LONG"),
            ("a label that is longer than the last", "A_LABEL_THAT_IS_LO_2"),
            ("???", "F____"),
        ] {
            let made = fields.create_custom(new(label, FieldForm::Plain)).await.unwrap();
            assert_eq!((made.name.as_str(), made.label()), (name, label));
            assert_eq!(fields.get(made.id).await.unwrap(), made);
        }
        for label in ["T-SHIRT SIZE", "firstname"] {
            let again = fields.create_custom(new(label, FieldForm::Plain)).await;
            assert_eq!(refusal(again), Refusal::DataFieldInUse, "{label}");
        }
        for label in ["", "a\nb", &"x".repeat(151)] {
            let refused = fields.create_custom(new(label, FieldForm::Plain)).await;
            assert_eq!(refusal(refused), Refusal::DataFieldInvalid, "{label}");
        }
    }

    #[tokio::test]
    async fn a_form_has_a_type_and_holds_the_default_to_it() {
        let context = context().await;
        let account = account(&context, "one").await;
        let number = FieldForm::Number(NumberFormat { decimals: 2, separators: Separators::Point });
        let with_default = |default: &str| NewCustomField {
            default: Some(default.to_owned()),
            ..new("Size", number)
        };
        let refused = account.fields().create_custom(with_default("large")).await;
        assert_eq!(refusal(refused), Refusal::DataFieldInvalid);
        let size = account.fields().create_custom(with_default("41.50")).await.unwrap();
        assert_eq!(size.kind, FieldKind::Number);
        let ann = account.contacts().create(contact("a@b.example")).await.unwrap();
        let value = FieldValue::Number(Decimal::parse("41.50").unwrap());
        assert_eq!(ann.fields.last().unwrap(), &(size.name, Some(value)));
    }

    #[tokio::test]
    async fn a_field_made_without_a_label_shows_its_name_and_is_deleted_by_id() {
        let context = context().await;
        let fields = account(&context, "one").await.fields();
        let plain = NewDataField {
            name: "Age".to_owned(),
            kind: FieldKind::Number,
            visibility: Visibility::Private,
            default: None,
        };
        let age = fields.create(plain).await.unwrap();
        assert_eq!((age.label(), &age.display), ("AGE", &FieldDisplay::default()));
        assert!(fields.delete_by_id(age.id).await.unwrap().deleted);
        assert_eq!(refusal(fields.delete_by_id(age.id).await), Refusal::DataFieldNotFound);
    }
}
