//! How many contacts there are.

pub mod get_contact_count;
pub mod get_total_contacts_count;
