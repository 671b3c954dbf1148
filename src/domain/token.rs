//! Tokens: one secret that alone says who is calling, such as an API key without a shared secret.
//!
//! A token has 160 bits by chance, so nobody finds one by trying, and a fast hash of it is kept: a
//! slow one, as passwords need, would gain nothing and cost each call.

use std::net::IpAddr;

use sha2::{Digest as _, Sha256};

use super::account::Accounts;
use super::credential::{CredentialKind, CredentialRecord, hex};
use super::error::Result;
use super::ids::AccountId;
use crate::store::tables;

/// Bytes of chance in a token, shown as 40 hexadecimal digits.
const TOKEN_BYTES: usize = 20;
/// Longest text that is looked up as a token, in bytes; a longer one is unknown.
const MAX_TOKEN_BYTES: usize = 256;

/// A token just made: the only time it is to be seen.
#[derive(Clone)]
pub struct NewToken {
    /// 40 hexadecimal digits.
    pub token: String,
    /// What lists of credentials show of it; opens nothing.
    pub name: String,
}

impl std::fmt::Debug for NewToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewToken").field("name", &self.name).finish_non_exhaustive()
    }
}

impl Accounts<'_> {
    /// Makes a token; it may do everything.
    pub async fn token_add(self, account: AccountId) -> Result<NewToken> {
        let mut token = [0; TOKEN_BYTES];
        self.context.ids.fill(&mut token);
        let token = hex(&token);
        let hash = hash(&token);
        let key = tables::token(&hash);
        let record = CredentialRecord {
            account,
            created: self.context.clock.now(),
            salt: [0; 16],
            hash,
            digest_nonce: None,
            kind: CredentialKind::Token,
        };
        let name = tables::name_of_credential(&key);
        self.put_credential(key, record).await?;
        Ok(NewToken { token, name })
    }

    /// Who is calling with a token, in whatever case. A failure slows the next tries of its peer.
    pub async fn authenticate_token(self, token: &str, peer: IpAddr) -> Result<AccountId> {
        let token = token.trim();
        let record = match token.len() {
            1..=MAX_TOKEN_BYTES => self.credential(&tables::token(&hash(token))).await?,
            _ => None,
        };
        match record {
            Some(record) => Ok(record.account),
            None => Err(self.failed_by(peer).into()),
        }
    }

    /// What a token is known by: the name that lists of credentials show. Nothing is looked up.
    pub fn token_name(self, token: &str) -> String {
        tables::name_of_credential(&Self::token_key(token))
    }

    /// Where a token's credential lies, for whoever has the token itself.
    pub(super) fn token_key(token: &str) -> bytes::Bytes {
        tables::token(&hash(token.trim()))
    }
}

fn hash(token: &str) -> [u8; 32] {
    let folded = token.to_ascii_lowercase();
    Sha256::new().chain_update(b"lychgate token 1").chain_update(folded).finalize().into()
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;
    use crate::domain::error::Refusal;
    use crate::domain::testing::{account, context, refusal};

    const PEER: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

    #[tokio::test]
    async fn a_token_comes_in_in_either_case_and_is_nowhere_in_the_list() {
        let context = context().await;
        let (one, accounts) = (account(&context, "one").await.id, context.accounts());
        let made = accounts.token_add(one).await.unwrap();
        for token in [made.token.clone(), format!(" {} ", made.token.to_uppercase())] {
            assert_eq!(accounts.authenticate_token(&token, PEER).await.unwrap(), one);
        }
        let listed = accounts.credential_list(one).await.unwrap();
        assert_eq!(
            (listed[0].name.as_str(), &listed[0].kind),
            (&*made.name, &CredentialKind::Token)
        );
        assert!(!made.token.contains(made.name.trim_start_matches("token-")));
    }

    #[tokio::test]
    async fn a_wrong_token_is_refused_and_slowed_and_a_right_one_passes_all_the_same() {
        let context = context().await;
        let (one, accounts) = (account(&context, "one").await.id, context.accounts());
        let made = accounts.token_add(one).await.unwrap();
        let long = "0".repeat(MAX_TOKEN_BYTES + 1);
        for wrong in ["", "0123", made.name.as_str(), long.as_str(), "1", "2"] {
            let refused = accounts.authenticate_token(wrong, PEER).await;
            assert_eq!(refusal(refused), Refusal::LoginInvalid, "{wrong}");
        }
        let slowed = accounts.authenticate_token("0123", PEER).await;
        assert_eq!(refusal(slowed), Refusal::LoginThrottled);
        assert_eq!(accounts.authenticate_token(&made.token, PEER).await.unwrap(), one);
    }

    #[tokio::test]
    async fn a_token_is_revoked_by_itself_or_by_its_name() {
        let context = context().await;
        let (one, accounts) = (account(&context, "one").await.id, context.accounts());
        let (first, second) =
            (accounts.token_add(one).await.unwrap(), accounts.token_add(one).await.unwrap());
        accounts.credential_revoke(&first.token.to_uppercase()).await.unwrap();
        accounts.credential_revoke(&second.name).await.unwrap();
        for revoked in [first, second] {
            let refused = accounts.authenticate_token(&revoked.token, PEER).await;
            assert_eq!(refusal(refused), Refusal::LoginInvalid);
        }
        assert_eq!(accounts.credential_list(one).await.unwrap(), []);
    }

    #[tokio::test]
    async fn a_token_is_neither_a_login_nor_a_key() {
        let context = context().await;
        let (one, accounts) = (account(&context, "one").await.id, context.accounts());
        let made = accounts.token_add(one).await.unwrap();
        let passwords: &[&[u8]] = &[made.token.as_bytes()];
        for name in [made.token.as_str(), made.name.as_str()] {
            let refused = accounts.authenticate(name, passwords, PEER).await;
            assert_eq!(refusal(refused), Refusal::LoginInvalid);
            let refused = accounts.authenticate_key(name, &made.token, PEER).await;
            assert_eq!(refusal(refused), Refusal::LoginInvalid);
        }
    }
}
