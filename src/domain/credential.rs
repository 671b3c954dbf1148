//! API credentials: made, listed, revoked.

use std::sync::Arc;

use bytes::Bytes;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::account::Accounts;
use super::address_range::AddressRange;
use super::api_user::Access;
use super::error::{Broken, Error, Refusal, Result};
use super::ids::AccountId;
use crate::store::{
    Batch, KeyRange, Order, Record, Space, StoreError, Table, commit_durably, tables,
};

/// Characters of a password: 32 of them, so that each carries five bits, and none that is easily
/// taken for another.
const ALPHABET: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
/// 24 characters of five bits.
const PASSWORD_CHARS: usize = 24;

/// A credential as the operator sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CredentialEntry {
    /// The login name or the key.
    pub name: String,
    pub created: Timestamp,
    /// Whether WS-Security digests are taken.
    pub digest: bool,
    pub kind: CredentialKind,
}

/// How a credential is shown, and what it opens.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum CredentialKind {
    /// A login name and a password; may do everything.
    #[default]
    Login,
    /// A key and a shared secret; from the addresses of the whitelist, or from everywhere when it
    /// is empty.
    KeyPair { access: Access, whitelist: Vec<AddressRange> },
    /// One secret that alone says who is calling; may do everything.
    Token,
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

/// A credential as it is stored, under its login or its key.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct CredentialRecord {
    pub account: AccountId,
    pub created: Timestamp,
    pub salt: [u8; 16],
    /// argon2id of the password with the parameters in `login.rs`.
    pub hash: [u8; 32],
    /// With the store's digest key this gives the password; only where digests are taken.
    pub digest_nonce: Option<[u8; 16]>,
    #[serde(default)]
    pub kind: CredentialKind,
}

impl Record for CredentialRecord {
    const TABLE: Table = Table::Credential;
    /// 2 since there are kinds: a program that knows only logins must not take a key for one.
    const VERSION: u8 = 2;

