//! Keys of what can be read by everybody who knows its address.

use std::hash::Hasher as _;

use siphasher::sip128::{Hasher128 as _, SipHasher13};
use subtle::ConstantTimeEq as _;

use super::context::{Account, Context};

/// What is read, by its number within an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Readable {
    /// What a campaign says.
    Campaign(u32),
    /// The files of an e-mail message.
    EmailMessage(u32),
    /// The answer of a contact who was asked to confirm a subscription.
    Confirmation { list: u32, contact: u32 },
}

impl Readable {
    fn parts(self) -> (u8, u32, u32) {
        match self {
            Self::Campaign(number) => (1, number, 0),
            Self::EmailMessage(number) => (2, number, 0),
            Self::Confirmation { list, contact } => (3, list, contact),
        }
    }
}

impl Account<'_> {
    /// 32 hexadecimal digits that are part of the address: a hash under the store's secret key, so
    /// that nothing has to be kept and nobody can guess one.
    pub fn web_key(self, of: Readable) -> String {
        format!("{:032x}", self.context.web_hash(self.id.0, of))
    }

    /// Whether `key` is what [`Account::web_key`] says.
    pub fn is_web_key(self, of: Readable, key: &str) -> bool {
        self.web_key(of).as_bytes().ct_eq(key.as_bytes()).into()
    }
}

impl Context {
    fn web_hash(&self, account: u32, of: Readable) -> u128 {
        let (kind, number, further) = of.parts();
        let mut hasher = SipHasher13::new_with_key(&self.hash_key);
        // Addresses are hashed under the same key, and no address begins with a control character.
        hasher.write(b"\x01web");
        hasher.write_u8(kind);
        hasher.write_u32(account);
        hasher.write_u32(number);
        hasher.write_u32(further);
        hasher.finish128().as_u128()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::testing::{account, context};

    #[tokio::test]
    async fn a_key_fits_one_thing_of_one_account() {
        let context = context().await;
        let (one, two) = (account(&context, "one").await, account(&context, "two").await);
        let key = one.web_key(Readable::Campaign(1));
        assert_eq!(key.len(), 32);
        assert!(one.is_web_key(Readable::Campaign(1), &key));
        assert!(!one.is_web_key(Readable::Campaign(2), &key));
        assert!(!one.is_web_key(Readable::EmailMessage(1), &key));
        assert!(!two.is_web_key(Readable::Campaign(1), &key));
        assert!(!one.is_web_key(Readable::Campaign(1), ""));
    }
}
