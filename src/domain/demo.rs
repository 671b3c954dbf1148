//! Fills an account with something to look at.

use super::context::Account;
use super::error::{Refusal, Result};

/// Contacts that [`fill`] makes, suppressed ones among them.
pub const CONTACTS: u32 = 1_000;

/// Fills an empty account with contacts, lists, a segment, a campaign, suppressions and bounces,
/// the same at every start.
pub async fn fill(account: Account<'_>) -> Result<()> {
    let _ = account;
    Err(Refusal::Unavailable.into())
}
