//! Data fields and what depends on them.

use serde::{Deserialize, Serialize};

use super::contact_data::{field_value, wire_value};
use crate::domain::{
    DataField, Dependency, DependencyResult, FieldKind, NewDataField, Refusal, Visibility,
};
use crate::faces::dotdigital_rest::convert::int;

/// A data field of the account.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct ApiDataField {
    /// The name, in upper case.
    pub name: Option<String>,
    #[serde(rename = "type")]
    pub kind: ApiDataTypes,
    pub visibility: ApiDataFieldVisibility,
    /// What a contact has that was given no value, in its own type.
    pub default_value: Option<serde_json::Value>,
}

/// The type of a data field's values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum ApiDataTypes {
    #[default]
    String,
    Numeric,
    Date,
    Boolean,
    NotAvailableInThisVersion,
}

/// Whether contacts may see a data field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum ApiDataFieldVisibility {
    #[default]
    Private,
    Public,
    NotAvailableInThisVersion,
}

impl ApiDataField {
    pub fn of(field: &DataField) -> Self {
        Self {
            name: Some(field.name.to_string().to_uppercase()),
            kind: match field.kind {
                FieldKind::Text => ApiDataTypes::String,
                FieldKind::Number => ApiDataTypes::Numeric,
                FieldKind::Date => ApiDataTypes::Date,
                FieldKind::Boolean => ApiDataTypes::Boolean,
            },
            visibility: match field.visibility {
                Visibility::Private => ApiDataFieldVisibility::Private,
                Visibility::Public => ApiDataFieldVisibility::Public,
            },
            default_value: field.default.as_ref().map(wire_value),
        }
    }

    /// What a caller says of a field.
    pub fn into_new(self) -> Result<NewDataField, Refusal> {
        let kind = match self.kind {
            ApiDataTypes::String => FieldKind::Text,
            ApiDataTypes::Numeric => FieldKind::Number,
            ApiDataTypes::Date => FieldKind::Date,
            ApiDataTypes::Boolean => FieldKind::Boolean,
            ApiDataTypes::NotAvailableInThisVersion => return Err(Refusal::DataFieldInvalid),
        };
        let visibility = match self.visibility {
            ApiDataFieldVisibility::Private => Visibility::Private,
            ApiDataFieldVisibility::Public => Visibility::Public,
            ApiDataFieldVisibility::NotAvailableInThisVersion => {
                return Err(Refusal::DataFieldInvalid);
            }
        };
        let default = self.default_value.as_ref().map(field_value).transpose()?.flatten();
        Ok(NewDataField { name: self.name.unwrap_or_default(), kind, visibility, default })
    }
}

/// How deleting a data field ended.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ApiDependencyResult {
    /// What still uses the field; null when nothing does.
    pub dependencies: Option<Vec<ApiDependency>>,
    /// Whether it is deleted.
    pub result: bool,
}

/// A thing that uses a data field.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ApiDependency {
    #[serde(rename = "type")]
    pub kind: ApiBusinessObjectType,
    pub object_id: i32,
}

/// The kind of a thing. The vendor's list has no kind for segments: such a one is newer than the
/// client.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum ApiBusinessObjectType {
    NotAvailableInThisVersion,
}

impl ApiDependencyResult {
    pub fn of(result: &DependencyResult) -> Self {
        let dependencies = result.dependencies.iter().map(|dependency| match dependency {
            Dependency::Segment(id) => ApiDependency {
                kind: ApiBusinessObjectType::NotAvailableInThisVersion,
                object_id: int(id.0),
            },
        });
        let dependencies: Vec<ApiDependency> = dependencies.collect();
        let dependencies = Some(dependencies).filter(|some| !some.is_empty());
        Self { dependencies, result: result.deleted }
    }
}
