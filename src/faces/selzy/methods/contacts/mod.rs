//! Contacts: imported, subscribed, shown, taken off lists.

pub mod exclude;
pub mod get_contact;
pub mod import_contacts;
pub mod is_contact_in_lists;
pub mod subscribe;
#[cfg(test)]
mod tests;
pub mod unsubscribe;
mod who;
