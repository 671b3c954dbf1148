//! API credentials: made, listed, revoked.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::account::Accounts;
use super::error::{Broken, Error, Refusal, Result};
use super::ids::AccountId;
use crate::store::{
    Batch, Durable, KeyRange, Order, Record, Space, StoreError, Table, commit_durably, tables,
};

/// Characters of a password: 32 of them, so that each carries five bits, and none that is easily
/// taken for another.
const ALPHABET: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
/// 24 characters of five bits.
const PASSWORD_CHARS: usize = 24;

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

/// A credential as it is stored, under its login.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct CredentialRecord {
    pub account: AccountId,
    pub created: Timestamp,
    pub salt: [u8; 16],
    /// argon2id of the password with the parameters in `login.rs`.
    pub hash: [u8; 32],
    /// With the store's digest key this gives the password; only where digests are taken.
    pub digest_nonce: Option<[u8; 16]>,
}

impl Record for CredentialRecord {
    const TABLE: Table = Table::Credential;
    const VERSION: u8 = 1;
}

impl Accounts<'_> {
    /// Makes a login of the form `apiuser-<12 hex>@apiconnector.com` and its password.
    ///
    /// With `digest`, WS-Security digests are taken for it: a trade-off. They need the clear
    /// password, which argon2id cannot give, so such a password is derived from a key in the store,
    /// and whoever reads the store can compute it. Leave it off unless a client needs it.
    pub async fn credential_add(self, account: AccountId, digest: bool) -> Result<NewCredential> {
        self.record(account).await?;
        let ids = &self.context.ids;
        let mut name = [0; 6];
        ids.fill(&mut name);
        let login = format!("apiuser-{}@apiconnector.com", hex(&name));
        let (mut salt, mut nonce, mut secret) = ([0; 16], [0; 16], [0; 32]);
        ids.fill(&mut salt);
        ids.fill(&mut nonce);
        ids.fill(&mut secret);
        if digest {
            secret = self.digest_key().await?;
        }
        let password = password(&secret, &nonce, &login);
        let hash = self.hash_password(password.clone().into_bytes(), salt).await?;
        let created = self.context.clock.now();
        let digest_nonce = digest.then_some(nonce);
        let record = CredentialRecord { account, created, salt, hash, digest_nonce };
        let durable = {
            let _gate = self.context.account(account).gate().await;
            self.record(account).await?;
            self.put_credential(&login, &record).await.map_err(write_error)?
        };
        durable.wait().await.map_err(write_error)?;
        Ok(NewCredential { login, password })
    }

    async fn put_credential(
        self,
        login: &str,
        record: &CredentialRecord,
    ) -> Result<Durable, StoreError> {
        let mut batch = Batch::main();
        batch.put_if_absent(Table::Credential, tables::global(login), record.encode()?);
        self.context.store.commit(batch).await
    }

    /// In order of login.
    pub async fn credential_list(self, account: AccountId) -> Result<Vec<CredentialEntry>> {
        self.record(account).await?;
        let stored = self.credentials(account).await?;
        let entry = |(login, record): (String, CredentialRecord)| CredentialEntry {
            login,
            created: record.created,
            digest: record.digest_nonce.is_some(),
        };
        Ok(stored.into_iter().map(entry).collect())
    }

    /// Revokes a credential; it is refused from the next call on.
    pub async fn credential_revoke(self, login: &str) -> Result<()> {
        let login = login.trim().to_lowercase();
        if self.credential(&login).await?.is_none() {
            return Err(Refusal::CredentialNotFound.into());
        }
        let mut batch = Batch::main();
        batch.delete(Table::Credential, tables::global(&login));
        commit_durably(&*self.context.store, batch).await.map_err(write_error)
    }

    /// The credential under a login (lower case).
    pub(super) async fn credential(self, login: &str) -> Result<Option<CredentialRecord>> {
        let broken = |error| Error::store("read a credential", error);
        let key = tables::global(login);
        let stored = self.context.store.get(Space::Main, Table::Credential, &key);
        let stored = stored.await.map_err(broken)?;
        stored.map(|stored| CredentialRecord::decode(&stored)).transpose().map_err(broken)
    }

    pub(super) async fn logins(self, account: AccountId) -> Result<Vec<String>> {
        let stored = self.credentials(account).await?;
        Ok(stored.into_iter().map(|(login, _)| login).collect())
    }

    async fn credentials(self, account: AccountId) -> Result<Vec<(String, CredentialRecord)>> {
        let broken = |error| Error::store("read credentials", error);
        let all = KeyRange::all();
        let store = &self.context.store;
        let found = store.scan(Space::Main, Table::Credential, all, Order::Ascending, usize::MAX);
        let mut credentials = Vec::new();
        for (key, value) in found.await.map_err(broken)? {
            let record = CredentialRecord::decode(&value).map_err(broken)?;
            if record.account == account {
                credentials.push((String::from_utf8_lossy(&key).into_owned(), record));
            }
        }
        Ok(credentials)
    }

    /// The key from which the passwords of credentials with digests are derived.
    pub(super) async fn digest_key(self) -> Result<[u8; 32]> {
        let broken = |error| Error::store("read the digest key", error);
        let key = tables::global("digest-key");
        let store = &*self.context.store;
        let mut fresh = [0; 32];
        self.context.ids.fill(&mut fresh);
        let mut batch = Batch::main();
        batch.put_if_absent(Table::Meta, key.clone(), fresh.to_vec());
        match commit_durably(store, batch).await {
            Ok(()) => return Ok(fresh),
            Err(StoreError::Conflict) => {}
            Err(error) => return Err(broken(error)),
        }
        let stored = store.get(Space::Main, Table::Meta, &key).await.map_err(broken)?;
        let stored = stored.as_deref().and_then(|bytes| bytes.try_into().ok());
        let damaged = || Broken::new("read the digest key", "it is not 32 bytes long");
        Ok(stored.ok_or_else(damaged)?)
    }
}

/// The password that `secret` gives for a login. Every input but the login has a fixed length, and
/// only a part of the hash is shown, so that nothing can be appended.
pub(super) fn password(secret: &[u8; 32], nonce: &[u8; 16], login: &str) -> String {
    let hash = Sha256::new()
        .chain_update(b"lychgate password 1")
        .chain_update(secret)
        .chain_update(nonce)
        .chain_update(login)
        .finalize();
    let letter = |byte: &u8| ALPHABET.get(usize::from(byte % 32)).copied().map(char::from);
    hash.iter().take(PASSWORD_CHARS).filter_map(letter).collect()
}

fn hex(bytes: &[u8]) -> String {
    let digit = |nibble: u8| char::from_digit(u32::from(nibble), 16);
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).flatten().collect()
}

fn write_error(error: StoreError) -> Error {
    Error::store("write a credential", error)
}
