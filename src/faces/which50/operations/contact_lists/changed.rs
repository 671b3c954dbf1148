//! What a call says of one contact: by what it is recognized, and what becomes of it.

use crate::domain::{
    Contact, ContactChange, EmailAddress, FieldTest, FieldValue, Likeness, ListId, Phone, Refusal,
    Rules, Schema,
};
use crate::faces::which50::body::{Sent, read_values};
use crate::faces::which50::fields::{Meaning, meaning, selected};
use crate::faces::which50::{Answer, Call, Failure, records};

/// Names, in a form, of the list that the contact joins.
const LIST_NAMES: [&str; 4] = ["contactlistid", "listid", "list", "lid"];

/// What is to be done with one contact.
#[derive(Debug)]
pub struct Changed {
    /// `None` where the call has no `match`.
    pub like: Option<Likeness>,
    pub change: ContactChange,
    /// What of the call is not done as it was said.
    pub warnings: Vec<String>,
}

impl Changed {
    pub async fn read(call: &Call<'_>) -> Result<Self, Failure> {
        let values = read_values(call, false)?;
        Self::of(call, values).await
    }

    pub async fn of(call: &Call<'_>, values: Sent) -> Result<Self, Failure> {
        let schema = call.account.fields().schema().await?;
        let like = like(call, &schema, &values)?;
        let mut warnings = custom_events(call);
        let mut change = ContactChange::default();
        for (name, value) in values {
            let text = value.unwrap_or_default();
            match meaning(&schema, &name) {
                // An address that is empty is one that is not said.
                Meaning::Address if text.trim().is_empty() => {}
                Meaning::Address => change.address = Some(EmailAddress::parse(&text)?),
                Meaning::Phone if text.trim().is_empty() => change.phone = Some(String::new()),
                Meaning::Phone => match Phone::judge(&text) {
                    Some(phone) => change.phone = Some(phone.as_str().to_owned()),
                    None => warnings.push(format!("The value of {name} is not a phone number.")),
                },
                Meaning::Field(field) => {
                    let value = FieldValue::parse(field.kind, &text)?;
                    change.fields.push((field.name.as_str().to_owned(), value));
                }
                Meaning::Unknown => {
                    let field = call.account.fields().called_or_made(&name).await?;
                    let value = FieldValue::parse(crate::domain::FieldKind::Text, &text)?;
                    change.fields.push((field.as_str().to_owned(), value));
                }
            }
        }
        Ok(Self { like, change, warnings })
    }
}

/// By what `match` says the contact is recognized: each name's value is in the query, or else among
/// the values of the body.
fn like(call: &Call<'_>, schema: &Schema, values: &Sent) -> Result<Option<Likeness>, Failure> {
    let Some(names) = call.option("match") else { return Ok(None) };
    let mut like = Likeness::default();
    for name in names.split(',').map(str::trim).filter(|name| !name.is_empty()) {
        let of_body = || {
            let found = values.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
            found.and_then(|(_, value)| value.clone())
        };
        let missing = || Failure::malformed(format!("There is no value to match {name} by."));
        let text = call.option(name).or_else(of_body).ok_or_else(missing)?;
        match meaning(schema, name) {
            Meaning::Address => like.address = Some(EmailAddress::parse(&text)?),
            Meaning::Phone => like.phone = Some(Phone::parse(&text)?),
            Meaning::Field(field) => {
                let value = FieldValue::parse(field.kind, &text)?;
                let value = value.ok_or(Refusal::DataFieldValueInvalid)?;
                let test = FieldTest::Equals(value);
                like.rules.push(Rules::Field { name: field.name.clone(), test });
            }
            // Nobody has a value in a field that is not there.
            Meaning::Unknown => like.rules.push(Rules::Any(Vec::new())),
        }
    }
    Ok(Some(like))
}

/// Custom events are programs in the vendor's console; there is none to run.
fn custom_events(call: &Call<'_>) -> Vec<String> {
    let names = call.option("customevents").unwrap_or_default();
    let named = names.split(',').map(str::trim).filter(|name| !name.is_empty());
    named.map(|name| format!("The custom event {name} was not run: there is none here.")).collect()
}

/// The contact as it is now, with what was not done.
pub async fn answer(
    call: &Call<'_>,
    list: ListId,
    contact: &Contact,
    warnings: Vec<String>,
) -> Result<Answer, Failure> {
    let schema = call.account.fields().schema().await?;
    let fields = selected(&schema, None);
    // Fields that were made by this call are in neither the contact nor its schema before it.
    let contact = call.account.contacts().of_any_status(contact.id).await?;
    let contact = contact.ok_or(Refusal::ContactNotFound)?;
    Ok(Answer::record(records::contact(call.account, list, &contact, &fields, warnings)))
}

/// The list that a form is for, by the query or by the form itself, and the form's other values.
pub fn list_of_form(call: &Call<'_>) -> Result<(ListId, Sent), Failure> {
    let mut values = read_values(call, true)?;
    let mut given: Option<String> = LIST_NAMES.iter().find_map(|name| call.option(name));
    values.retain(|(name, value)| {
        let is_list = LIST_NAMES.contains(&name.to_ascii_lowercase().as_str());
        if is_list && given.is_none() {
            given.clone_from(value);
        }
        !is_list
    });
    let missing = || Failure::invalid("The form names no list.");
    let id = given.as_deref().map(str::trim).filter(|id| !id.is_empty()).ok_or_else(missing)?;
    let id = id.parse().map_err(|_| Failure::invalid("The list's id is not a number."))?;
    Ok((ListId(id), values))
}
