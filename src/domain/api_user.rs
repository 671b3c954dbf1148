//! API users: programs that show a key and a shared secret, may be held to some methods and to
//! some addresses.

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::account::Accounts;
use super::address_range::AddressRange;
use super::credential::{CredentialKind, CredentialRecord, hex};
use super::error::{Refusal, Result};
use super::ids::AccountId;
use crate::store::tables;

/// Bytes of a key, shown as 32 hexadecimal digits.
const KEY_BYTES: usize = 16;
/// Bytes of a shared secret, shown as 16 hexadecimal digits.
const SECRET_BYTES: usize = 8;
/// Methods that a custom access may name, and ranges on one whitelist: a record stays small.
const MAX_ENTRIES: usize = 256;
/// Longest method name that an access may name, in bytes.
const MAX_METHOD_BYTES: usize = 128;

/// What an API user may call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Access {
    /// Every method, those of later versions too.
    Full,
    /// Made for the program of a third party; may do what [`Access::Full`] may.
    Partner,
    /// These methods, in lower case.
    Custom(BTreeSet<String>),
}

impl Access {
    /// Access to the methods named, in whatever case.
    pub fn custom<'m>(methods: impl IntoIterator<Item = &'m str>) -> Self {
        Self::Custom(methods.into_iter().map(folded).collect())
    }

    /// Whether `method` may be called, in whatever case it is named.
    pub fn allows(&self, method: &str) -> bool {
        match self {
            Self::Full | Self::Partner => true,
            Self::Custom(methods) => methods.contains(&folded(method)),
        }
    }

    fn ensure_small(&self) -> Result<(), Refusal> {
        let Self::Custom(methods) = self else { return Ok(()) };
        let fits = |name: &String| (1..=MAX_METHOD_BYTES).contains(&name.len());
        if methods.is_empty() || methods.len() > MAX_ENTRIES || !methods.iter().all(fits) {
            return Err(Refusal::ParameterInvalid { parameter: "methods" });
        }
        Ok(())
    }
}

fn folded(name: &str) -> String {
    name.trim().to_lowercase()
}

/// What an API user to be made may do, and from where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewApiUser {
    pub access: Access,
    /// From where it may call; empty for everywhere.
    pub whitelist: Vec<AddressRange>,
}

/// A key and its secret just made: the only time the secret is to be seen.
#[derive(Clone)]
pub struct KeyPair {
    /// 32 hexadecimal digits.
    pub api_key: String,
    /// 16 hexadecimal digits.
    pub shared_secret: String,
}

impl std::fmt::Debug for KeyPair {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("KeyPair(redacted)")
    }
}

/// An API user that has shown who it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiUser {
    pub account: AccountId,
    pub access: Access,
}

