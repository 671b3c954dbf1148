//! People: contacts who are known by an address, by a phone number, or by both.
//!
//! A contact without an address is stored like others, but only what is here finds it: it is in
//! no address index, in no listing and in no count of contacts to write to.

mod chosen;
mod count;
mod identity;
mod mobile;
mod read;
mod standing;
mod subscribe;
pub mod sync;
#[cfg(test)]
mod tests;

pub use count::Counted;
pub use identity::Identity;
pub use mobile::{Availability, MAX_LISTS_OF_PHONE, Mobile, PhoneMember, Stage};
pub use read::{Last, PeopleFilter, Person, Wanted};
pub use standing::Standing;
pub use subscribe::Consent;

use super::context::Account;

/// An account's people.
#[derive(Debug, Clone, Copy)]
pub struct People<'a> {
    pub(in crate::domain) account: Account<'a>,
}
