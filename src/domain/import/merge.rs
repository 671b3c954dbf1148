//! How a row's values come together with what is stored of a contact.

use jiff::Timestamp;

use super::MergeOption;
use super::prepare::{PhoneCell, Values};
use crate::domain::contact_record::NewRecord;
use crate::domain::contact_store::ContactRecord;
use crate::domain::value::ReadValue;
use crate::domain::{EmailAddress, Refusal};

/// The contact that a row makes.
pub fn create(
    address: &EmailAddress,
    values: Values,
    import: u32,
    now: Timestamp,
) -> ContactRecord {
    let mut contact = ContactRecord::new(address, now);
    merge(&mut contact, values, MergeOption::Overwrite);
    contact.last_import = import;
    contact
}

/// Writes the stored form of what [`create`] makes, without external id and phone number, in the
/// place of what `to` holds. Most rows of a large import make a contact: none of it is copied before.
pub fn encode_new(
    address: &EmailAddress,
    values: &Values<ReadValue<'_>>,
    (import, now): (u32, Timestamp),
    to: &mut Vec<u8>,
) -> Result<(), Refusal> {
    let mut contact = NewRecord::new(address, &values.fields, now);
    contact.opt_in = values.opt_in.unwrap_or(contact.opt_in);
    contact.email_type = values.email_type.unwrap_or(contact.email_type);
    contact.last_import = import;
    contact.encode_into(to)
}

/// What a stored contact becomes by a row.
pub fn update(
    stored: &ContactRecord,
    values: Values,
    option: MergeOption,
    import: u32,
    now: Timestamp,
) -> ContactRecord {
    let mut contact = stored.clone();
    contact.become_subscriber(now);
    merge(&mut contact, values, option);
    contact.last_import = import;
    contact.modified = now;
    contact
}

fn merge(contact: &mut ContactRecord, values: Values, option: MergeOption) {
    contact.opt_in = values.opt_in.unwrap_or(contact.opt_in);
    contact.email_type = values.email_type.unwrap_or(contact.email_type);
    if values.external_id.is_some() {
        contact.external_id = values.external_id;
    }
    merge_phone(contact, values.phone, option);
    for (field, value) in values.fields {
        let replaces = match option {
            MergeOption::Overwrite => true,
            MergeOption::OnlyOverwriteIfNotEmpty => value.is_some(),
            MergeOption::OnlyOverwriteIfContactDataNotPopulated => {
                value.is_some() && contact.value(field).is_none()
            }
        };
        if replaces {
            contact.set(field, value);
        }
    }
}

/// As a field's value goes; what is no number leaves the stored one.
fn merge_phone(contact: &mut ContactRecord, cell: PhoneCell, option: MergeOption) {
    match (cell, option) {
        (PhoneCell::Empty, MergeOption::Overwrite) => contact.phone = None,
        (PhoneCell::NoColumn | PhoneCell::Invalid | PhoneCell::Empty, _) => {}
        (PhoneCell::Number(_), MergeOption::OnlyOverwriteIfContactDataNotPopulated)
            if contact.phone.is_some() => {}
        (PhoneCell::Number(phone), _) => contact.phone = Some(phone.as_str().to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::testing::{address, noon};
    use crate::domain::{EmailType, FieldId, FieldKind, OptIn};

    #[test]
    fn a_new_contact_is_written_as_it_would_be_when_its_values_were_kept() {
        let read = |kind, text| ReadValue::parse(kind, text).unwrap();
        let fields = vec![
            (FieldId(1), read(FieldKind::Text, " Ann ")),
            (FieldId(2), read(FieldKind::Text, "")),
            (FieldId(3), read(FieldKind::Number, "1.50")),
            (FieldId(4), read(FieldKind::Date, "2014-10-08T16:06:35.1234567Z")),
            (FieldId(200), read(FieldKind::Boolean, "yes")),
        ];
        for (opt_in, email_type) in
            [(None, None), (Some(OptIn::Double), Some(EmailType::PlainText))]
        {
            let (external_id, phone, fields) = (None, PhoneCell::Empty, fields.clone());
            let read = Values { opt_in, email_type, external_id, phone, fields };
            let mut written = b"what was there".to_vec();
            encode_new(&address("Ann@b.example"), &read, (7, noon()), &mut written).unwrap();
            let whole = create(&address("Ann@b.example"), read.kept(), 7, noon());
            assert_eq!(written, whole.encode().unwrap());
        }
    }
}
