//! What an operation may reach: the caller's account, and a few words of the call.

use super::DotdigitalSoap;
use crate::domain::Account;
use crate::protocol::soap;

/// An authenticated call of this service.
pub type Call<'a> = soap::Call<'a, DotdigitalSoap>;

impl<'a> Call<'a> {
    /// The caller's account; nothing else is in reach.
    pub fn account(&self) -> Account<'a> {
        self.context.account(self.caller)
    }

    /// Largest file of an import, in bytes.
    pub fn file_bytes(&self) -> u64 {
        self.service.settings.file_bytes
    }
}
