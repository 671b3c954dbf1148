//! How a row's values come together with what is stored of a contact.

use jiff::Timestamp;

use super::MergeOption;
use super::prepare::{PhoneCell, Values};
use crate::domain::EmailAddress;
use crate::domain::contact_store::ContactRecord;

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
        (PhoneCell::NoColumn | PhoneCell::Invalid, _) => {}
        (PhoneCell::Empty, MergeOption::Overwrite) => contact.phone = None,
        (PhoneCell::Empty, _) => {}
        (PhoneCell::Number(_), MergeOption::OnlyOverwriteIfContactDataNotPopulated)
            if contact.phone.is_some() => {}
        (PhoneCell::Number(phone), _) => contact.phone = Some(phone.as_str().to_owned()),
    }
}
