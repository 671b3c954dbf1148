//! Data fields: the typed columns that an account keeps for each contact.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::context::Account;
use super::error::{Refusal, Result};
use super::ids::{FieldId, SegmentId};
use super::value::{FieldKind, FieldValue};

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

    /// The field called `name`, in any case.
    pub fn named(&self, name: &str) -> Option<&DataField> {
        self.fields.get(*self.by_name.get(&name.trim().to_ascii_uppercase())?)
    }
}

/// An account's data fields.
#[derive(Debug, Clone, Copy)]
pub struct DataFields<'a> {
    pub(super) account: Account<'a>,
}

impl DataFields<'_> {
    /// In the order of their creation.
    pub async fn all(&self) -> Result<Vec<DataField>> {
        Err(Refusal::Unavailable.into())
    }

    /// All of them, ready to be looked up by name.
    pub async fn schema(&self) -> Result<Schema> {
        Ok(Schema::new(self.all().await?))
    }

    pub async fn create(&self, new: NewDataField) -> Result<DataField> {
        let _ = new;
        Err(Refusal::Unavailable.into())
    }

    /// Deletes the field called `name`, in any case, unless a segment's rules use it.
    pub async fn delete(&self, name: &str) -> Result<DependencyResult> {
        let _ = name;
        Err(Refusal::Unavailable.into())
    }
}
