//! The value of one data field.

use serde::{Deserialize, Serialize};

use crate::domain::{Decimal, FieldName, FieldValue, Refusal};

/// The value of one data field of a contact.
#[derive(Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct ApiContactData {
    /// The field's name.
    pub key: Option<String>,
    /// The value in its own type: text, number, boolean; a date is text.
    pub value: Option<serde_json::Value>,
}

impl std::fmt::Debug for ApiContactData {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ApiContactData").field("key", &self.key).finish_non_exhaustive()
    }
}

impl ApiContactData {
    /// Names are upper case on this wire, whatever case they were made in.
    pub fn of(name: &FieldName, value: Option<&FieldValue>) -> Self {
        let key = Some(name.to_string().to_uppercase());
        Self { key, value: value.map(wire_value) }
    }
}

/// A value as the caller typed it; whether it fits its field is the domain's to say.
pub fn field_value(value: &serde_json::Value) -> Result<Option<FieldValue>, Refusal> {
    match value {
        serde_json::Value::Null => Ok(None),
        serde_json::Value::Bool(truth) => Ok(Some(FieldValue::Boolean(*truth))),
        serde_json::Value::String(text) => Ok(Some(FieldValue::Text(text.clone()))),
        serde_json::Value::Number(number) => {
            let number = Decimal::parse(&number.to_string());
            number
                .map(|number| Some(FieldValue::Number(number)))
                .ok_or(Refusal::DataFieldValueInvalid)
        }
        serde_json::Value::Array(_) | serde_json::Value::Object(_) => {
            Err(Refusal::DataFieldValueInvalid)
        }
    }
}

/// A value in the wire's type. A number beyond what JSON's readers keep exactly is text.
pub fn wire_value(value: &FieldValue) -> serde_json::Value {
    match value {
        FieldValue::Text(text) => text.clone().into(),
        FieldValue::Boolean(truth) => (*truth).into(),
        FieldValue::Date(at) => at.to_string().into(),
        FieldValue::Number(number) => {
            let text = number.to_string();
            serde_json::from_str(&text).unwrap_or(serde_json::Value::String(text))
        }
    }
}
