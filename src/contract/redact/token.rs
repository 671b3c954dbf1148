//! What stands in place of what was taken out.

use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

/// The stand-ins of recorded cases, which a replay fills with credentials of its own.
pub(super) const API_KEY: &str = "{api_key}";
pub(super) const SHARED_SECRET: &str = "{shared_secret}";
pub(super) const LOGIN: &str = "{login}";
pub(super) const PASSWORD: &str = "{password}";
/// Of a `UsernameToken` with a digest: a replay makes both anew.
pub(super) const PASSWORD_DIGEST: &str = "{password_digest}";
pub(super) const NONCE: &str = "{nonce}";

const STAND_INS: [&str; 6] = [API_KEY, SHARED_SECRET, LOGIN, PASSWORD, PASSWORD_DIGEST, NONCE];

/// What tokens begin with, and the end of those of addresses.
const SECRET: &str = "redacted-";
const NAME: &str = "Name-";
const ADDRESS: &str = "p-";
const ADDRESS_END: &str = "@redacted.example";
/// No country has this code.
const PHONE: &str = "999";
/// Digits of a phone number behind [`PHONE`].
const PHONE_DIGITS: usize = 9;

/// Bytes of a hash that a token shows: among 100,000 addresses two collide once in 50,000 recordings.
const HASH_BYTES: usize = 6;

/// Whether what this takes the place of is good for one call alone.
pub(super) fn is_single_use(with: &str) -> bool {
    matches!(with, NONCE | PASSWORD_DIGEST)
}

/// Makes tokens: the same for the same text, and nothing of the text in them.
pub(super) struct Tokens {
    key: Zeroizing<[u8; 32]>,
}

impl Tokens {
    pub fn new(key: [u8; 32]) -> Self {
        Self { key: Zeroizing::new(key) }
    }

    fn hash(&self, kind: &str, text: &str) -> [u8; 32] {
        let mut hash = Sha256::new();
        hash.update(self.key.as_slice());
        hash.update(kind.as_bytes());
        hash.update([0]);
        hash.update(text.as_bytes());
        hash.finalize().into()
    }

    fn hex(&self, kind: &str, text: &str) -> String {
        let hash = self.hash(kind, text);
        hex(hash.get(..HASH_BYTES).unwrap_or(&hash))
    }

    pub fn secret(&self, text: &str) -> String {
        format!("{SECRET}{}", self.hex("secret", text))
    }

    /// Addresses are the same in any case of their letters.
    pub fn address(&self, address: &str) -> String {
        format!("{ADDRESS}{}{ADDRESS_END}", self.hex("address", &address.to_lowercase()))
    }

    pub fn name(&self, name: &str) -> String {
        format!("{NAME}{}", self.hex("name", name))
    }

    /// By its digits alone; with a `+` where there was one.
    pub fn phone(&self, phone: &str) -> String {
        let digits: String = phone.chars().filter(char::is_ascii_digit).collect();
        let hash = self.hash("phone", &digits);
        let shown = hash.iter().take(PHONE_DIGITS).map(|byte| char::from(b'0' + byte % 10));
        let plus = if phone.trim_start().starts_with('+') { "+" } else { "" };
        format!("{plus}{PHONE}{}", shown.collect::<String>())
    }
}

/// Bytes as hex digits, in lower case.
pub(super) fn hex(bytes: &[u8]) -> String {
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits.filter_map(|digit| char::from_digit(digit.into(), 16)).collect()
}

fn is_hash(text: &str) -> bool {
    text.len() == HASH_BYTES * 2 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Whether a text is one of ours already.
pub(super) fn is_ours(text: &str) -> bool {
    let text = text.trim();
    let is_phone = || {
        let digits = text.strip_prefix('+').unwrap_or(text).strip_prefix(PHONE).unwrap_or_default();
        digits.len() == PHONE_DIGITS && digits.bytes().all(|byte| byte.is_ascii_digit())
    };
    STAND_INS.contains(&text)
        || text.strip_prefix(SECRET).is_some_and(is_hash)
        || text.strip_prefix(NAME).is_some_and(is_hash)
        || is_address(text)
        || is_phone()
}

/// Whether an address is a token.
pub(super) fn is_address(text: &str) -> bool {
    text.strip_prefix(ADDRESS).and_then(|rest| rest.strip_suffix(ADDRESS_END)).is_some_and(is_hash)
}
