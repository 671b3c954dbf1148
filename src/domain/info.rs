//! What an account may know of itself.

use super::context::Account;
use super::error::{Refusal, Result};
use super::ids::AccountId;

/// A summary of an account.
#[derive(Clone, PartialEq, Eq)]
pub struct AccountInfo {
    pub id: AccountId,
    pub name: String,
    pub main_email: Option<String>,
    pub main_mobile: Option<String>,
    /// Calls answered in the last 24 hours, since this process started at the earliest.
    pub calls_last_24_hours: u32,
    /// What is left of the account's allowance for 24 hours; for information, not enforced.
    pub calls_remaining: u32,
}

impl std::fmt::Debug for AccountInfo {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AccountInfo").field("id", &self.id).finish_non_exhaustive()
    }
}

impl Account<'_> {
    pub async fn info(&self) -> Result<AccountInfo> {
        Err(Refusal::Unavailable.into())
    }
}
