//! What names, keys, identifiers and JSON may be.

use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};

use super::{MAX_NAME_CHARS, NewInsight};
use crate::domain::{ContactId, EmailAddress};

/// Longest key of a record, in bytes.
pub const MAX_KEY_BYTES: usize = 255;

/// Longest JSON of a record, in bytes. An order with a thousand products has about 200 KB.
pub const MAX_JSON_BYTES: usize = 240 * 1024;

/// Longest name of a member at the top of a record's JSON, in bytes.
const MAX_MEMBER_BYTES: usize = 255;

/// The word for what belongs to no contact.
const ACCOUNT: &str = "account";

/// Why a record is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Fault {
    /// The key is empty, too long or has control characters.
    KeyInvalid,
    /// The identifier is no number, no address and not the word for the account.
    IdentifierInvalid,
    /// The JSON is none, or no object.
    JsonInvalid,
    /// The JSON is longer than [`MAX_JSON_BYTES`].
    JsonTooLong,
    /// A member's name is too long.
    MemberTooLong,
    /// An earlier record of the same import has the key.
    KeyRepeated,
    /// No contact has the number.
    NoContactOfId,
    /// No contact has the address.
    NoContactOfAddress,
    /// The key is that of another holder's record.
    KeyOfAnother,
}

/// Whose a record is said to be.
#[derive(Clone, PartialEq, Eq)]
pub enum Identifier {
    Account,
    Id(ContactId),
    Address(EmailAddress),
}

impl std::fmt::Debug for Identifier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Identifier(redacted)")
    }
}

impl Identifier {
    /// Reads a number, an address, or the word `account` in any letter case; `None` for others.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if text.eq_ignore_ascii_case(ACCOUNT) {
            return Some(Self::Account);
        }
        if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
            // No contact has a number beyond this.
            return Some(Self::Id(ContactId(text.parse().unwrap_or(u32::MAX))));
        }
        EmailAddress::parse(text).ok().map(Self::Address)
    }
}

impl NewInsight {
    /// What the record itself says against being taken.
    pub fn judge(&self) -> Result<Identifier, Fault> {
        let is_key =
            |key: &str| (1..=MAX_KEY_BYTES).contains(&key.len()) && !key.contains(char::is_control);
        if !is_key(&self.key) {
            return Err(Fault::KeyInvalid);
        }
        let identifier = Identifier::parse(&self.identifier).ok_or(Fault::IdentifierInvalid)?;
        judge_json(&self.json)?;
        Ok(identifier)
    }
}

fn judge_json(json: &str) -> Result<(), Fault> {
    if json.len() > MAX_JSON_BYTES {
        return Err(Fault::JsonTooLong);
    }
    // The parser bounds the depth. Of a member that is there twice, both are kept.
    let members: Members = serde_json::from_str(json).map_err(|_| Fault::JsonInvalid)?;
    if members.0.iter().any(|name| name.len() > MAX_MEMBER_BYTES) {
        return Err(Fault::MemberTooLong);
    }
    Ok(())
}

/// The names of an object's members.
struct Members(Vec<String>);

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(MembersVisitor)
    }
}

struct MembersVisitor;

impl<'de> serde::de::Visitor<'de> for MembersVisitor {
    type Value = Members;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
        let mut names = Vec::new();
        while let Some((name, IgnoredAny)) = map.next_entry()? {
            names.push(name);
        }
        Ok(Members(names))
    }
}

/// Letters, digits, dashes and underscores, not a digit first.
pub fn is_name(name: &str) -> bool {
    let is_letter = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    let starts_well = name.chars().next().is_some_and(|first| !first.is_ascii_digit());
    starts_well && name.len() <= MAX_NAME_CHARS && name.chars().all(is_letter)
}