impl Accounts<'_> {
    /// Makes an API user with a key and a shared secret.
    pub async fn api_user_add(self, account: AccountId, new: NewApiUser) -> Result<KeyPair> {
        let NewApiUser { access, whitelist } = new;
        access.ensure_small()?;
        if whitelist.len() > MAX_ENTRIES {
            return Err(Refusal::ParameterInvalid { parameter: "whitelist" }.into());
        }
        let (mut key, mut secret, mut salt) = ([0; KEY_BYTES], [0; SECRET_BYTES], [0; 16]);
        let ids = &self.context.ids;
        ids.fill(&mut key);
        ids.fill(&mut secret);
        ids.fill(&mut salt);
        let pair = KeyPair { api_key: hex(&key), shared_secret: hex(&secret) };
        let record = CredentialRecord {
            account,
            created: self.context.clock.now(),
            salt,
            hash: self.hash_password(pair.shared_secret.clone().into_bytes(), salt).await?,
            digest_nonce: None,
            kind: CredentialKind::KeyPair { access, whitelist },
        };
        self.put_credential(tables::api_key(&pair.api_key), record).await?;
        Ok(pair)
    }

    /// Who is calling with a key and a shared secret, each in whatever case.
    ///
    /// Everything that [`Self::authenticate`] promises holds here. The whitelist is looked at last,
    /// so that only who has the secret learns that there is one.
    pub async fn authenticate_key(
        self,
        api_key: &str,
        shared_secret: &str,
        peer: IpAddr,
    ) -> Result<ApiUser> {
        let key = folded(api_key);
        let secret = Zeroizing::new(folded(shared_secret));
        let record = self.key_pair(&key).await?;
        let record = self.prove(&key, record, &[secret.as_bytes()], peer).await?;
        let CredentialKind::KeyPair { access, whitelist } = &record.kind else {
            return Err(Refusal::LoginInvalid.into());
        };
        if !whitelist.is_empty() && !whitelist.iter().any(|range| range.contains(peer)) {
            let address = peer.to_canonical();
            return Err(Refusal::AddressNotWhitelisted { address }.into());
        }
        Ok(ApiUser { account: record.account, access: access.clone() })
    }

    async fn key_pair(self, key: &str) -> Result<Option<Arc<CredentialRecord>>> {
        let is_key = key.len() == 2 * KEY_BYTES && key.bytes().all(|byte| byte.is_ascii_hexdigit());
        if !is_key {
            return Ok(None);
        }
        self.credential(&tables::api_key(key)).await
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;
    use crate::domain::testing::{account, context, refusal};

    const PEER: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1));
    const OTHER_PEER: IpAddr = IpAddr::V4(Ipv4Addr::new(198, 51, 100, 1));

    fn full() -> NewApiUser {
        NewApiUser { access: Access::Full, whitelist: Vec::new() }
    }

    #[tokio::test]
    async fn an_api_user_comes_in_with_key_and_secret_in_either_case() {
        let context = context().await;
        let (one, accounts) = (account(&context, "one").await.id, context.accounts());
        let made = accounts.api_user_add(one, full()).await.unwrap();
        assert_eq!((made.api_key.len(), made.shared_secret.len()), (32, 16));
        let (key, secret) = (made.api_key.to_uppercase(), format!(" {} ", made.shared_secret));
        let user = accounts.authenticate_key(&key, &secret, PEER).await.unwrap();
        assert_eq!(user, ApiUser { account: one, access: Access::Full });
        for (key, secret) in [
            (made.api_key.as_str(), "0123456789abcdef"),
            (made.api_key.as_str(), ""),
            ("00000000000000000000000000000000", made.shared_secret.as_str()),
            ("short", made.shared_secret.as_str()),
        ] {
            let refused = accounts.authenticate_key(key, secret, PEER).await;
            assert_eq!(refusal(refused), Refusal::LoginInvalid);
        }
    }

    #[tokio::test]
    async fn a_custom_access_is_held_to_its_methods() {
        let context = context().await;
        let (one, accounts) = (account(&context, "one").await.id, context.accounts());
        let access = Access::custom(["legacy.Manage_Subscriber", "transactional.bouncedList"]);
        let new = NewApiUser { access, ..full() };
        let made = accounts.api_user_add(one, new).await.unwrap();
        let user = accounts.authenticate_key(&made.api_key, &made.shared_secret, PEER).await;
        let user = user.unwrap();
        assert!(user.access.allows("LEGACY.manage_subscriber"));
        assert!(!user.access.allows("legacy.retrieve_active"));
        let none = NewApiUser { access: Access::custom([]), ..full() };
        let refused = refusal(accounts.api_user_add(one, none).await);
        assert_eq!(refused, Refusal::ParameterInvalid { parameter: "methods" });
    }

    #[tokio::test]
    async fn the_whitelist_refuses_other_addresses_and_only_tells_who_has_the_secret() {
        let context = context().await;
        let (one, accounts) = (account(&context, "one").await.id, context.accounts());
        let whitelist = vec!["192.0.2.0/28".parse().unwrap(), "2001:db8::5".parse().unwrap()];
        let new = NewApiUser { whitelist, ..full() };
        let made = accounts.api_user_add(one, new).await.unwrap();
        let call = async |secret: &str, peer: IpAddr| {
            accounts.authenticate_key(&made.api_key, secret, peer).await
        };
        call(&made.shared_secret, PEER).await.unwrap();
        call(&made.shared_secret, "2001:db8::5".parse().unwrap()).await.unwrap();
        let refused = call(&made.shared_secret, OTHER_PEER).await;
        assert_eq!(refusal(refused), Refusal::AddressNotWhitelisted { address: OTHER_PEER });
        assert_eq!(refusal(call("wrong", OTHER_PEER).await), Refusal::LoginInvalid);
    }

    #[tokio::test]
    async fn guesses_are_slowed_but_a_remembered_secret_passes() {
        let context = context().await;
        let (one, accounts) = (account(&context, "one").await.id, context.accounts());
        let made = accounts.api_user_add(one, full()).await.unwrap();
        accounts.authenticate_key(&made.api_key, &made.shared_secret, PEER).await.unwrap();
        for _ in 0..6 {
            let wrong = accounts.authenticate_key(&made.api_key, "wrong", OTHER_PEER).await;
            assert_eq!(refusal(wrong), Refusal::LoginInvalid);
        }
        let slowed = accounts.authenticate_key(&made.api_key, "wrong", PEER).await;
        assert_eq!(refusal(slowed), Refusal::LoginThrottled);
        accounts.authenticate_key(&made.api_key, &made.shared_secret, PEER).await.unwrap();
    }

    #[tokio::test]
    async fn a_key_is_no_login_and_a_login_no_key() {
        let context = context().await;
        let (one, accounts) = (account(&context, "one").await.id, context.accounts());
        let pair = accounts.api_user_add(one, full()).await.unwrap();
        let secret: &[&[u8]] = &[pair.shared_secret.as_bytes()];
        for login in [pair.api_key.clone(), format!("\u{1}{}", pair.api_key)] {
            let refused = accounts.authenticate(&login, secret, PEER).await;
            assert_eq!(refusal(refused), Refusal::LoginInvalid);
        }
        let login = accounts.credential_add(one, false).await.unwrap();
        let refused = accounts.authenticate_key(&login.login, &login.password, PEER).await;
        assert_eq!(refusal(refused), Refusal::LoginInvalid);
    }

    #[tokio::test]
    async fn a_revoked_key_is_refused_at_once() {
        let context = context().await;
        let (one, accounts) = (account(&context, "one").await.id, context.accounts());
        let made = accounts.api_user_add(one, full()).await.unwrap();
        accounts.authenticate_key(&made.api_key, &made.shared_secret, PEER).await.unwrap();
        accounts.credential_revoke(&made.api_key.to_uppercase()).await.unwrap();
        let refused = accounts.authenticate_key(&made.api_key, &made.shared_secret, PEER).await;
        assert_eq!(refusal(refused), Refusal::LoginInvalid);
        assert_eq!(accounts.credential_list(one).await.unwrap(), []);
    }
}
