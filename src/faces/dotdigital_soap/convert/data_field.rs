//! Data fields and their typed values.

use super::int;
use crate::domain::{
    DataField, Decimal, Dependency, DependencyResult, FieldKind, FieldValue, NewDataField, Refusal,
    Visibility,
};
use crate::faces::dotdigital_soap::records::data_field::{
    ApiBusinessObjectType, ApiDataField, ApiDataFieldVisibility, ApiDataTypes, ApiDependency,
    ApiDependencyResult,
};
use crate::protocol::xml::{AnyValue, DateTime};

/// A value as the caller typed it; whether it fits its field is the domain's to say.
pub fn field_value(value: AnyValue) -> Result<FieldValue, Refusal> {
    match value {
        AnyValue::Text(text) => Ok(FieldValue::Text(text)),
        AnyValue::Int(number) => Ok(FieldValue::Number(Decimal::from(i64::from(number)))),
        AnyValue::Decimal(number) => decimal(&number),
        AnyValue::Double(number) => decimal(&number.to_string()),
        AnyValue::Boolean(truth) => Ok(FieldValue::Boolean(truth)),
        AnyValue::DateTime(at) => Ok(FieldValue::date(at.timestamp())),
    }
}

fn decimal(number: &str) -> Result<FieldValue, Refusal> {
    Decimal::parse(number).map(FieldValue::Number).ok_or(Refusal::DataFieldValueInvalid)
}

pub fn wire_value(value: &FieldValue) -> AnyValue {
    match value {
        FieldValue::Text(text) => AnyValue::Text(text.clone()),
        FieldValue::Number(number) => AnyValue::Decimal(number.to_string()),
        FieldValue::Date(at) => AnyValue::DateTime(DateTime::new(*at)),
        FieldValue::Boolean(truth) => AnyValue::Boolean(*truth),
    }
}

pub fn new_data_field(field: Option<ApiDataField>) -> Result<NewDataField, Refusal> {
    let field = field.ok_or(Refusal::DataFieldInvalid)?;
    let kind = match field.kind {
        ApiDataTypes::NotAvailableInThisVersion => return Err(Refusal::DataFieldInvalid),
        ApiDataTypes::String => FieldKind::Text,
        ApiDataTypes::Numeric => FieldKind::Number,
        ApiDataTypes::Date => FieldKind::Date,
        ApiDataTypes::Boolean => FieldKind::Boolean,
    };
    let visibility = match field.visibility {
        ApiDataFieldVisibility::NotAvailableInThisVersion => return Err(Refusal::DataFieldInvalid),
        ApiDataFieldVisibility::Private => Visibility::Private,
        ApiDataFieldVisibility::Public => Visibility::Public,
    };
    Ok(NewDataField {
        name: field.name.unwrap_or_default(),
        kind,
        visibility,
        default: field.default.map(field_value).transpose()?,
    })
}

pub fn data_field(field: &DataField) -> ApiDataField {
    ApiDataField {
        name: Some(field.name.to_string()),
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
        default: field.default.as_ref().map(wire_value),
    }
}

/// The contract has no kind of object for segments: such a one is newer than the client.
pub fn dependency_result(result: &DependencyResult) -> ApiDependencyResult {
    let dependencies = result.dependencies.iter().map(|dependency| match dependency {
        Dependency::Segment(id) => ApiDependency {
            kind: ApiBusinessObjectType::NotAvailableInThisVersion,
            object_id: int(id.0),
        },
    });
    ApiDependencyResult { dependencies: Some(dependencies.collect()), deleted: result.deleted }
}
