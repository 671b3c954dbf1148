//! Names of fields on this wire, and what they are here: the address, the phone, or a data field.

use crate::domain::import::NewColumn;
use crate::domain::{Contact, DataField, FieldKind, FieldValue, Schema};
use crate::protocol::datacontract::Value;

/// The name under which the address is answered, and the ids of the two fields that are no data
/// fields here: above those that data fields can have.
pub const EMAIL: &str = "Email";
const EMAIL_ID: u32 = 100_001;
const PHONE_ID: u32 = 100_002;

/// Names of the address, without what is neither letter nor digit, in lower case.
const EMAIL_NAMES: [&str; 3] = ["email", "emailaddress", "emailaddr"];
/// Names of the phone number, as above; those of numbers that take text messages first.
const PHONE_NAMES: [&str; 15] = [
    "sms",
    "smsnumber",
    "textmessage",
    "textmessagenumber",
    "mobile",
    "mobilenumber",
    "mobilephone",
    "mobilephonenumber",
    "msisdn",
    "cellphone",
    "cell",
    "phone",
    "phonenumber",
    "telephone",
    "telephonenumber",
];
/// Names for the phone in answers, the first that no data field has.
const PHONE_SHOWN: [&str; 3] = ["Mobile", "Phone", "SmsNumber"];

/// The fields that every account has, as this wire spells them.
const SPELLED: [(&str, &str); 5] = [
    ("FIRSTNAME", "FirstName"),
    ("LASTNAME", "LastName"),
    ("FULLNAME", "FullName"),
    ("GENDER", "Gender"),
    ("POSTCODE", "PostCode"),
];

/// What a name stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meaning<'s> {
    Address,
    Phone,
    Field(&'s DataField),
    /// No data field has this name yet.
    Unknown,
}

/// A field as it is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shown<'s> {
    pub id: u32,
    pub name: &'s str,
    pub meaning: Meaning<'s>,
}

fn folded(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// What `name` stands for. A data field of this name comes before the phone.
pub fn meaning<'s>(schema: &'s Schema, name: &str) -> Meaning<'s> {
    let folded = folded(name);
    if EMAIL_NAMES.contains(&folded.as_str()) {
        return Meaning::Address;
    }
    match schema.called(name) {
        Some(field) => Meaning::Field(field),
        None if PHONE_NAMES.contains(&folded.as_str()) => Meaning::Phone,
        None => Meaning::Unknown,
    }
}

/// The columns of an import. Of several names of the phone the one that says text messages most
/// clearly is the phone, the others are data fields.
pub fn columns(schema: &Schema, names: Vec<String>) -> Vec<(String, NewColumn)> {
    let rank = |name: &str| {
        let is_phone = meaning(schema, name) == Meaning::Phone;
        let rank = PHONE_NAMES.iter().position(|known| *known == folded(name));
        rank.filter(|_| is_phone)
    };
    let best = names.iter().filter_map(|name| rank(name)).min();
    let mut has_phone = false;
    let column = |name: String| {
        let column = match meaning(schema, &name) {
            Meaning::Address => NewColumn::Address,
            Meaning::Phone if rank(&name) == best && !has_phone => {
                has_phone = true;
                NewColumn::Phone
            }
            Meaning::Phone | Meaning::Field(_) | Meaning::Unknown => NewColumn::Field,
        };
        (name, column)
    };
    names.into_iter().map(column).collect()
}

/// Every field in the order of its position: the address, the phone, the data fields.
pub fn shown(schema: &Schema) -> Vec<Shown<'_>> {
    let mut all = vec![Shown { id: EMAIL_ID, name: EMAIL, meaning: Meaning::Address }];
    let free = PHONE_SHOWN.into_iter().find(|name| schema.called(name).is_none());
    all.extend(free.map(|name| Shown { id: PHONE_ID, name, meaning: Meaning::Phone }));
    all.extend(schema.fields().iter().map(|field| Shown {
        id: field.id.0.into(),
        name: name_of(field),
        meaning: Meaning::Field(field),
    }));
    all
}

/// A data field's name on this wire.
pub fn name_of(field: &DataField) -> &str {
    let label = field.label();
    SPELLED.iter().find(|(name, _)| *name == label).map_or(label, |(_, spelled)| *spelled)
}

/// The fields to answer: those that `$select` names, in its order, or all. A name that nothing has
/// is passed over.
pub fn selected<'s>(schema: &'s Schema, select: Option<&str>) -> Vec<Shown<'s>> {
    let all = shown(schema);
    let Some(select) = select.filter(|select| select.trim() != "*") else { return all };
    let named = |name: &str| {
        let meaning = meaning(schema, name.trim());
        all.iter().find(|shown| shown.meaning == meaning && meaning != Meaning::Unknown).copied()
    };
    select.split(',').filter_map(named).collect()
}

/// A contact's value.
pub fn value(contact: &Contact, meaning: Meaning<'_>) -> Value {
    match meaning {
        Meaning::Address => contact.address.as_given().into(),
        Meaning::Phone => contact.phone.clone().into(),
        Meaning::Unknown => Value::Null,
        Meaning::Field(field) => {
            let found = contact.fields.iter().find(|(name, _)| *name == field.name);
            found.and_then(|(_, value)| value.as_ref()).map_or(Value::Null, of_field)
        }
    }
}

fn of_field(value: &FieldValue) -> Value {
    match value {
        FieldValue::Text(text) => Value::Text(text.clone()),
        FieldValue::Number(number) => Value::Decimal(number.to_string()),
        FieldValue::Date(at) => Value::Date(*at),
        FieldValue::Boolean(flag) => Value::Boolean(*flag),
    }
}

/// What a field is for, in one word.
pub fn map_type(meaning: Meaning<'_>) -> &'static str {
    match meaning {
        Meaning::Address => "Email",
        Meaning::Phone => "Mobile",
        Meaning::Unknown => "String",
        Meaning::Field(field) => match field.kind {
            FieldKind::Text => "String",
            FieldKind::Number => "Number",
            FieldKind::Date => "Date",
            FieldKind::Boolean => "Boolean",
        },
    }
}

/// A value of a table's row or a field's default.
pub fn scalar(value: Option<&FieldValue>) -> Value {
    value.map_or(Value::Null, of_field)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_several_phones_the_one_for_text_messages_is_the_phone() {
        use NewColumn::{Address, Field, Phone};
        let schema = Schema::default();
        let names = ["Phone", "E-Mail Address", "Mobile Number", "mobile-number", "Town"];
        let columns = columns(&schema, names.map(str::to_owned).to_vec());
        let kinds: Vec<_> = columns.into_iter().map(|(_, column)| column).collect();
        assert_eq!(kinds, [Field, Address, Phone, Field, Field]);
    }

    #[test]
    fn every_field_is_shown_under_a_name_that_means_it() {
        let schema = Schema::default();
        for shown in shown(&schema) {
            assert_eq!(meaning(&schema, shown.name), shown.meaning);
        }
        let selected = selected(&schema, Some(" mobile ,nothing,EMAIL"));
        assert_eq!(selected.iter().map(|one| one.name).collect::<Vec<_>>(), ["Mobile", "Email"]);
    }
}