    fn upgrade(version: u8, body: &[u8]) -> Option<Result<Self, rmp_serde::decode::Error>> {
        (version == 1).then(|| rmp_serde::from_slice(body))
    }
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
        let record = CredentialRecord {
            account,
            created: self.context.clock.now(),
            salt,
            hash,
            digest_nonce: digest.then_some(nonce),
            kind: CredentialKind::Login,
        };
        self.put_credential(tables::login(&login), record).await?;
        Ok(NewCredential { login, password })
    }

    /// Stores a new credential, while its account exists.
    pub(super) async fn put_credential(self, key: Bytes, record: CredentialRecord) -> Result<()> {
        let durable = {
            let _gate = self.context.account(record.account).gate().await;
            self.record(record.account).await?;
            let mut batch = Batch::main();
            batch.put_if_absent(Table::Credential, key, record.encode().map_err(write_error)?);
            self.context.store.commit(batch).await.map_err(write_error)?
        };
        durable.wait().await.map_err(write_error)
    }

    /// Logins in order of name, then keys.
    pub async fn credential_list(self, account: AccountId) -> Result<Vec<CredentialEntry>> {
        self.record(account).await?;
        let stored = self.credentials(account).await?;
        let mut entries: Vec<_> = stored.into_iter().map(entry).collect();
        entries.sort_by_key(|one| one.kind != CredentialKind::Login);
        Ok(entries)
    }

    /// Revokes a credential, named by its login or key, or by its token or the token's name in the
    /// list; it is refused from the next call on.
    pub async fn credential_revoke(self, name: &str) -> Result<()> {
        let name = name.trim().to_lowercase();
        let token = Self::token_key(&name);
        for key in [tables::login(&name), tables::api_key(&name), token] {
            if self.credential(&key).await?.is_some() {
                return self.delete_credential(key).await;
            }
        }
        match self.token_named(&name).await? {
            Some(key) => self.delete_credential(key).await,
            None => Err(Refusal::CredentialNotFound.into()),
        }
    }

    async fn delete_credential(self, key: Bytes) -> Result<()> {
        let mut batch = Batch::main();
        batch.delete(Table::Credential, key);
        commit_durably(&*self.context.store, batch).await.map_err(write_error)
    }

    /// Where the token lies that the list shows under `name`.
    async fn token_named(self, name: &str) -> Result<Option<Bytes>> {
        let broken = |error| Error::store("read credentials", error);
        let store = &self.context.store;
        let tokens = tables::tokens();
        let found =
            store.scan(Space::Main, Table::Credential, tokens, Order::Ascending, usize::MAX);
        let mut keys = found.await.map_err(broken)?.into_iter().map(|(key, _)| key);
        Ok(keys.find(|key| tables::name_of_credential(key) == name))
    }

    /// The credential under a key of [`Table::Credential`].
    pub(super) async fn credential(self, key: &[u8]) -> Result<Option<Arc<CredentialRecord>>> {
        let broken = |error| Error::store("read a credential", error);
        let read = async {
            let stored = self.context.store.get(Space::Main, Table::Credential, key);
            let stored = stored.await.map_err(broken)?;
            let record = stored.map(|stored| CredentialRecord::decode(&stored)).transpose();
            Ok(record.map_err(broken)?.map(Arc::new))
        };
        Ok(self.context.remembered(Table::Credential, key, read).await?.as_ref().clone())
    }

    /// Where the account's credentials lie.
    pub(super) async fn credential_keys(self, account: AccountId) -> Result<Vec<Bytes>> {
        let stored = self.credentials(account).await?;
        Ok(stored.into_iter().map(|(key, _)| key).collect())
    }

    async fn credentials(self, account: AccountId) -> Result<Vec<(Bytes, CredentialRecord)>> {
        let broken = |error| Error::store("read credentials", error);
        let all = KeyRange::all();
        let store = &self.context.store;
        let found = store.scan(Space::Main, Table::Credential, all, Order::Ascending, usize::MAX);
        let mut credentials = Vec::new();
        for (key, value) in found.await.map_err(broken)? {
            let record = CredentialRecord::decode(&value).map_err(broken)?;
            if record.account == account {
                credentials.push((key, record));
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

fn entry((key, record): (Bytes, CredentialRecord)) -> CredentialEntry {
    CredentialEntry {
        name: tables::name_of_credential(&key),
        created: record.created,
        digest: record.digest_nonce.is_some(),
        kind: record.kind,
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

pub(super) fn hex(bytes: &[u8]) -> String {
    let digit = |nibble: u8| char::from_digit(u32::from(nibble), 16);
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).flatten().collect()
}

fn write_error(error: StoreError) -> Error {
    Error::store("write a credential", error)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::api_user::NewApiUser;
    use crate::domain::testing::{account, context, noon};

    #[test]
    fn a_credential_stored_before_there_were_kinds_is_a_login() {
        #[derive(Serialize)]
        struct First {
            account: AccountId,
            created: Timestamp,
            salt: [u8; 16],
            hash: [u8; 32],
            digest_nonce: Option<[u8; 16]>,
        }
        let first = First {
            account: AccountId(7),
            created: noon(),
            salt: [1; 16],
            hash: [2; 32],
            digest_nonce: None,
        };
        let stored = crate::store::record::encode(Table::Credential, 1, &first).unwrap();
        let record = CredentialRecord::decode(&stored).unwrap();
        assert_eq!((record.account, record.kind), (AccountId(7), CredentialKind::Login));
    }

    #[tokio::test]
    async fn the_list_names_logins_first_and_says_what_each_opens() {
        let context = context().await;
        let (one, accounts) = (account(&context, "one").await.id, context.accounts());
        let whitelist = vec!["192.0.2.0/24".parse().unwrap()];
        let new = NewApiUser { access: Access::Partner, whitelist };
        let pair = accounts.api_user_add(one, new.clone()).await.unwrap();
        let login = accounts.credential_add(one, false).await.unwrap();
        let listed = accounts.credential_list(one).await.unwrap();
        let names: Vec<&str> = listed.iter().map(|entry| entry.name.as_str()).collect();
        assert_eq!(names, [login.login.as_str(), pair.api_key.as_str()]);
        let NewApiUser { access, whitelist } = new;
        assert_eq!(listed[1].kind, CredentialKind::KeyPair { access, whitelist });
    }
}
