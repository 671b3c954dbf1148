//! Suppressions that name no contact: the store-wide list and an account's domains.

use super::context::Account;
use super::error::{Refusal, Result};

/// Why an address may not be written to although no contact says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Suppression {
    /// On the store-wide list.
    Global,
    /// The account suppresses its domain.
    Domain,
}

/// What the store and one account suppress.
#[derive(Debug, Clone, Copy)]
pub struct Suppressions<'a> {
    pub(super) account: Account<'a>,
}

impl Suppressions<'_> {
    /// Which of these addresses (as compared) are suppressed, in the same order; one pass for all.
    pub async fn judge(&self, addresses: &[&str]) -> Result<Vec<Option<Suppression>>> {
        let _ = addresses;
        Err(Refusal::Unavailable.into())
    }
}
