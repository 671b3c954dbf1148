//! How a row's values come together with what is stored of a contact.

use jiff::Timestamp;

use super::MergeOption;
use super::prepare::Entry;
use crate::domain::EmailAddress;
use crate::domain::contact_store::ContactRecord;

/// The contact that a row makes.
pub fn create(address: &EmailAddress, entry: &Entry, import: u32, now: Timestamp) -> ContactRecord {
    let mut contact = ContactRecord::new(address, now);
    merge(&mut contact, entry, MergeOption::Overwrite);
    contact.last_import = import;
    contact
}

/// What a stored contact becomes by a row.
pub fn update(
    stored: &ContactRecord,
    entry: &Entry,
    option: MergeOption,
    import: u32,
    now: Timestamp,
) -> ContactRecord {
    let mut contact = stored.clone();
    contact.become_subscriber(now);
    merge(&mut contact, entry, option);
    contact.last_import = import;
    contact.modified = now;
    contact
}

fn merge(contact: &mut ContactRecord, entry: &Entry, option: MergeOption) {
    contact.opt_in = entry.opt_in.unwrap_or(contact.opt_in);
    contact.email_type = entry.email_type.unwrap_or(contact.email_type);
    if let Some(external_id) = &entry.external_id {
        contact.external_id = Some(external_id.clone());
    }
    for (field, value) in &entry.values {
        let replaces = match option {
            MergeOption::Overwrite => true,
            MergeOption::OnlyOverwriteIfNotEmpty => value.is_some(),
            MergeOption::OnlyOverwriteIfContactDataNotPopulated => {
                value.is_some() && contact.value(*field).is_none()
            }
        };
        if replaces {
            contact.set(*field, value.clone());
        }
    }
}
