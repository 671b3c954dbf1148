//! Accounts: who they are, their credentials, and who is calling.

use std::net::IpAddr;

use jiff::Timestamp;

use super::context::Context;
use super::error::{Refusal, Result};
use super::ids::AccountId;

/// An account to be added.
#[derive(Debug, Clone, Default)]
pub struct NewAccount {
    /// What the operator calls it; unique without regard to case.
    pub name: String,
    pub main_email: Option<String>,
    pub main_mobile: Option<String>,
}

/// An account as the operator sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountEntry {
    pub id: AccountId,
    pub name: String,
    pub created: Timestamp,
}

/// A credential as the operator sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CredentialEntry {
    pub login: String,
    pub created: Timestamp,
    /// Whether WS-Security digests are taken.
    pub digest: bool,
}

/// A credential just made: the only time its password is to be seen.
#[derive(Clone)]
pub struct NewCredential {
    pub login: String,
    pub password: String,
}

impl std::fmt::Debug for NewCredential {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("NewCredential(redacted)")
    }
}

/// The accounts of the store.
#[derive(Debug, Clone, Copy)]
pub struct Accounts<'a> {
    pub(super) context: &'a Context,
}

impl Accounts<'_> {
    /// Adds an account with its first data fields and lists.
    pub async fn add(&self, new: NewAccount) -> Result<AccountEntry> {
        let _ = new;
        Err(Refusal::Unavailable.into())
    }

    /// All accounts in order of id.
    pub async fn list(&self) -> Result<Vec<AccountEntry>> {
        Err(Refusal::Unavailable.into())
    }

    /// The account with this name (in any case) or number.
    pub async fn find(&self, name_or_number: &str) -> Result<AccountEntry> {
        let _ = name_or_number;
        Err(Refusal::Unavailable.into())
    }

    /// Removes the account, its credentials and all its data, in bounded batches.
    pub async fn remove(&self, id: AccountId) -> Result<()> {
        let _ = id;
        Err(Refusal::Unavailable.into())
    }

    /// Makes a login of the form `apiuser-<12 hex>@apiconnector.com` and its password.
    ///
    /// With `digest`, WS-Security digests are taken for it. They need the clear password, which
    /// argon2id cannot give: such a password is derived from a key in the store, so that whoever
    /// reads the store can compute it. Leave it off unless a client needs it.
    pub async fn credential_add(&self, account: AccountId, digest: bool) -> Result<NewCredential> {
        let _ = (account, digest);
        Err(Refusal::Unavailable.into())
    }

    pub async fn credential_list(&self, account: AccountId) -> Result<Vec<CredentialEntry>> {
        let _ = account;
        Err(Refusal::Unavailable.into())
    }

    /// Revokes a credential; it is refused from the next call on.
    pub async fn credential_revoke(&self, login: &str) -> Result<()> {
        let _ = login;
        Err(Refusal::Unavailable.into())
    }

    /// Who is calling. `passwords` are readings of one password (UTF-8, Latin-1); any may fit.
    pub async fn authenticate(
        &self,
        login: &str,
        passwords: &[&[u8]],
        peer: IpAddr,
    ) -> Result<AccountId> {
        let _ = (login, passwords, peer);
        Err(Refusal::LoginInvalid.into())
    }

    /// Who is calling, by a proof made from the clear password that `verify` judges. Only for
    /// credentials made with `digest`.
    pub async fn authenticate_digest(
        &self,
        login: &str,
        peer: IpAddr,
        verify: impl Fn(&str) -> bool + Send + Sync,
    ) -> Result<AccountId> {
        let _ = (login, peer, verify(""));
        Err(Refusal::LoginInvalid.into())
    }
}
